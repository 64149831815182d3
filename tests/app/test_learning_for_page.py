"""The paths of the page: what they are said to be, how they are computed and cached, and live training."""

import threading

import numpy as np
import pytest

from ridgenet._errors import InputError
from ridgenet.equations import forward
from ridgenet.page._translations import ENGLISH
from ridgenet.page.app import _live as live
from ridgenet.page.app._findings import is_straight
from ridgenet.page.app._learning import MOST_KEPT, Cancelled, PathCache, learn
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._server import warm_up
from ridgenet.page.app._tables import Tables
from ridgenet.page.app._view import content_of
from ridgenet.page.interactive._stops import in_short

# findings


def test_a_path_goes_from_over_fitted_to_nothing(moons):
    found = [stop["finding"] for stop in content_of(moons, ENGLISH.gettext)["stops"]]
    order = ["overfitted", "balanced", "stiff", "line", "nothing"]
    assert list(dict.fromkeys(found)) == order
    assert found == sorted(found, key=order.index)
    assert found[content_of(moons, ENGLISH.gettext)["start"]] == "balanced"


def test_a_network_without_hidden_units_is_straight_but_not_called_collapsed(paths):
    learned = paths.learned(Problem(hidden_layer_sizes=()))
    assert all(is_straight(learned.scene, look) for look in learned.scene.looks)
    found = {stop["finding"] for stop in content_of(learned, ENGLISH.gettext)["stops"]}
    assert found == {"balanced", "stiff", "nothing"}


def test_what_a_search_leaves_of_zero_is_said_to_be_zero(moons):
    strongest = content_of(moons, ENGLISH.gettext)["stops"][-1]
    assert 0 < moons.scene.path.squared_norms[0] < 1e-5
    assert strongest["readout"]["L2 penalty"] == "0"
    assert in_short(1.23456e-6) == "1.235e-06"


def test_the_network_without_a_penalty_follows_its_points_closest(moons):
    scene = moons.scene
    assert scene.alphas[-1] == 0
    assert scene.path.data_losses[-1, 0] < scene.path.data_losses[scene.chosen, 0] / 2
    assert scene.looks[-1].unseen.score > scene.looks[scene.chosen].unseen.score


def test_equations_and_pictures_have_the_same_numbers(moons):
    content = content_of(moons, ENGLISH.gettext)
    scene, n = moons.scene, len(moons.model.rows)
    for stop, index in zip(content["stops"], scene.shown, strict=True):
        equation = stop["equation"]
        assert equation["n"] == n == 200
        assert equation["l2"] == pytest.approx(
            equation["alpha"] / (2 * n) * equation["squared_norm"], rel=1e-4, abs=1e-7
        )
        # what is drawn predicts what is painted
        W, b = stop["network"]["weights"], stop["network"]["biases"]
        x = (
            np.array([scene.plane.x[3], scene.plane.y[50]]) - scene.path.standardizer.mean
        ) / scene.path.standardizer.scale
        _, a = forward([np.array(w) for w in W], [np.array(v) for v in b], x[:, np.newaxis])
        assert stop["surface"][50][3] == pytest.approx(1000 * a[-1][0, 0], abs=3)
        assert index == scene.path.index_of(stop["alpha"])


# learning


def test_a_problem_is_learned_once_and_few_are_kept(paths, moons):
    assert paths.learned(Problem(target="not of drawn data")) is moons
    other = PathCache(Tables())
    for seed in range(MOST_KEPT + 2):
        other._learned[Problem(seed=seed)] = moons
    other.learned(Problem(n_samples=20, hidden_layer_sizes=()))
    assert len(other._learned) == MOST_KEPT
    other.close()


