"""Measure reports in Chromium: their size, first picture, slider, typed values, and training again.

One is of 600 rows and 30 columns, as the defaults of `ridgenet path` train it; it holds the data.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from outcome import Outcome
from playground import (
    MOVES,
    SINCE_OPENING,
    chromium_version,
    median_and_quantile,
    seconds_of,
    table_of_moves,
    table_of_pages,
)
from playwright.sync_api import Page, sync_playwright

from ridgenet._table_settings import TableSettings
from ridgenet.page.report._content import content_of_model
from ridgenet.page.report._saving import render
from ridgenet.table._training import train

N_ROWS, N_COLUMNS, N_MOVES = 600, 30, 100
SLIDER = {"id": "alpha", "values": [(0.137 * k) % 1 for k in range(N_MOVES)]}
TYPED = {"id": "field-0", "values": [k / N_MOVES for k in range(N_MOVES)]}
TRAINED = "() => document.getElementById('training-status').textContent.startsWith('Trained')"


def table(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, N_COLUMNS))
    y = np.tanh(X[:, 0] + X[:, 1] * X[:, 2]) + 0.5 * rng.normal(size=N_ROWS) > 0
    frame = pd.DataFrame(X, columns=[f"c{k:02}" for k in range(N_COLUMNS)]).assign(y=np.where(y, "yes", "no"))
    path = folder / "table.csv"
    frame.round(4).to_csv(path, index=False)
    return path


def seconds_again(page: Page) -> float:
    page.fill("#without-rows", "1-30")
    began = page.evaluate(SINCE_OPENING)
    page.click("#train")
    page.wait_for_function(TRAINED, timeout=300_000)
    return (page.evaluate(SINCE_OPENING) - began) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    outcome = Outcome.begin("report_page", with_browser=True)
    pages = table_of_pages(outcome, options.rounds)
    opening, again = [], []
    moves: list[float] = []
    typed: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        model = train(TableSettings(str(table(Path(folder))), target="y"))
        for with_data in (False, True):
            report = render(content_of_model(model, with_data=with_data)).encode()
            pages.add(f"report of {N_COLUMNS} columns{' with the data' if with_data else ''}", len(report) / 1e6, "MB")
        file = Path(folder, "report.html")
        file.write_bytes(report)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        outcome.provenance["versions"] |= chromium_version(browser)
        for _ in range(options.rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(file.as_uri())
            opening.append(seconds_of(page, "main[aria-busy=false]"))
            moves += page.evaluate(MOVES, SLIDER)
            typed += page.evaluate(MOVES, TYPED)
            again.append(seconds_again(page))
            page.close()
        browser.close()
    shape = "-".join(map(str, model.network.network_.layer_sizes))
    pages.add("all pictures after opening", statistics.median(opening), "s")
    pages.add(f"training again without 30 rows, and on all ({shape})", statistics.median(again), "s")
    found = table_of_moves(outcome)
    found.add("slider", *median_and_quantile(moves))
    found.add("a value typed in", *median_and_quantile(typed))
    outcome.save()


if __name__ == "__main__":
    main()
