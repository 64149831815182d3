"""What a web page needs to train networks itself: the kernels as WebAssembly, and scripts that call them.

`script` returns all of it as one text, for a <script> element or for a worker made from a Blob; it loads nothing, so
the page also works from a file. `training.js` begins with an example. Layouts, codes, indices and defaults are written
by Python, from its own annotations and constants, so that the scripts cannot disagree with it.
"""

from ridgenet.core.browser._embedding import embedded, joined, script

__all__ = ["embedded", "joined", "script"]
