"""Measure the playground in Chromium: its size, first picture, path, slider, live training and a hundred resamples.

Each figure is the median of several pages; all are of the default data, 200 moons and a network 2-8-1.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from outcome import Column, Outcome, Table, key
from playwright.sync_api import Browser, Page, sync_playwright

from ridgenet.page.playground._page import playground

# milliseconds from an input of a control to the end of the frame that shows it
MOVES = """async ({ id, values }) => {
  const control = document.getElementById(id), times = [];
  for (const value of values) {
    control.value = value;
    const began = performance.now();
    control.dispatchEvent(new Event("input"));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - began);
  }
  return times;
}"""
SLIDER = {"id": "alpha", "values": [(7 * k) % 50 for k in range(100)]}
SINCE_OPENING = "() => performance.now()"


def seconds_of(page: Page, selector: str) -> float:
    page.wait_for_selector(selector, timeout=120_000)
    return page.evaluate(SINCE_OPENING) / 1000


def table_of_moves(outcome: Outcome) -> Table:
    return outcome.table(
        "moves",
        "From an input to the end of the frame that shows it",
        [key("input"), Column("median", "ms", ".0f"), Column("95% within", "ms", ".0f")],
    )


def median_and_quantile(times: list[float]) -> tuple[float, float]:
    times = sorted(times)
    return statistics.median(times), times[int(0.95 * len(times))]


def table_of_pages(outcome: Outcome, rounds: int) -> Table:
    columns = [key("what"), Column("value", "", ".2f"), Column("unit")]
    return outcome.table("pages", f"Sizes, and times (medians of {rounds} openings)", columns)


def chromium_version(browser: Browser) -> dict[str, str]:
    return {"Chromium": browser.version}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    outcome = Outcome.begin("playground", with_browser=True)
    found: dict[str, list[float]] = {name: [] for name in ("form", "path", "resampling")}
    idle: list[float] = []
    live: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "page.html")
        file.write_text(playground(), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        outcome.provenance["versions"] |= chromium_version(browser)
        for _ in range(options.rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(file.as_uri())
            found["form"].append(seconds_of(page, "#status:not(:empty)"))
            found["path"].append(seconds_of(page, "main[aria-busy=false]"))
            idle += page.evaluate(MOVES, SLIDER)
            began = page.evaluate(SINCE_OPENING) / 1000
            page.click("#resample")
            found["resampling"].append(seconds_of(page, "#resample:enabled") - began)
            page.click("#start-live")
            page.wait_for_timeout(500)
            live += page.evaluate(MOVES, SLIDER)
            page.close()
        browser.close()
        size = file.stat().st_size / 1e6
    pages = table_of_pages(outcome, options.rounds)
    pages.add("the file", size, "MB")
    pages.add("form, texts and points after opening", statistics.median(found["form"]), "s")
    pages.add("path of 50 λ, 5 folds and 5 restarts after opening", statistics.median(found["path"]), "s")
    pages.add("a hundred samples, 20 λ each", statistics.median(found["resampling"]), "s")
    moves = table_of_moves(outcome)
    moves.add("slider", *median_and_quantile(idle))
    moves.add("slider, while two networks learn", *median_and_quantile(live))
    outcome.save()


if __name__ == "__main__":
    main()
