"""Check a built site: every link, anchor and picture within it exists, and axe finds no violation on five pages.

The second part needs Chromium; without it, it is left out, unless RIDGENET_NEVER_SKIP is set.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

PAGES = ("index", "tutorial/4-with-a-penalty", "how-to/from-mlpclassifier", "reference/commands", "zh/index")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Page(HTMLParser):
    """The anchors of a page, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the attributes that name or link."""
        given = dict(attrs)
        self.anchors.update(value for name in ("id", "name") if (value := given.get(name)))
        # a canonical address is that of the published site
        if tag != "link" or given.get("rel") != "canonical":
            self.links += [value for name in ("href", "src") if (value := given.get(name))]


def broken_links(site: Path) -> Iterator[str]:
    """Yield each link to a file or an anchor of the site that does not exist."""
    pages = {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts}
    for path, page in pages.items():
        for link in dict.fromkeys(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            # what follows the # of the playground is its settings
            is_known = not parts.fragment or target not in pages or target.name == "page.html"
            if not target.exists() or not (is_known or unquote(parts.fragment) in pages[target].anchors):
                yield f"{path.relative_to(site)}: {link}"


def violations(site: Path, browser: str) -> Iterator[str]:
    """Yield what axe finds on five pages, in the light and the dark theme."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            page = running.new_page(color_scheme=theme)
            for name in PAGES:
                page.goto((site / f"{name}.html").as_uri())
                page.wait_for_load_state("networkidle")
                for found in Axe().run(page).response["violations"]:
                    places = [str(node["target"]) for node in found["nodes"]]
                    yield f"{name} ({theme}): {found['help']}: {', '.join(places[:3])} ({len(places)})"
        running.close()


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    site = Path(sys.argv[1]).resolve()
    problems = [f"broken link: {text}" for text in broken_links(site)]
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if browser:
        problems += [f"not accessible: {text}" for text in violations(site, browser)]
    elif "RIDGENET_NEVER_SKIP" in os.environ:
        problems.append("Chromium is missing")
    else:
        print("accessibility not checked: Chromium is missing")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
