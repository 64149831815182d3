"""Pictures of the path: what is drawn is what was computed. How they look is judged by eye."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import NotFittedError

from ridgenet import (
    BoundaryPathDisplay,
    PathDisplay,
    RidgeNetClassifierCV,
    RidgeNetRegressorCV,
    ShrinkageDisplay,
    ridgenet_path,
)

mpl.use("Agg")
pytestmark = pytest.mark.usefixtures("closed_figures")
X, y = make_moons(80, noise=0.3, random_state=0)
QUICK = {"n_alphas": 10, "n_restarts": 2, "random_state": 0}


@pytest.fixture(scope="module")
def net():
    return RidgeNetClassifierCV([(), (4,)], **QUICK).fit(X, y)


def test_the_curve_is_the_cross_validated_loss_with_its_errors_and_both_choices(net):
    display = PathDisplay.from_estimator(net).plot()
    rows = net._results_of(net._selected)
    container = display.ax_.containers[0]
    np.testing.assert_allclose(container.lines[0].get_ydata(), -net.cv_results_["mean_test_score"][rows])
    bars = np.array([segment[:, 1] for segment in container.lines[2][0].get_segments()])
    np.testing.assert_allclose(np.diff(bars, axis=1)[:, 0], 2 * net.cv_results_["standard_error"][rows])
    marked = {line.get_xdata()[0] for line in display.ax_.lines if len(set(line.get_xdata())) == 1}
    assert marked == {net.alpha_min_, net.alpha_1se_}
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert any("no hidden layer" in label for label in labels)
    assert "log loss" in display.ax_.get_ylabel()
    assert f"{net.alpha_min_:.3g}" in display.ax_.get_title()
    assert display.second_ax_.get_xlabel() == "Σ‖W‖²"
    assert display.second_ax_.get_xlim() == display.ax_.get_xlim()


def test_scores_that_grow_are_drawn_as_they_are():
    net = RidgeNetClassifierCV((3,), scoring="accuracy", **QUICK).fit(X, y)
    display = PathDisplay.from_estimator(net)
    np.testing.assert_array_equal(display.values, net.cv_results_["mean_test_score"])
    assert display.label == "cross-validated accuracy"
    negated = RidgeNetClassifierCV((3,), scoring="neg_brier_score", **QUICK).fit(X, y)
    assert (PathDisplay.from_estimator(negated).values > 0).all()


def test_the_evidence_has_its_own_curve_and_the_effective_weights_on_top():
    net = RidgeNetRegressorCV([(2,), (4,)], selection="evidence", **QUICK).fit(X, np.sin(2 * X[:, 0]))
    display = PathDisplay.from_estimator(net).plot()
    np.testing.assert_array_equal(display.values, net.path_.log_evidence)
    assert display.standard_errors is None
    assert "γ" in display.second_ax_.get_xlabel()
    assert len(display.others) == 1


def test_layers_and_units_shrink():
    path = ridgenet_path(X, y, hidden_layer_sizes=(4, 3), **QUICK)
    display = path.plot()
    drawn = [line.get_ydata() for line in display.ax_.lines]
    for norms in path.layer_norms.T:
        assert any(np.array_equal(norms, line) for line in drawn)
    largest = path.unit_norms[0].max(axis=1)
    assert any(np.allclose(largest, line) for line in drawn)
    assert len(drawn) == 3 + 4 + 3
    chosen = ShrinkageDisplay.from_path(path, chosen=path.alphas[4]).plot()
    assert any(set(line.get_xdata()) == {path.alphas[4]} for line in chosen.ax_.lines)
    assert ridgenet_path(X, y, hidden_layer_sizes=(), **QUICK).plot().ax_.get_title()


def test_the_strip_holds_the_chosen_one_framed_and_the_probabilities_of_each(net):
    display = BoundaryPathDisplay.from_estimator(net, X, y, n_panels=4).plot()
    assert len(display.axes_) == 4
    assert (np.diff(display.alphas) > 0).all()
    assert display.alphas[display.chosen] == net.alpha_
    widths = [axes.spines["left"].get_linewidth() for axes in display.axes_]
    assert np.argmax(widths) == display.chosen
    expected = net.predict_proba(display.plane.inputs)
    np.testing.assert_allclose(display.probabilities[display.chosen].reshape(-1, 2), expected)
    assert f"error {1 - net.score(X, y):.1%}" in display.axes_[display.chosen].get_title()
    one = BoundaryPathDisplay.from_estimator(net, X, y, n_panels=1).plot()
    assert one.alphas.tolist() == [net.alpha_]


def test_more_columns_and_classes_are_drawn_in_the_plane_of_two_components():
    inputs, target = load_iris(return_X_y=True, as_frame=True)
    net = RidgeNetClassifierCV((3,), **QUICK).fit(inputs, target)
    display = BoundaryPathDisplay.from_estimator(net, inputs, target).plot()
    assert "plane of two components" in display.figure_.get_suptitle()
    np.testing.assert_allclose(display.probabilities[0].sum(axis=2), 1)


def test_figures_that_are_given_are_drawn_into(net):
    figure = Figure()
    assert PathDisplay.from_estimator(net).plot(figure.subplots()).figure_ is figure
    figure = Figure()
    assert ShrinkageDisplay.from_estimator(net).plot(figure.subplots()).figure_ is figure
    figure = Figure()
    assert BoundaryPathDisplay.from_estimator(net, X, y).plot(figure).figure_ is figure
    assert not plt.get_fignums()


@pytest.mark.parametrize("kind", [PathDisplay, ShrinkageDisplay])
def test_the_legend_covers_no_line_and_stays_within_the_figure(net, kind):
    many = RidgeNetClassifierCV([(), (2,), (3,), (4,), (3, 2)], **QUICK).fit(X, y)
    for estimator in (net, many):
        display = kind.from_estimator(estimator).plot()
        display.figure_.draw_without_rendering()
        legend, panel = display.ax_.get_legend().get_window_extent(), display.ax_.get_tightbbox(bbox_extra_artists=[])
        assert not legend.overlaps(panel)
        assert display.figure_.bbox.contains(legend.x0, legend.y0)
        assert display.figure_.bbox.contains(legend.x1, legend.y1)
    # axes of a figure that makes no room have it inside
    display = kind.from_estimator(net).plot(Figure().subplots())
    display.figure_.draw_without_rendering()
    legend = display.ax_.get_legend().get_window_extent()
    assert display.ax_.bbox.contains(legend.x0, legend.y0)
    assert display.ax_.bbox.contains(legend.x1, legend.y1)


@pytest.mark.parametrize("kind", [PathDisplay, ShrinkageDisplay])
def test_side_by_side_legends_do_not_squeeze_the_axes(net, kind):
    figure = plt.figure(figsize=(12, 5), layout="constrained")
    panels = figure.subplots(1, 2)
    for ax in panels:
        kind.from_estimator(net).plot(ax)
    figure.draw_without_rendering()
    legends = [ax.get_legend().get_window_extent() for ax in panels]
    assert legends[0].x0 >= 0
    assert legends[0].x1 <= legends[1].x0
    assert all(ax.bbox.width > 0.35 * figure.bbox.width for ax in panels)


def test_a_notebook_does_not_print_the_numbers_of_a_display(net):
    for display in (PathDisplay.from_estimator(net), BoundaryPathDisplay.from_estimator(net, X, y)):
        assert "array" not in repr(display.plot())


def test_what_cannot_be_drawn_is_said(net):
    with pytest.raises(NotFittedError):
        PathDisplay.from_estimator(RidgeNetClassifierCV())
    regressor = RidgeNetRegressorCV((), **QUICK).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="needs a classifier"):
        BoundaryPathDisplay.from_estimator(regressor, X, y)
    with pytest.raises(ValueError, match="n_panels"):
        BoundaryPathDisplay.from_estimator(net, X, y, n_panels=0)


@pytest.mark.parametrize("gain", [0.0, 1e-8, 1e-3])
def test_a_curve_that_is_best_at_nothing_is_seen(gain):
    null = np.log(3)
    values = null + np.concatenate([[0, -gain], np.linspace(0, 1.5, 28) ** 2])
    display = PathDisplay(None, values, np.full(30, 0.02), "log loss", {}, {}, "")
    low, high = display.limits()
    assert low < values.min()
    assert np.mean(values < high) > 0.6
    # losses far above the null network's do not flatten a curve that gets below it
    better = np.concatenate([null - np.linspace(0, 0.6, 20), null + np.linspace(0, 50, 10)])
    assert PathDisplay(None, better, np.full(30, 0.02), "log loss", {}, {}, "").limits()[1] < null + 1.5
