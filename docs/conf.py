"""Configuration of the documentation: ``make docs``."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

from sphinx_gallery.sorting import ExplicitOrder  # noqa: E402

from ridgenet import __version__  # noqa: E402

project = "ridgenet"
author = "The ridgenet developers"
copyright = "the ridgenet developers"
version = release = __version__
SOURCE = "https://github.com/ridgenet/ridgenet"
html_baseurl = "https://ridgenet.github.io/ridgenet/"

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.linkcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "commands",
    "evidence",
    "mathml",
    "playground",
    "schema",
]
templates_path = ["_templates"]
nitpicky = True
# of options such as --target
smartquotes = False
toc_object_entries_show_parents = "hide"
exclude_patterns = ["_build", "images/draw.py"]

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
# pages may also be read where they lie, in the repository
myst_links_external_new_tab = False

html_theme = "pydata_sphinx_theme"
html_title = "ridgenet"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["playground.js"]
html_favicon = "_static/favicon.svg"
html_show_sourcelink = False
html_math_renderer = "mathml"
html_theme_options = {
    "logo": {"text": "ridgenet"},
    "github_url": SOURCE,
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "show_prev_next": True,
    "collapse_navigation": True,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_context = {"default_mode": "auto"}
html_sidebars = {"index": [], "zh/index": []}

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "groupwise"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
# methods of scikit-learn's mixins have scikit-learn's docstrings
numpydoc_class_members_toctree = False

sphinx_gallery_conf: dict[str, Any] = {
    "examples_dirs": [str(HERE.parent / "examples")],
    "gallery_dirs": ["gallery"],
    "subsection_order": ExplicitOrder(
        [f"../examples/{name}" for name in ("penalty", "path", "predictions", "tables", "beyond")]
    ),
    "abort_on_example_error": True,
    "backreferences_dir": "gallery/uses",
    "doc_module": ("ridgenet",),
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
    "download_all_examples": False,
    "min_reported_time": 10,
    "matplotlib_animations": False,
}


def linkcode_resolve(domain: str, info: dict[str, str]) -> str | None:
    """Return where the source of a public name is on GitHub."""
    found: Any = sys.modules.get(info["module"]) if domain == "py" else None
    for part in info["fullname"].split("."):
        found = getattr(found, part, None)
    found = inspect.unwrap(found.fget if isinstance(found, property) else found) if found is not None else None
    try:
        path, (lines, first) = inspect.getsourcefile(found), inspect.getsourcelines(found)
    except TypeError:
        return None
    relative = Path(str(path)).relative_to(HERE.parent).as_posix()
    return f"{SOURCE}/blob/v{release}/{relative}#L{first}-L{first + len(lines) - 1}"


def _set_language(_app: Any, page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Tell browsers and screen readers which pages are in Chinese."""
    if page.startswith("zh/"):
        context["language"] = "zh-CN"


def setup(app: Any) -> None:
    """Connect what is configured by functions."""
    app.connect("html-page-context", _set_language)
