"""Write formulas as MathML, which browsers draw without a script and screen readers can read."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

# what latex2mathml leaves open: bars that stretch on one side only, primes as exponents, functions without a space
CORRECTIONS = (
    (re.compile(r"<mo>(&#x02016;|&#x0007C;)</mo>"), r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>'),
    (re.compile(r"<mi>&#x02032;</mi>"), "<mo>&#x02032;</mo>"),
    (re.compile(r"<mo>(max|min|det)</mo>"), r"<mi>\1</mi>"),
    (re.compile(r"<mi>(tanh|log|exp|det|max|min)</mi>(?!</m|<mo)"), r'<mi>\1</mi><mspace width="0.17em"/>'),
)


def mathml(formula: str, display: str = "inline") -> str:
    """Return a formula in LaTeX as MathML."""
    text: str = convert(formula, display=display)
    for pattern, replacement in CORRECTIONS:
        text = pattern.sub(replacement, text)
    return text


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _displayed(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
