"""Pictures of results, as scikit-learn's displays: computed once, drawn anywhere."""

from ridgenet.plotting.boundary import BoundaryDisplay
from ridgenet.plotting.boundary_path import BoundaryPathDisplay
from ridgenet.plotting.objective import ObjectiveDisplay
from ridgenet.plotting.path import PathDisplay
from ridgenet.plotting.shrinkage import ShrinkageDisplay
from ridgenet.plotting.weights import WeightsDisplay

__all__ = [
    "BoundaryDisplay",
    "BoundaryPathDisplay",
    "ObjectiveDisplay",
    "PathDisplay",
    "ShrinkageDisplay",
    "WeightsDisplay",
]
