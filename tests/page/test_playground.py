"""The playground in a real browser, opened from a file and without a network."""

import re
from pathlib import Path

import numpy as np
import pytest
from playgrounds import PRICES, numbers_in

from ridgenet import RidgeNetClassifierCV
from ridgenet._datasets import load
from ridgenet._errors import InputError
from ridgenet.page.playground import _page

HERE = Path(_page.__file__).parent
MOST_BYTES = 1_000_000


def test_the_page_is_small_and_has_all_in_one_file(file):
    content = file.read_text(encoding="utf-8")
    assert len(content.encode()) < MOST_BYTES
    # no address but those of names, and of this project
    assert set(re.findall(r"https?://[^\s\"'`)]+", content)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\{\{\w+\}\}", content)


@pytest.mark.parametrize("name", ["moons", "circles", "xor", "spirals", "blobs"])
def test_samples_are_those_of_python(page, name):
    X, y = (
        np.array(page.page.evaluate(f"() => ridgenetSources.draw('{name}', 57, 0.3, 11).{part}")) for part in ("X", "y")
    )
    expected = load(name, n_samples=57, noise=0.3, random_state=11)
    np.testing.assert_allclose(X, expected.X, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(y, expected.y)


def test_the_chosen_lambda_and_what_is_said_about_it_are_those_of_python(usual_page):
    page = usual_page
    data = load("moons")
    net = RidgeNetClassifierCV(hidden_layer_sizes=(8,), path="full", random_state=0).fit(data.X, data.y)
    index = int(np.flatnonzero(net.alphas_ == net.alpha_min_)[0])
    loss = -net.cv_results_["mean_test_score"][index]
    found_loss, alpha, smallest, largest = numbers_in(page.text("verdict"))[:4]
    # to the three digits that are shown, and what rounding makes of hundreds of iterations
    assert alpha == pytest.approx(net.alpha_min_, rel=5e-3)
    assert found_loss == pytest.approx(loss, rel=2e-2)
    assert (smallest, largest) == pytest.approx(net.alpha_interval_, rel=0.5)
    assert page.text("verdict").startswith("The best")
    total, data_loss, *_ = numbers_in(page.text("equation-numbers"))
    assert numbers_in(page.text("equation-numbers"))[-2:] == pytest.approx([data_loss, total - data_loss], abs=2e-4)
    assert data_loss == pytest.approx(net.path_.data_losses[index, 0], rel=2e-2)


def test_lambda_moves_everything_and_too_weak_and_too_strong_are_named(usual_page):
    page = usual_page
    weights = page.page.get_attribute("#drawing line", "stroke-width")
    page.move(0)
    assert page.text("verdict").startswith("Over-fitted")
    weak = numbers_in(page.text("verdict"))
    assert weak[1] > weak[2]
    assert page.page.get_attribute("#drawing line", "stroke-width") != weights
    page.move(49)
    assert page.text("verdict").startswith("Under-fitted")
    # all weights are almost zero
    assert numbers_in(page.text("verdict"))[-2] < 0.01
    assert page.page.get_attribute("#alpha", "aria-valuetext").startswith("λ = ")
    page.page.click("#choose")
    page.settle()
    assert page.text("verdict").startswith("The best")


def test_other_samples_keep_lambda_and_back_undoes(page):
    page.move(5)
    alpha = numbers_in(page.text("alpha-shown"))[0]
    described = page.page.get_attribute("#plane", "aria-label")
    page.page.click("#again")
    page.settle()
    assert numbers_in(page.text("alpha-shown"))[0] == pytest.approx(alpha, rel=0.1)
    assert "seed=7" in page.page.url
    page.page.click("#undo")
    page.page.wait_for_url(lambda url: "seed" not in url)
    page.settle()
    assert page.page.get_attribute("#plane", "aria-label") == described


def test_a_link_shows_the_same_picture(open_page):
    first = open_page("#source=circles&n=80&units=4&seed=3")
    first.move(10)
    first.page.wait_for_url(lambda url: "alpha" in url)
    second = open_page("#" + first.page.url.partition("#")[2])
    for name in ("verdict", "equation-numbers", "alpha-shown"):
        assert second.text(name) == first.text(name)
    assert second.page.input_value("#n") == "80"
    nonsense = open_page("#source=sun&n=1e9&noise=-1&units=7&alpha=x&edits=<b>;r5;a1")
    assert nonsense.page.input_value("#n") == "200"


def test_a_page_embeds_parts_of_it_in_a_language(open_page):
    page = open_page("#units=2&language=zh&parts=plane,control,weights")
    shown = {
        name: page.page.is_visible(f"#{name}")
        for name in ("plane", "verdict", "alpha", "weights", "curve", "settings", "start-live")
    }
    assert [name for name, is_shown in shown.items() if is_shown] == ["plane", "verdict", "alpha", "weights"]
    assert page.page.evaluate("() => document.documentElement.lang") == "zh"
    page.move(3)
    # a page around it would send its theme
    page.page.evaluate("() => postMessage({ ridgenetTheme: 'dark' }, '*')")
    page.page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    # the address is written a moment after the slider has come to rest
    page.page.wait_for_function("() => location.hash.includes('alpha=')")
    assert page.page.evaluate("() => location.hash").endswith("&language=zh&parts=plane,control,weights")


def test_points_can_be_added_relabelled_and_dragged(page):
    canvas = page.page.locator("#plane")
    box = canvas.bounding_box()
    canvas.click(position={"x": 20, "y": 20})
    page.settle()
    assert "of 61 points" in page.page.get_attribute("#plane", "aria-label")
    canvas.click(position={"x": 20, "y": 20})
    page.settle()
    assert "r60" in page.page.url
    page.page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 60, box["y"] + 90, steps=8)
    page.page.mouse.up()
    page.settle()
    assert "m60" in page.page.url
    assert "of 61 points" in page.page.get_attribute("#plane", "aria-label")


def test_the_tour_ends_where_its_sentences_are_true(usual_page):
    page = usual_page
    page.page.click("#start-tour")
    page.settle()
    seen = []
    for _ in range(5):
        terms = numbers_in(page.text("equation-numbers"))
        seen.append((page.text("verdict").split(":")[0], terms[1], numbers_in(page.text("verdict"))))
        page.page.click("#tour-next")
        page.settle()
    assert [kind for kind, _, _ in seen] == ["The best", "Over-fitted", "The best", "Under-fitted", "The best"]
    weak, chosen = seen[1], seen[2]
    # the data loss is higher than before, and the loss on other samples lower
    assert chosen[1] > weak[1]
    assert chosen[2][0] < weak[2][1]
    # the same weak λ with other points
    assert numbers_in(page.text("alpha-shown"))[0] == pytest.approx(weak[2][0], rel=0.1)
    page.page.click("#tour-next")
    assert page.text("tour-step") == "Step 7 of 7"
    page.page.click("#tour-end")
    assert page.page.is_hidden("#tour")


def test_a_guess_is_judged_by_the_losses(page):
    page.page.click("#guess")
    here = numbers_in(page.text("question"))[-1]
    page.page.click("#lower")
    page.settle()
    _, there, before, difference, error = numbers_in(page.text("answer"))
    assert before == here
    assert difference == pytest.approx(abs(there - before), abs=0.02)
    assert error > 0
    assert page.text("answer").startswith("Right" if there < here else "No")


def test_bias_and_variance_are_those_of_a_hundred_samples(usual_page):
    page = usual_page
    page.page.click("#resample")
    page.page.wait_for_selector("#resample:enabled")
    assert page.text("resampled").startswith("100 of 100 samples")
    least, alpha, weak, strong = numbers_in(page.text("resampled-least"))
    assert weak > 100 * strong
    assert 0 < least < 0.25
    assert 0.01 < alpha < 10
    assert "of one network" in page.page.get_attribute("#variance", "aria-label")


def test_networks_learn_before_ones_eyes_and_can_be_stopped(page):
    page.page.click("#start-live")
    page.page.wait_for_function("() => /Epoch [1-9]\\d/.test(document.getElementById('epoch').textContent)")
    page.page.click("#stop-live")
    stopped = page.text("epoch")
    without, with_penalty = (numbers_in(page.text(f"live-{k}")) for k in (0, 1))
    assert without[0] == 0
    assert with_penalty[0] > 0
    # less than that of a constant
    assert without[1] < np.log(2)
    page.page.wait_for_timeout(200)
    assert page.text("epoch") == stopped
    page.page.click("#start-live")
    page.page.wait_for_function("() => document.getElementById('epoch').textContent.endsWith('start 1')")


def test_all_texts_are_in_both_languages(page):
    texts = page.page.evaluate("() => ridgenetMessages.TEXTS")
    languages = page.page.evaluate("() => Object.keys(ridgenetMessages.LANGUAGES)")
    assert languages == ["en", "zh"]
    for key, pair in texts.items():
        english, chinese = pair
        assert english, key
        assert chinese, key
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), key
        assert english == chinese or re.search(r"[\u4e00-\u9fff]", chinese), key
    scripts = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.js") if path.name != "messages.js")
    html = (HERE / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r"data-(?:text|title|label|placeholder)=\"(\w+)\"", html))
    used |= set(re.findall(r"\bt\(\"(\w+)\"", scripts)) | set(re.findall(r"say\([^,]+, \"(\w+)\"", scripts))
    used |= set(re.findall(r"key: \"(\w+)\"", scripts)) | set(re.findall(r"TableError\(\"(\w+)\"", scripts))
    assert used - set(texts) == set()
    # those whose keys are put together, or chosen
    chosen = re.compile(
        r"verdict_|cross_|equation_where|tour_|live_|holds_|guess_|as_|plane_|network_help|log_loss|squared_error|own$|no_units"
    )
    sources = {"moons", "circles", "xor", "spirals", "blobs"}
    assert {key for key in texts if key not in used and not chosen.match(key)} - sources == set()


