import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernels import inner
from problems import make_problem

from ridgenet._errors import DivergenceError
from ridgenet._network import Network
from ridgenet.core._examples import make_examples
from ridgenet.core._objective import cost_and_gradient
from ridgenet.core._penalties import L2Penalty
from ridgenet.core._sgd import SGD, SGDSettings, minimize_sgd


def make_sgd(problem, alpha=None, dtype=np.float64, sample_weight=None, **changed):
    settings = {"batch_size": 8, "learning_rate_init": 0.1, "n_epochs": 10_000, "shuffle_seed": 3} | changed
    examples = make_examples(problem.X, problem.Y, dtype, weights=sample_weight)
    alpha = problem.alpha if alpha is None else alpha
    return SGD(problem.network, problem.parameters.astype(dtype), examples, L2Penalty(alpha), SGDSettings(**settings))


@pytest.fixture
def problem():
    return make_problem(Network((2, 5, 1)), 30, seed=0, alpha=0.5)


def test_follows_the_tutorial(golden):
    settings = SGDSettings(
        batch_size=golden.batch_size,
        learning_rate_init=golden.learning_rate,
        n_epochs=len(golden.orders),
        penalty_scaling="batch",
        shuffle_seed=None,
    )
    examples = make_examples(golden.X, golden.y[:, np.newaxis], np.float64)
    sgd = SGD(golden.network, golden.start, examples, L2Penalty(golden.alpha), settings)
    for epoch, order in enumerate(golden.orders, start=1):
        sgd._batches.order[:] = order
        sgd.run(sgd.updates_per_epoch)
        if epoch in golden.after_epoch:
            np.testing.assert_allclose(sgd.parameters, golden.after_epoch[epoch], rtol=golden.tolerance(epoch))


@given(st.integers(1, 300), st.integers(0, 2**64 - 1))
def test_shuffle_keeps_every_example(n, seed):
    order, state = np.arange(n, dtype=np.uint64), np.array([seed], np.uint64)
    inner("shuffle")(order, np.empty_like(order), state)
    np.testing.assert_array_equal(np.sort(order), np.arange(n))


def test_shuffle_puts_every_example_everywhere_equally_often():
    n, n_shuffles = 5, 2000
    counts = np.zeros((n, n))
    state = np.array([7], np.uint64)
    for _ in range(n_shuffles):
        order = np.arange(n, dtype=np.uint64)
        inner("shuffle")(order, np.empty_like(order), state)
        counts[order.astype(int), np.arange(n)] += 1
    expected = n_shuffles / n
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    assert chi_squared < 40  # 16 degrees of freedom: the chance of more is below 0.001


@pytest.mark.parametrize("pieces", [[12], [1] * 12, [5, 7], [3, 0, 9]])
def test_a_run_in_pieces_is_the_same_run(problem, pieces):
    whole, parts = make_sgd(problem), make_sgd(problem)
    whole.run(12)
    for n_updates in pieces:
        parts.run(n_updates)
    np.testing.assert_array_equal(whole.parameters, parts.parameters)


def test_one_epoch_takes_every_example_once_the_last_batch_included(problem):
    """With one step over all batches in order, the sum of the gradients is known."""
    small_step = 1e-7
    sgd = make_sgd(problem, learning_rate_init=small_step, shuffle_seed=None)
    assert sgd.updates_per_epoch == 4
    sgd.run(4)
    moved = (problem.parameters - sgd.parameters) / small_step
    batches = [slice(0, 8), slice(8, 16), slice(16, 24), slice(24, 30)]
    expected = sum(
        cost_and_gradient(
            problem.network, problem.parameters, problem.X[b], problem.Y[b], alpha=problem.alpha, n_samples=30
        )[2]
        for b in batches
    )
    np.testing.assert_allclose(moved, expected, atol=1e-5)


def test_batch_scaling_is_dataset_scaling_with_a_larger_lambda(problem):
    """When all batches are of one size, lambda / batch is (lambda m / batch) / m."""
    by_batch = make_sgd(problem, batch_size=10, alpha=0.5, penalty_scaling="batch")
    by_dataset = make_sgd(problem, batch_size=10, alpha=0.5 * 30 / 10, penalty_scaling="dataset")
    for sgd in (by_batch, by_dataset):
        sgd.run(30)
    np.testing.assert_allclose(by_batch.parameters, by_dataset.parameters, rtol=1e-12)
    assert by_batch.objectives() == pytest.approx(by_dataset.objectives())


