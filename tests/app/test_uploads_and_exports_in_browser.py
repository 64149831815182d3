"""Uploads and exports of the page in a real browser."""

import re
import zipfile

import waiting
from pages import (
    A_WHILE,
    QUICK,
    choose,
    message,
    offered,
    picture,
    until,
    until_in,
    until_learned,
)
from tables_of_tests import wine, written

# uploads


def upload(page, path):
    page.set_input_files("#file", path)


def test_a_table_of_ones_own_by_upload_and_its_columns(open_page, tmp_path):
    page = open_page(QUICK)
    upload(page, written(wine(), tmp_path / "wine.csv"))
    until_learned(page, "data=upload-")
    assert page.locator("#drawn").is_hidden()
    assert "cultivar" in page.inner_text("#target")
    choose(page, "columns", "alcohol")
    until_learned(page, "column=alcohol")
    page.keyboard.press("Escape")
    choose(page, "target", "hue")
    until_learned(page, "target=hue")
    assert "R²" in page.inner_text("#boundary-score")
    assert "alcohol" in page.text_content("#network")
    choose(page, "data", "ship.csv")
    until_learned(page, "target=survived")


def test_a_bad_table_is_refused_in_words_and_the_picture_stays(open_page):
    page = open_page(QUICK)
    before = picture(page, "boundary")
    for name, content, said in (
        ("empty.csv", b"", "empty.csv: the file is empty"),
        ("ragged.csv", b"a,b\n1,2\n3\n", "ragged.csv"),
        ("noise.parquet", b"PAR1" + bytes(range(200)), "noise.parquet: the file is damaged"),
        ("<b>evil.csv", b"a\n1\n", "<b>evil.csv: there is one column only"),
        ("constant.csv", b"a,b\n" + b"1,2\n" * 30, "constant.csv"),
    ):
        page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
        page.locator("#message.error", has_text=said).wait_for()
        assert picture(page, "boundary") == before
        assert page.query_selector("#message b") is None
        assert "/tmp" not in message(page)


def test_uploads_of_this_tab_stay_on_offer_and_the_target_is_no_input(open_page, tmp_path):
    page = open_page(QUICK)
    for name, rows in (("first.csv", wine()), ("second.csv", wine().drop(columns="hue"))):
        upload(page, written(rows, tmp_path / name))
        until(page, f"document.getElementById('data').innerText.includes('{name}')")
        until(page, "document.getElementById('message').textContent.startsWith('50 λ')")
    before = message(page)
    upload(page, tmp_path / "second.csv")
    waiting.until(lambda: message(page) == before, "it is said again that it is done")
    page.wait_for_timeout(A_WHILE)
    assert message(page) == before
    assert "cultivar" not in offered(page, "columns")
    choose(page, "target", "alcohol")
    until_learned(page, "target=alcohol")
    waiting.until(lambda: {"cultivar", "alcohol"} & offered(page, "columns") == {"cultivar"}, "other columns")
    page.click("#language-zh")
    until_in(page, "zh-Hans")
    waiting.until(lambda: {"first.csv", "second.csv", "ship.csv"} <= offered(page, "data"), "all tables on offer")


# exports


def test_equations_show_the_numbers_of_the_moment(open_page):
    page = open_page(QUICK)
    page.click("#show-equations")
    text = page.inner_text("#equations")
    costs = dict(zip(*[iter(page.inner_text("#readout").split("\n"))] * 2, strict=True))
    assert costs["data loss"] in text.replace("\n", "")
    assert page.locator("#parameters td").count() == 4 * 3 + 5
    page.keyboard.press("Escape")
    page.wait_for_selector("#equations", state="hidden")


def test_equations_say_what_they_leave_out_and_can_be_closed_at_once(open_page):
    page = open_page("?data=moons&n=40&hidden=20,20")
    page.click("#show-equations")
    tables = page.locator("#parameters table").all_inner_texts()
    assert [text.count("+ 4 more not shown") for text in tables] == [1, 2, 1]
    assert page.locator("#parameters table >> nth=1 >> tr >> nth=1 >> td").count() == 18
    page.evaluate("document.getElementById('equations').scrollTop = 0")
    page.locator("#equations .close >> nth=0").click()
    page.wait_for_selector("#equations", state="hidden")


def test_colours_have_names_and_live_mode_says_what_is_taken_along(open_page):
    page = open_page(QUICK)
    assert page.locator("#classes li").all_inner_texts() == ["class 0", "class 1"]
    colors = page.locator("#classes span").evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    points = page.evaluate("document.getElementById('boundary').data.map(trace => trace.marker.color).slice(0, 2)")
    assert [tuple(map(int, re.findall(r"\d+", color))) for color in colors] == [
        tuple(bytes.fromhex(color[1:])) for color in points
    ]
    page.click("#take")
    assert page.locator("#take-model").inner_text() == "Model file (skops)"
    page.click("#mode-live")
    page.click("#take")
    assert page.locator("#take-model").inner_text().endswith("of the λ path at this λ, not of the live network")
    assert "of the λ path at this λ, not of the live network" not in page.locator("#take-data").inner_text()


def test_everything_can_be_taken_along(open_page, tmp_path):
    page = open_page(QUICK)
    taken = {}
    for item in ("png", "report", "model", "data"):
        page.click("#take")
        with page.expect_download() as download:
            page.click(f"#take-{item}")
        taken[item] = tmp_path / download.value.suggested_filename
        download.value.save_as(taken[item])
    assert taken["png"].read_bytes().startswith(b"\x89PNG")
    assert taken["png"].stat().st_size > 50_000
    assert "<h1>Predicting class</h1>" in taken["report"].read_text(encoding="utf-8")
    assert "schema.json" in zipfile.ZipFile(taken["model"]).namelist()
    assert len(taken["data"].read_text(encoding="utf-8").splitlines()) == 61
    page.click("#take")
    page.click("#take-code")
    page.wait_for_selector("#codes[open]")
    code = page.inner_text("#code")
    assert "RidgeNetClassifierCV(" in code
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#copy-code")
    until(page, "document.getElementById('copy-code').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()
