"""Draw the pictures of README and docs: ``make pictures``.

The playground and the report are screenshots, which need Chromium, and a font with Chinese characters.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl
from playwright.sync_api import Page, sync_playwright
from sklearn.datasets import load_wine, make_moons

from ridgenet import (
    BoundaryPathDisplay,
    PathDisplay,
    RidgeNetClassifierCV,
    ShrinkageDisplay,
    TableSettings,
    save,
    train,
)
from ridgenet.page.playground._page import playground

FOLDER = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DPI = 110


def draw_comparison(folder: Path) -> None:
    """Draw the decision boundaries of `ridgenet compare`."""
    subprocess.run([sys.executable, "-m", "ridgenet", "compare", "--out", folder], check=True)
    shutil.copy(folder / "boundary.png", FOLDER)


def draw_path() -> None:
    """Draw the displays of a path, as in docs/path.md."""
    X, y = make_moons(200, noise=0.3, random_state=0)
    net = RidgeNetClassifierCV(random_state=0).fit(X, y)
    PathDisplay.from_estimator(net).plot().figure_.savefig(FOLDER / "path.png", dpi=DPI)
    whole = RidgeNetClassifierCV((8,), path="full", random_state=0).fit(X, y)
    ShrinkageDisplay.from_estimator(whole).plot().figure_.savefig(FOLDER / "shrinkage.png", dpi=DPI)
    BoundaryPathDisplay.from_estimator(whole, X, y).plot().figure_.savefig(FOLDER / "boundary-path.png", dpi=DPI)


def take_report(page: Page, folder: Path) -> None:
    """Take a screenshot of the report of a model trained on the wine data."""
    wine = load_wine(as_frame=True)
    names = dict(enumerate(("first", "second", "third")))
    wine.data.assign(cultivar=wine.target.map(names)).to_csv(folder / "wine.csv", index=False)
    save(train(TableSettings(str(folder / "wine.csv"), target="cultivar")), folder / "results")
    page.set_viewport_size({"width": 825, "height": 1125})
    page.goto((folder / "results" / "report.html").as_uri())
    page.locator("#readout dd").first.wait_for()
    page.evaluate("document.getElementById('penalty').closest('section').scrollIntoView()")
    page.wait_for_timeout(1000)
    page.screenshot(path=FOLDER / "report.png")


def take_playground(page: Page, folder: Path) -> None:
    """Take a screenshot of the playground with its default data, at a λ that over-fits a little."""
    (folder / "page.html").write_text(playground(), encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 1240})
    page.goto((folder / "page.html").as_uri())
    page.wait_for_selector("main[aria-busy=false]")
    page.locator("#alpha").fill("12")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "playground.png")


def main() -> None:
    """Draw all pictures."""
    mpl.use("Agg")
    browser = next(path for path in map(shutil.which, BROWSERS) if path)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        draw_comparison(Path(folder) / "comparison")
        draw_path()
        page = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"]).new_page()
        take_report(page, Path(folder))
        take_playground(page, Path(folder))


if __name__ == "__main__":
    main()