def test_what_nobody_waits_for_is_given_up(paths):
    with pytest.raises(Cancelled):
        paths.learned(Problem(seed=1), lambda stage, progress: True)
    assert paths.known(Problem(seed=1)) is None
    # and whoever waits for a turn is told so, and may leave
    stages = []
    with paths._turn, pytest.raises(Cancelled):
        paths.learned(Problem(seed=1), lambda stage, progress: stages.append(stage) or len(stages) > 2)
    assert stages == ["waiting"] * 3


def test_a_search_that_takes_long_is_given_up_within_it(paths):
    looks = []

    def watch(stage, progress):
        looks.append(progress.n_fits)
        return len(looks) == 3

    with pytest.raises(Cancelled):
        paths.learned(Problem("spirals", n_samples=2000, hidden_layer_sizes=(64, 64, 64)), watch)
    # no search was done by then: one looks between, not only after
    assert looks[:3] == [0, 0, 0]


def test_two_who_ask_at_once_get_the_same(paths):
    found = []
    threads = [threading.Thread(target=lambda: found.append(paths.learned(Problem(seed=2)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all(learned is found[0] for learned in found)


def test_warming_up_learns_something_and_keeps_nothing(monkeypatch):
    page, done = PathCache(Tables()), []

    def noted(problem, tables, watch):
        learned = learn(problem, tables, watch)
        if tables is page.tables:
            done.append(learned)
        return learned

    monkeypatch.setattr("ridgenet.page.app._server.learn", noted)
    warm_up(page)
    assert len(done) == 1
    assert page.known(done[0].problem) is None
    page.close()
    # and the page may have ended before
    warm_up(page)
    assert len(done) == 1


# training live


def test_training_goes_on_where_it_was_whatever_lies_between(moons):
    through = live.advanced(moons, live.State.at_start(moons), 0.5, 40)
    state = live.State.at_start(moons)
    for n_epochs in (10, 1, 29):
        text = live.advanced(moons, state, 0.5, n_epochs).as_text(with_memory=True)
        state = live.State.of_text(text, moons)
    assert state.epoch == through.epoch == 40
    np.testing.assert_allclose(state.parameters, through.parameters, rtol=2e-5, atol=1e-6)


def test_live_training_reaches_the_minimum_of_the_path(moons):
    index = moons.scene.chosen
    alpha = float(moons.scene.alphas[index])
    state = live.State.at_start(moons)
    for _ in range(20):
        state = live.advanced(moons, state, alpha, 500)
    shown = live.frame(moons, state, alpha, ENGLISH.gettext)
    assert sum(shown["objectives"]) == pytest.approx(moons.scene.path.objectives[index, 0], rel=0.1)
    assert shown["finding"] == "balanced"
    assert shown["objectives"][1] == pytest.approx(shown["equation"]["l2"])
    # beyond λ_max it collapses before one's eyes
    for _ in range(4):
        state = live.advanced(moons, state, 200.0, 500)
    assert live.frame(moons, state, 200.0, ENGLISH.gettext)["finding"] == "nothing"


def test_an_address_holds_the_network_in_training(moons):
    state = live.advanced(moons, live.State.at_start(moons), 0.1, 50)
    shown = live.frame(moons, state, 0.1, ENGLISH.gettext)
    again = live.frame(moons, live.State.of_text(shown["address"], moons), 0.1, ENGLISH.gettext)
    assert again["surface"] == shown["surface"]
    assert again["epoch"] == 50


@pytest.mark.parametrize("text", ["", "1", "1.AAAA", "x." + "A" * 176, "-1." + "A" * 176, "1." + "f39_fw" * 29 + "f3"])
def test_no_other_state_is_taken(moons, text):
    with pytest.raises(InputError, match="start it again"):
        live.State.of_text(text, moons)


def test_impossible_training_is_refused(moons):
    state = live.State.at_start(moons)
    for alpha, n_epochs in ((-1.0, 1), (np.inf, 1), (1.0, 10**6), (1.0, -1)):
        with pytest.raises(InputError):
            live.advanced(moons, state, alpha, n_epochs)
