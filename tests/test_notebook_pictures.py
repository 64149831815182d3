"""The small pictures that notebooks show: drawn to scale, readable on light and dark pages, without matplotlib."""

import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn import config_context
from sklearn.datasets import make_moons

from ridgenet import RidgeNetClassifier, RidgeNetRegressor, compare, ridgenet_path
from ridgenet._svg import COLORS, DASHES, HEIGHT, LEFT, MOST_POINTS, WIDTH, Panel, picture

X, y = make_moons(80, noise=0.3, random_state=0)
SVG = "{http://www.w3.org/2000/svg}"


def svg_of(html):
    found = re.search(r"<svg .*</svg>", html, re.DOTALL)
    return ElementTree.fromstring(found[0])


def points_of(svg, index=0):
    text = svg.findall(f".//{SVG}polyline")[index].get("points")
    return np.array([[float(number) for number in pair.split(",")] for pair in text.split()])


def texts_of(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


def test_curves_are_drawn_to_scale():
    x = np.array([1.0, 10.0, 1000.0])
    svg = svg_of(picture([Panel("a", "λ", {"b": (x, np.array([0.0, 2.0, 4.0]))}, log_x=True)], "<text>"))
    points = points_of(svg)
    np.testing.assert_allclose(points[:, 0], LEFT + WIDTH * np.array([0, 1 / 3, 1]), atol=0.05)
    assert np.ptp(points[:, 1]) == pytest.approx(HEIGHT, abs=0.1)
    assert points[1, 1] == pytest.approx(points[[0, 2], 1].mean(), abs=0.1)
    assert {"a", "λ", "1", "1,000", "0", "4"} == set(texts_of(svg))
    assert svg.get("aria-label") == "<text>"
    assert svg.get("role") == "img"


def test_what_cannot_be_drawn_is_left_out():
    x = np.array([0.0, 1.0, 10.0, 100.0])
    y = np.array([1.0, np.nan, 2.0, 3.0])
    assert len(points_of(svg_of(picture([Panel("a", "x", {"b": (x, y)}, log_x=True)], "")))) == 2
    single = svg_of(picture([Panel("a", "x", {"b": (x[2:3], y[2:3])})], ""))
    assert single.find(f".//{SVG}circle") is not None
    assert "nothing to draw" in texts_of(svg_of(picture([Panel("a", "x", {"b": (x, x * np.nan)})], "")))
    constant = points_of(svg_of(picture([Panel("a", "x", {"b": (x, x * 0)})], "")))
    assert np.isfinite(constant).all()


def test_long_curves_are_thinned_to_their_ends():
    x = np.arange(1.0, 20_001.0)
    points = points_of(svg_of(picture([Panel("a", "x", {"b": (x, x)})], "")))
    assert len(points) == MOST_POINTS
    np.testing.assert_allclose(points[[0, -1], 0], [LEFT, LEFT + WIDTH], atol=0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#111111", "#1e1e1e"])
@pytest.mark.parametrize("color", COLORS)
def test_lines_have_a_contrast_of_three_to_one(color, background):
    def luminance(text):
        rgb = np.array([int(text[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(color), luminance(background)])
    assert (high + 0.05) / (low + 0.05) >= 3


def test_lines_differ_without_colours_too():
    assert len(set(DASHES)) == len(set(COLORS)) == len(COLORS)


def test_a_path_shows_objective_and_weights():
    path = ridgenet_path(X, y, hidden_layer_sizes=(4,), n_alphas=12, n_restarts=1, random_state=0)
    html = path._repr_html_()
    svg = svg_of(html)
    assert len(html) < 10_000
    assert [text for text in texts_of(svg) if text == "Σ‖W‖²"]
    objective, loss, norms = (points_of(svg, index) for index in range(3))
    assert len(objective) == len(loss) == len(norms) == 12
    # λ decreases along the arrays, and weights grow
    assert norms[0, 0] > norms[-1, 0]
    assert norms[0, 1] > norms[-1, 1]
    # the objective is above the data loss: smaller coordinates
    assert (objective[:, 1] <= loss[:, 1]).all()
    assert "data loss" in svg.get("aria-label")
    unfinished = replace(path, data_losses=np.full_like(path.data_losses, np.nan))
    assert "nothing to draw" in texts_of(svg_of(unfinished._repr_html_()))


def test_a_comparison_shows_its_table_and_curves():
    result = compare(X, y, alphas=(0, 0.01, 0.1), n_epochs=50)
    html = result._repr_html_()
    cells = re.findall(r"<td>(.*?)</td>", html)
    header = re.findall(r"<th>(.*?)</th>", html)
    lines = [re.split(r"\s{2,}", line.strip()) for line in str(result).splitlines()]
    assert [header, cells] == [lines[0], [cell for line in lines[1:] for cell in line]]
    svg = svg_of(html)
    assert len(svg.findall(f".//{SVG}polyline")) == 6
    assert "λ = 0.1" in texts_of(svg)
    for fit in result.fits:
        assert f"λ = {fit.alpha:g}: final data loss {fit.data_loss:.4f}" in svg.get("aria-label")
    many = compare(X, y, alphas=np.logspace(-3, 0, 9), n_epochs=3)._repr_html_()
    assert len(svg_of(many).findall(f".//{SVG}polyline")) == 2 * len(COLORS)
    assert len(re.findall("<tr>", many)) == 10


@pytest.mark.parametrize(
    "net", [RidgeNetClassifier((4,), random_state=0), RidgeNetRegressor((4,), solver="adam", max_iter=40)]
)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_an_estimator_shows_its_diagram_and_objective(net):
    assert "<svg" not in net._repr_mimebundle_()["text/html"]
    net.fit(X, y)
    bundle = net._repr_mimebundle_()
    assert bundle["text/plain"] == repr(net)
    html = bundle["text/html"]
    # the diagrams of scikit-learn are numbered
    assert len(html) == pytest.approx(len(net._repr_html_()), abs=20)
    assert "sk-top-container" in html
    svg = svg_of(html[html.index("<svg xmlns") :])
    curve = net.loss_curve_
    assert len(points_of(svg)) == len(curve)
    assert {"iteration" if net.solver_ == "lbfgs" else "epoch"} & set(texts_of(svg))
    drop = points_of(svg)[:, 1]
    assert (drop - drop.min()) / HEIGHT == pytest.approx((curve.max() - curve) / curve.max(), abs=2e-3)
    with config_context(display="text"):
        assert not hasattr(net, "_repr_html_")
        assert "text/html" not in net._repr_mimebundle_()


def test_pictures_need_no_matplotlib():
    code = """
import sys
from sklearn.datasets import make_moons
from ridgenet import RidgeNetClassifier, compare, ridgenet_path
X, y = make_moons(60, noise=0.3, random_state=0)
for shown in (ridgenet_path(X, y, n_alphas=3, n_restarts=1), compare(X, y, n_epochs=2), RidgeNetClassifier().fit(X, y)):
    assert "<svg" in shown._repr_html_()
assert "matplotlib" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
