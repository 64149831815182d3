"""Measure the playground in Chromium: its size, first picture, path, slider, live training and a hundred resamples.

Each figure is the median of several pages; all are of the default data, 200 moons and a network 2-8-1.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

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


def in_words(times: list[float]) -> str:
    times = sorted(times)
    return f"median {statistics.median(times):.1f} ms, 95% within {times[int(0.95 * len(times))]:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in ("form", "path", "resampling")}
    idle: list[float] = []
    live: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "page.html")
        file.write_text(playground(), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
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
        print(f"size: {file.stat().st_size / 1e6:.2f} MB")
    print(f"form, texts and points: {statistics.median(found['form']):.2f} s after opening")
    print(f"path of 50 λ x 5 folds x 5 restarts: {statistics.median(found['path']):.2f} s after opening")
    print(f"100 samples x 20 λ: {statistics.median(found['resampling']):.2f} s")
    print(f"slider: {in_words(idle)}; while two networks learn: {in_words(live)}")


if __name__ == "__main__":
    main()
