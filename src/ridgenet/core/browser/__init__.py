"""What a web page needs to train networks itself: the kernels as WebAssembly, and scripts that call them.

`script` returns all of it as one text, for a <script> element or for a worker made from a Blob; it loads nothing from
anywhere. The scripts beside this module have no number or name in them that Python knows: layouts, codes, indices and
defaults come from here.
"""

from ridgenet.core.browser._embedding import embedded, script

__all__ = ["embedded", "script"]