def test_full_batches_reach_the_minimum_that_scipy_finds():
    from scipy.optimize import minimize

    problem = make_problem(Network((2, 1)), 30, seed=1, alpha=3.0)
    sgd = make_sgd(problem, batch_size=30, learning_rate_init=1.0)
    sgd.run(2000)

    def objective(parameters):
        data_loss, l2_penalty, gradient = cost_and_gradient(
            problem.network, parameters, problem.X, problem.Y, alpha=problem.alpha
        )
        return data_loss + l2_penalty, gradient

    best = minimize(objective, problem.parameters, jac=True, tol=1e-12)
    assert sum(sgd.objectives()) == pytest.approx(best.fun, rel=1e-9)


def test_without_hidden_layers_it_is_scikit_learns_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    problem = make_problem(Network((3, 1)), 60, seed=5, alpha=2.0)
    sgd = make_sgd(problem, batch_size=60, learning_rate_init=2.0)
    sgd.run(3000)
    oracle = LogisticRegression(C=1 / problem.alpha, tol=1e-10, max_iter=1000).fit(problem.X, problem.Y[:, 0])
    np.testing.assert_allclose(problem.network.weights(sgd.parameters)[0], oracle.coef_, atol=1e-6)
    np.testing.assert_allclose(problem.network.biases(sgd.parameters)[0], oracle.intercept_, atol=1e-6)


def test_without_hidden_layers_and_with_squared_loss_it_is_ridge():
    from sklearn.linear_model import Ridge

    problem = make_problem(Network((3, 2), loss="squared_error"), 60, seed=6, alpha=4.0)
    sgd = make_sgd(problem, batch_size=60, learning_rate_init=0.3)
    sgd.run(3000)
    oracle = Ridge(alpha=problem.alpha).fit(problem.X, problem.Y)
    np.testing.assert_allclose(problem.network.weights(sgd.parameters)[0], oracle.coef_, atol=1e-9)
    np.testing.assert_allclose(problem.network.biases(sgd.parameters)[0], oracle.intercept_, atol=1e-9)


def test_float32_stays_float32_and_goes_the_same_way(problem):
    sgd, double = make_sgd(problem, dtype=np.float32), make_sgd(problem)
    for run in (sgd, double):
        run.run(40)
    assert sgd.parameters.dtype == np.float32
    np.testing.assert_allclose(sgd.parameters, double.parameters, atol=1e-4)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(problem):
    runs = [make_sgd(problem, shuffle_seed=seed) for seed in (3, 3, 4)]
    for sgd in runs:
        sgd.run(20)
    np.testing.assert_array_equal(runs[0].parameters, runs[1].parameters)
    assert not np.array_equal(runs[0].parameters, runs[2].parameters)


def test_a_batch_larger_than_the_data_is_all_of_them(problem):
    large, all_of_them = make_sgd(problem, batch_size=1000), make_sgd(problem, batch_size=30)
    for sgd in (large, all_of_them):
        sgd.run(5)
    np.testing.assert_array_equal(large.parameters, all_of_them.parameters)


def test_the_start_given_is_not_changed(problem):
    before = problem.parameters.copy()
    make_sgd(problem).run(3)
    np.testing.assert_array_equal(problem.parameters, before)


def test_history_holds_the_start_the_end_and_costs_that_are_right(problem):
    epochs_seen = []
    solution = minimize_sgd(make_sgd(problem, n_epochs=50), n_records=20, progress=epochs_seen.append)
    history = solution.history
    assert history.epochs[0] == 0
    assert history.epochs[-1] == 50
    assert (np.diff(history.epochs) > 0).all()
    assert solution.n_updates == 200
    assert epochs_seen[-1] == 50
    assert not solution.interrupted
    squared_norm = sum(np.sum(W**2) for W in problem.network.weights(solution.parameters))
    assert history.squared_norm[-1] == pytest.approx(squared_norm)
    assert history.l2_penalty[-1] == pytest.approx(problem.alpha / (2 * 30) * squared_norm)
    assert history.data_loss[-1] < history.data_loss[0]


@pytest.mark.parametrize("penalty_scaling", ["batch", "dataset"])
def test_a_run_that_diverges_says_when_and_what_to_do(problem, penalty_scaling):
    sgd = make_sgd(problem, alpha=100.0, learning_rate_init=5.0, penalty_scaling=penalty_scaling)
    with pytest.raises(
        DivergenceError, match=r"diverged at epoch \d+ with λ \(alpha\) = 100 .* 5: .*smaller learning rate.* 0\.5"
    ) as caught:
        minimize_sgd(sgd)
    assert 1 <= caught.value.epoch < 1000


