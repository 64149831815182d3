import numpy as np
import pytest

from ridgenet import _gradient_check as gradient_check
from ridgenet._errors import InputError
from ridgenet._gradient_check import check_gradient
from ridgenet.formulas import ACTIVATIONS, LOSSES


@pytest.mark.parametrize("hidden", [(), (8,), (5, 4, 3)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_of_every_architecture_is_right(hidden, activation, loss):
    check = check_gradient(hidden, n_features=3, n_outputs=2, activation=activation, loss=loss)
    assert check.passed
    assert [(row.layer, row.part) for row in check.rows] == [
        (layer, part) for layer in range(1, len(hidden) + 2) for part in ("weights", "biases")
    ]
    assert sum(row.n_parameters + row.n_at_kink for row in check.rows) == check.network.n_parameters
    assert all(row.n_parameters > 0.9 * (row.n_parameters + row.n_at_kink) for row in check.rows)


@pytest.mark.parametrize("fault", [1.001, 0.0])
def test_a_wrong_gradient_is_found_in_its_layer(monkeypatch, fault):
    right = gradient_check.compiled_gradient

    def wrong(network, *arguments):
        gradient = right(network, *arguments).copy()
        network.weights(gradient)[1][0, 0] *= fault
        return gradient

    monkeypatch.setattr(gradient_check, "compiled_gradient", wrong)
    check = check_gradient((4, 3))
    assert not check.passed
    assert [row.relative_error > check.tolerance for row in check.rows] == [False, False, True, False, False, False]


def test_a_gradient_of_nan_does_not_pass(monkeypatch):
    right = gradient_check.compiled_gradient
    monkeypatch.setattr(gradient_check, "compiled_gradient", lambda *a: np.nan * right(*a))
    assert not check_gradient((4,)).passed


def test_differences_over_a_kink_are_counted_and_left_out():
    seeds = range(40)
    checks = [check_gradient((30,), activation="relu", n_samples=300, random_state=seed) for seed in seeds]
    assert all(check.passed for check in checks)
    assert any(row.n_at_kink for check in checks for row in check.rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alpha": -1.0}, r"λ \(alpha\) must be 0 or more"),
        ({"n_samples": 0}, "n_samples must be 1 or more"),
        ({"activation": "sine"}, "activation must be one of"),
        ({"hidden_layer_sizes": (0,)}, "layer sizes must be positive"),
        ({"loss": "multinomial_log_loss", "n_outputs": 1}, "needs 2 outputs or more"),
    ],
)
def test_what_cannot_be_checked_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        check_gradient(**arguments)
