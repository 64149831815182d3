import json
import re

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons

from ridgenet import Comparison, DivergenceError, InputError, compare
from ridgenet._compare import run_comparison
from ridgenet._compare_settings import CompareSettings
from ridgenet._datasets import load


@pytest.fixture(scope="module")
def tutorial() -> Comparison:
    """The default experiment, whole: 30,000 epochs."""
    return run_comparison(load("moons"), CompareSettings())


@pytest.fixture(scope="module")
def iris() -> Comparison:
    X, y = load_iris(return_X_y=True, as_frame=True)
    return compare(X, y, alphas=(0, 0.1, 2), standardize=True, n_epochs=100, learning_rate_init=0.3)


def test_the_penalty_does_what_the_tutorial_says(tutorial):
    without, with_penalty = tutorial.fits
    assert without.train_error == pytest.approx(0.05, abs=0.03)
    assert 2_000 < without.squared_norm < 20_000
    assert with_penalty.train_error == pytest.approx(0.09, abs=0.04)
    assert 50 < with_penalty.squared_norm < 500
    assert with_penalty.test_error < without.test_error
    assert with_penalty.data_loss > without.data_loss
    assert without.l2_penalty == 0.0


def test_from_the_tutorials_own_start_the_penalty_does_it_too():
    without, with_penalty = run_comparison(load("moons"), CompareSettings(init="small_normal")).fits
    assert without.squared_norm > 20 * with_penalty.squared_norm
    assert with_penalty.test_error < without.test_error


def test_numbers_of_a_fit_agree_with_its_network(tutorial):
    data, fit = tutorial.dataset, tutorial.fit_at(0.01)
    for X, y, error in ((data.X, data.y, fit.train_error), (data.X_test, data.y_test, fit.test_error)):
        assert np.mean(tutorial.predict(X, 0.01) != y) == error
    assert fit.squared_norm == pytest.approx(sum(np.sum(W**2) for W in fit.weights))
    assert fit.l2_penalty == pytest.approx(0.01 / (2 * 32) * fit.squared_norm)
    assert fit.largest_weight == max(abs(W).max() for W in fit.weights)
    p = tutorial.predict_proba(data.X, 0.01)[:, 1]
    assert fit.data_loss == pytest.approx(-np.mean(np.log(np.where(data.y == 1, p, 1 - p))))
    assert fit.solution.n_updates == 30_000 * 7


def test_all_fits_share_their_start(tutorial):
    starts = [fit.initial_parameters for fit in tutorial.fits]
    np.testing.assert_array_equal(*starts)
    assert tutorial.fits[0].history.data_loss[0] == tutorial.fits[1].history.data_loss[0]


def test_the_same_call_in_python_gives_the_same_numbers_as_the_data_set():
    X, y = make_moons(200, noise=0.30, random_state=6)
    test = make_moons(50, noise=0.30, random_state=7)
    by_arrays = compare(X, y, X_test=test[0], y_test=test[1], n_epochs=30)
    by_dataset = run_comparison(load("moons"), CompareSettings(n_epochs=30))
    for ours, theirs in zip(by_arrays.fits, by_dataset.fits, strict=True):
        np.testing.assert_array_equal(ours.solution.parameters, theirs.solution.parameters)


def test_real_data_is_split_and_standardised_on_its_training_part(iris):
    data = iris.dataset
    assert (len(data.X), len(data.X_test)) == (105, 45)
    np.testing.assert_array_equal(np.unique(data.y, return_counts=True)[1], [35, 35, 35])
    np.testing.assert_allclose(iris.standardizer.mean, data.X.mean(axis=0))
    np.testing.assert_allclose(iris.standardizer.scale, data.X.std(axis=0))
    assert iris.fits[0].network.output == "softmax"
    np.testing.assert_allclose(iris.predict_proba(data.X_test, 0.1).sum(axis=1), 1.0)
    assert iris.fit_at(0.1).test_error < 0.15
    norms = [fit.squared_norm for fit in iris.fits]
    assert norms == sorted(norms, reverse=True)


def test_labels_may_be_words():
    X, y = make_moons(60, noise=0.2, random_state=0)
    words = np.array(["inner", "outer"])[y]
    by_words, by_numbers = (compare(X, labels, n_epochs=50) for labels in (words, y))
    assert set(by_words.predict(X, 0.01)) <= {"inner", "outer"}
    assert by_words.fit_at(0.01).test_error == by_numbers.fit_at(0.01).test_error


