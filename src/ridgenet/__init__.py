"""Small neural networks with an L2 penalty.

All public names are listed in ``__init__.pyi``. They are imported when they are first used, so that ``ridgenet --help``
does not wait for scikit-learn.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