def test_ctrl_c_keeps_what_was_reached(problem):
    def stop(epoch):
        if epoch >= 10:
            raise KeyboardInterrupt

    solution = minimize_sgd(make_sgd(problem), progress=stop)
    assert solution.interrupted
    assert 40 <= solution.n_updates < 40_000
    again = make_sgd(problem)
    again.run(solution.n_updates)
    np.testing.assert_array_equal(solution.parameters, again.parameters)
    assert solution.history.epochs[-1] == pytest.approx(solution.n_updates / 4)


@pytest.mark.parametrize(
    ("learning_rate", "expected"),
    [
        ("constant", [0.1, 0.1, 0.1]),
        ("invscaling", [0.1, 0.1 / 31**0.5, 0.1 / 61**0.5]),
        ("cosine", [0.1, 0.05 * (1 + np.cos(np.pi / 3)), 0.05 * (1 + np.cos(2 * np.pi / 3))]),
    ],
)
def test_the_step_of_each_epoch_is_that_of_the_schedule(problem, learning_rate, expected):
    """Seen from outside: with one batch an epoch, each update is the step times the gradient."""
    sgd = make_sgd(problem, batch_size=30, learning_rate=learning_rate, n_epochs=3, shuffle_seed=None)
    for step in expected:
        before = sgd.parameters.copy()
        gradient = cost_and_gradient(problem.network, before, problem.X, problem.Y, alpha=problem.alpha)[2]
        sgd.run(1)
        np.testing.assert_allclose(before - sgd.parameters, step * gradient, rtol=1e-9)


def test_costs_of_epochs_are_the_means_over_their_batches_as_they_were_met(problem):
    sgd = make_sgd(problem, n_epochs=2, with_objectives=True, shuffle_seed=None, batch_size=8)
    expected = []
    for _ in range(2):
        total = 0.0
        for start in range(0, 30, 8):
            part = slice(start, start + 8)
            total += len(problem.X[part]) * cost_and_gradient(
                problem.network, sgd.parameters, problem.X[part], problem.Y[part], alpha=0.0
            )[0]  # fmt: skip
            sgd.run(1)
        expected.append((total / 30, sgd.objectives()[1]))
    np.testing.assert_allclose(np.column_stack([sgd.data_losses, sgd.l2_penalties]), expected, rtol=1e-12)


def test_training_ends_when_the_best_cost_no_longer_falls(problem):
    sgd = make_sgd(problem, with_objectives=True, tol=1e-2, n_iter_no_change=4, n_epochs=10_000)
    sgd.run_until(10_000)
    costs = sgd.data_losses + sgd.l2_penalties
    best = np.minimum.accumulate(np.r_[np.inf, costs])[:-1]
    improved = costs <= best - 1e-2
    assert sgd.stopped
    assert sgd.n_epochs < 10_000
    assert not improved[-5:].any()
    assert improved[-6]
    n_updates = sgd.n_updates
    sgd.run(10)
    assert sgd.n_updates == n_updates


def test_an_adaptive_step_is_divided_by_five_where_a_constant_one_ends(problem):
    settings = {"with_objectives": True, "tol": 1e-2, "n_iter_no_change": 2}
    constant, adaptive = make_sgd(problem, **settings), make_sgd(problem, learning_rate="adaptive", **settings)
    constant.run_until(10_000)
    adaptive.run_until(constant.n_epochs)
    np.testing.assert_array_equal(constant.parameters, adaptive.parameters)
    assert not adaptive.stopped
    adaptive.run_until(10_000)
    assert adaptive.stopped
    assert adaptive.n_epochs >= constant.n_epochs + 3 * 8  # 0.1 / 5^8 is below the smallest step


def test_a_weighted_epoch_adds_up_to_the_weighted_gradient(problem):
    weights = np.random.RandomState(0).randint(0, 4, 30).astype(float)
    small = 1e-7
    sgd = make_sgd(problem, sample_weight=weights, learning_rate_init=small, batch_size=10, shuffle_seed=None)
    sgd.run(3)
    moved = (problem.parameters - sgd.parameters) / (3 * small)
    full = cost_and_gradient(
        problem.network, problem.parameters, problem.X, problem.Y, alpha=problem.alpha, sample_weight=weights
    )[2]
    np.testing.assert_allclose(moved, full, atol=1e-5)