def test_the_seed_alone_decides():
    X, y = make_moons(60, noise=0.2, random_state=0)
    one, same, other = (compare(X, y, n_epochs=20, random_state=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.fits[0].solution.parameters, same.fits[0].solution.parameters)
    assert not np.array_equal(one.fits[0].solution.parameters, other.fits[0].solution.parameters)


def test_no_hidden_layer_and_one_column_will_do():
    X, y = make_moons(60, noise=0.2, random_state=0)
    result = compare(X[:, :1], y, hidden_layer_sizes=(), n_epochs=50)
    assert [W.shape for W in result.fits[0].weights] == [(1, 1)]
    result.plot_boundary()


def test_a_constant_column_is_harmless_when_standardised():
    X, y = make_moons(60, noise=0.2, random_state=0)
    result = compare(np.column_stack([X, np.full(60, 0.1)]), y, standardize=True, n_epochs=20)
    assert all(np.isfinite(fit.solution.parameters).all() for fit in result.fits)


def test_a_batch_larger_than_the_data_takes_them_all_and_says_so():
    X, y = make_moons(60, noise=0.2, random_state=0)
    with pytest.warns(UserWarning, match="batch_size=500 is larger than the 42 training samples; each"):
        result = compare(X, y, batch_size=500, n_epochs=5)
    assert result.fits[0].solution.n_updates == 5


def test_divergence_is_an_error_with_advice_never_nan():
    X, y = make_moons(60, noise=0.2, random_state=0)
    with pytest.raises(
        DivergenceError, match=r"diverged at epoch \d+ with λ \(alpha\) = 100 .* 1: .* smaller learning rate"
    ):
        compare(X, y, alphas=(0, 100), n_epochs=1000)


def test_ctrl_c_keeps_what_was_trained():
    def stop_in_the_second(alpha, epochs_done):
        if alpha == 1 and epochs_done > 10:
            raise KeyboardInterrupt

    X, y = make_moons(60, noise=0.2, random_state=0)
    with pytest.warns(UserWarning, match=r"interrupted: λ = 1 stopped after [\d,]+ epochs; not trained: λ = 2, 3"):
        result = compare(X, y, alphas=(0, 1, 2, 3), n_epochs=20_000, progress=stop_in_the_second)
    assert result.interrupted
    assert [fit.alpha for fit in result.fits] == [0, 1]
    assert [fit.solution.interrupted for fit in result.fits] == [False, True]
    assert result.fits[0].solution.n_updates == 20_000 * 2
    result.plot_objective()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alphas": ()}, "alphas must hold at least one"),
        ({"alphas": (0, -0.1)}, r"λ \(alpha\) must be 0 or more, and finite; got -0.1"),
        ({"alphas": (float("nan"),)}, r"λ \(alpha\) must be 0 or more, and finite; got nan"),
        ({"alphas": (1, 1.0)}, r"\(alphas\) must differ; got 1, 1"),
        ({"hidden_layer_sizes": (8, 0)}, "layer sizes must be positive integers"),
        ({"activation": "sine"}, "activation must be one of identity, logistic, tanh, relu, .*; got 'sine'"),
        ({"init": "zeros"}, "init must be one of"),
        ({"penalty_scaling": "epoch"}, "penalty_scaling must be 'batch' or 'dataset'"),
        ({"batch_size": 0}, "batch_size must be 1 or more; got 0"),
        ({"n_epochs": 0}, "n_epochs must be 1 or more; got 0"),
        ({"learning_rate_init": 0}, "learning_rate_init must be above 0, and finite"),
        ({"learning_rate_init": float("inf")}, "learning_rate_init must be above 0, and finite"),
        ({"test_size": 1.0}, "test_size must be between 0 and 1"),
        ({"random_state": -1}, "random_state must be between"),
        ({"test_size": 0.99}, "too few to hold out 99%"),
    ],
)
def test_settings_that_make_no_sense_are_refused(arguments, message):
    X, y = make_moons(60, noise=0.2, random_state=0)
    with pytest.raises(InputError, match=message):
        compare(X, y, **arguments)


def test_a_class_of_one_cannot_be_split():
    X, y = make_moons(60, noise=0.2, random_state=0)
    y[0] = 7
    with pytest.raises(InputError, match="class 7 has only one sample"):
        compare(X, y)


def test_asking_for_a_strength_that_was_not_trained_names_those_that_were(iris):
    with pytest.raises(InputError, match=r"no fit has λ = 0\.5; choose from 0, 0\.1, 2"):
        iris.fit_at(0.5)


def test_printing_shows_the_table(iris):
    lines = str(iris).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert re.split(r"\s{2,}", lines[0].strip())[:3] == ["λ", "train error", "test error"]


def test_result_json_is_enough_to_run_it_again(iris, tmp_path):
    paths = iris.save(tmp_path / "new" / "folder")
    assert sorted(path.name for path in paths) == ["boundary.png", "objective.png", "result.json", "weights.png"]
    record = json.loads((tmp_path / "new" / "folder" / "result.json").read_text())
    settings = record["settings"] | {"hidden_layer_sizes": tuple(record["settings"]["hidden_layer_sizes"])}
    X, y = load_iris(return_X_y=True)
    again = compare(X, y, standardize=record["data"]["standardize"], **settings)
    for old, new in zip(record["fits"], again.fits, strict=True):
        assert [W.tolist() for W in new.weights] == old["weights"]
        assert [b.tolist() for b in new.biases] == old["biases"]
        assert new.test_error == old["test_error"]
        assert new.history.data_loss.tolist() == old["history"]["data_loss"]
    assert record["made_with"]["ridgenet"]
    assert not list((tmp_path / "new" / "folder").glob(".*"))


def test_a_folder_that_cannot_be_written_to_is_refused(iris, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="results cannot be written there"):
        iris.save(tmp_path / "file")


def test_a_file_is_whole_or_not_there(tmp_path):
    from ridgenet.io._whole_file import write_whole

    (tmp_path / "kept.txt").write_text("old")

    def fail(file):
        file.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_whole(tmp_path / "kept.txt", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "old"
