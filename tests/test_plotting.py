"""Pictures: what is drawn is what was computed. How they look is judged by eye."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from sklearn.datasets import load_iris, make_moons

from ridgenet import BoundaryDisplay, ObjectiveDisplay, WeightsDisplay, compare
from ridgenet.plotting._plane import plane_of
from ridgenet.plotting._style import CLASS_COLORS, strength_colors

mpl.use("Agg")
pytestmark = pytest.mark.usefixtures("closed_figures")


@pytest.fixture(scope="module")
def moons():
    X, y = make_moons(100, noise=0.2, random_state=0)
    return compare(X + 5, y, alphas=(0, 0.1), n_epochs=300, learning_rate_init=0.5, standardize=True)


@pytest.fixture(scope="module")
def iris():
    return compare(
        *load_iris(return_X_y=True), alphas=(0, 0.1, 1, 10, 30), n_epochs=50, learning_rate_init=0.1, standardize=True
    )


def test_two_columns_are_drawn_as_they_are_and_the_shading_is_the_networks_probability(moons):
    display = BoundaryDisplay.from_comparison(moons).plot()
    assert isinstance(display.figure_, Figure)
    assert len(display.axes_) == 2
    plane = display.plane
    np.testing.assert_array_equal(plane.points, moons.dataset.X)
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(plane.x, plane.y)])
    for fit, shading in zip(moons.fits, display.probabilities, strict=True):
        expected = moons.predict_proba(grid, fit.alpha).reshape(shading.shape)
        np.testing.assert_allclose(shading, expected, atol=1e-12)
    for axes, shading in zip(display.axes_, display.probabilities, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), shading[:, :, 1])
        assert axes.get_xlim() == display.axes_[0].get_xlim()
        drawn = sum(
            len(collection.get_offsets()) for collection in axes.collections if len(collection.get_offsets()) > 1
        )
        assert drawn == len(moons.dataset.X)
    assert plane.x[0] < moons.dataset.X[:, 0].min()
    assert plane.x[-1] > moons.dataset.X[:, 0].max()


def test_more_columns_are_drawn_in_the_plane_of_two_components_and_the_picture_says_so(iris):
    display = BoundaryDisplay.from_comparison(iris).plot()
    assert "the plane of two components" in display.figure_.get_supxlabel()
    assert "component 1 (most related to the target)" in display.axes_[3].get_xlabel()
    plane = display.plane
    inputs = (iris.dataset.X - iris.standardizer.mean) / iris.standardizer.scale
    # the plane's inputs, projected as the points are, are the grid itself
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(plane.x, plane.y)])
    np.testing.assert_allclose(plane.projected(plane.inputs), grid, atol=1e-10)
    components = plane.axes * iris.standardizer.scale[:, np.newaxis]
    np.testing.assert_allclose(components.T @ components, np.eye(2), atol=1e-12)
    # scikit-learn's first components of the covariance of inputs and classes
    from sklearn.cross_decomposition import PLSSVD

    classes = (iris.dataset.y[:, np.newaxis] == np.unique(iris.dataset.y)).astype(float)
    oracle = PLSSVD(n_components=2, scale=False).fit(inputs, classes)
    np.testing.assert_allclose(np.abs(plane.points), np.abs(oracle.transform(inputs)), atol=1e-10)


@pytest.mark.parametrize("y", [np.arange(60) % 2, np.arange(60.0), np.arange(60) % 4, np.zeros(60)])
def test_the_first_component_separates_the_target(y):
    rng = np.random.default_rng(0)
    X = np.column_stack([10 * rng.normal(size=(60, 3)), y + 0.1 * rng.normal(size=60), rng.normal(size=60)])
    mean, scale = X.mean(axis=0), X.std(axis=0)
    plane = plane_of(X, y, list("abcde"), mean, scale, 5)
    np.testing.assert_allclose(plane.projected(plane.inputs)[0], [plane.x[0], plane.y[0]])
    components = plane.axes * scale[:, np.newaxis]
    np.testing.assert_allclose(components.T @ components, np.eye(2), atol=1e-12)
    if np.ptp(y):
        # the fourth column is the only one related to it
        assert np.abs(components[:, 0]).argmax() == 3
    assert ("next most" in plane.labels[1]) == (y.dtype.kind == "i" and len(np.unique(y)) == 4)


def test_costs_are_drawn_over_the_epochs_for_each_strength(moons):
    display = ObjectiveDisplay.from_comparison(moons).plot()
    for axes, name in zip(display.axes_, ("data_loss", "l2_penalty"), strict=True):
        assert len(axes.lines) == 2
        for line, fit in zip(axes.lines, moons.fits, strict=True):
            np.testing.assert_array_equal(line.get_xdata(), fit.history.epochs[1:])
            np.testing.assert_array_equal(line.get_ydata(), getattr(fit.history, name)[1:])
    assert [text.get_text() for text in display.axes_[0].get_legend().get_texts()] == ["λ = 0, no penalty", "λ = 0.1"]


def test_every_weight_is_drawn_in_its_layer_and_row(moons):
    display = WeightsDisplay.from_comparison(moons).plot()
    assert len(display.axes_) == 2
    for layer, axes in enumerate(display.axes_):
        expected = [
            moons.fits[0].network.weights(moons.fits[0].initial_parameters),
            *(fit.weights for fit in moons.fits),
        ]
        for row, (collection, weights) in enumerate(zip(axes.collections, expected, strict=True)):
            drawn = collection.get_offsets()
            np.testing.assert_allclose(np.sort(drawn[:, 0]), np.sort(weights[layer].ravel()))
            assert (abs(drawn[:, 1] - row) < 0.3).all()


@pytest.mark.parametrize("name", ["plot_boundary", "plot_objective", "plot_weights"])
def test_a_figure_that_is_given_is_drawn_into_and_titled(iris, name):
    figure = Figure()
    assert getattr(iris, name)(figure) is figure
    assert figure.get_suptitle()
    assert not plt.get_fignums()


def test_plot_returns_every_picture(moons):
    assert set(moons.plot()) == {"boundary", "objective", "weights"}


def luminance(color):
    """Relative luminance, W3C's Web Content Accessibility Guidelines 2.1."""
    channels = np.array(mpl.colors.to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_the_first_two_classes_are_told_apart_in_grey():
    light, dark = sorted((luminance(color) for color in CLASS_COLORS[:2]), reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 2


@pytest.mark.parametrize("n", range(1, 8))
def test_lines_stand_out_from_white_paper(n):
    for color in strength_colors(n):
        assert 1.05 / (luminance(color) + 0.05) > 3
