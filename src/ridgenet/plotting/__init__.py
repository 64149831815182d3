"""Pictures of results, as scikit-learn's displays: computed once, drawn anywhere."""

from ridgenet.plotting.boundary import BoundaryDisplay
from ridgenet.plotting.cost import CostDisplay
from ridgenet.plotting.weights import WeightsDisplay

__all__ = ["BoundaryDisplay", "CostDisplay", "WeightsDisplay"]