def test_the_page_speaks_chinese(page):
    page.page.select_option("#language", "zh")
    page.settle()
    assert page.text("verdict").startswith("最佳")
    assert page.page.get_attribute("html", "lang") == "zh"
    visible = page.page.inner_text("body")
    assert not re.search(r"\b(the|network|points|weights)\b", visible)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_violation(open_page, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    made = open_page("#n=60&units=2", viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    made.page.click("#start-tour")
    made.settle()
    made.page.select_option("#source", "own")
    made.read(PRICES)
    found = Axe().run(made.page)
    assert found.violations_count == 0, found.generate_report()
    assert made.page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_everything_can_be_done_by_keyboard(page):
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Tab")
    page.page.focus("#alpha")
    before = page.text("alpha-shown")
    page.page.keyboard.press("ArrowLeft")
    page.settle()
    assert numbers_in(page.text("alpha-shown"))[0] < numbers_in(before)[0]


def test_without_the_module_one_line_says_how_to_build_it(monkeypatch, tmp_path):
    monkeypatch.setattr("ridgenet.core.browser._embedding.LIBRARIES", tmp_path)
    with pytest.raises(InputError, match=r"the kernels for pages \(WebAssembly\) are not built; run make kernels"):
        _page.playground()


def test_points_can_be_edited_by_keyboard(page):
    def points():
        return int(re.search(r"of (\d+) points", page.page.get_attribute("#plane", "aria-label"))[1])

    def edits():
        return page.page.evaluate("() => history.state.state.edits")

    n = points()
    page.page.focus("#plane")
    for _ in range(12):
        page.page.keyboard.press("Shift+ArrowLeft")
    page.page.keyboard.press("Enter")
    page.settle()
    assert points() == n + 1
    # on the new point, Enter changes its class
    page.page.keyboard.press("Enter")
    page.settle()
    assert edits()[-1] == f"r{n}"
    page.page.keyboard.press("Space")
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Shift+ArrowUp")
    assert len(edits()) == 2
    page.page.keyboard.press("Space")
    page.settle()
    assert edits()[-1].startswith(f"m{n},")
    assert points() == n + 1
