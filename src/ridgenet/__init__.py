"""Small neural networks with an L2 penalty, done properly.

Names are imported when they are first used, so that ``ridgenet --help`` does not wait for a compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ridgenet.comparison import compare
    from ridgenet.conversion import convert_lambda
    from ridgenet.core.solution import History, Solution
    from ridgenet.errors import DivergenceError, InputError, RidgeNetError
    from ridgenet.estimators.classifier import RidgeNetClassifier
    from ridgenet.estimators.classifier_cv import RidgeNetClassifierCV
    from ridgenet.estimators.from_sklearn import from_sklearn
    from ridgenet.estimators.path import ridgenet_path
    from ridgenet.estimators.regressor import RidgeNetRegressor
    from ridgenet.estimators.regressor_cv import RidgeNetRegressorCV
    from ridgenet.estimators.training import TrainingState
    from ridgenet.gradient_check import GradientCheck, check_gradient
    from ridgenet.model_files import about_model, load_model, save_model
    from ridgenet.network import Network
    from ridgenet.path.result import NetworkPath
    from ridgenet.path.runner import PathProgress
    from ridgenet.results import Comparison, Fit

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "results",
    "DivergenceError": "errors",
    "Fit": "results",
    "GradientCheck": "gradient_check",
    "History": "core.solution",
    "InputError": "errors",
    "Network": "network",
    "NetworkPath": "path.result",
    "PathProgress": "path.runner",
    "RidgeNetClassifier": "estimators.classifier",
    "RidgeNetClassifierCV": "estimators.classifier_cv",
    "RidgeNetRegressor": "estimators.regressor",
    "RidgeNetRegressorCV": "estimators.regressor_cv",
    "RidgeNetError": "errors",
    "Solution": "core.solution",
    "TrainingState": "estimators.training",
    "about_model": "model_files",
    "check_gradient": "gradient_check",
    "compare": "comparison",
    "convert_lambda": "conversion",
    "from_sklearn": "estimators.from_sklearn",
    "load_model": "model_files",
    "ridgenet_path": "estimators.path",
    "save_model": "model_files",
}

__all__ = [
    "Comparison",
    "DivergenceError",
    "Fit",
    "GradientCheck",
    "History",
    "InputError",
    "Network",
    "NetworkPath",
    "PathProgress",
    "RidgeNetClassifier",
    "RidgeNetClassifierCV",
    "RidgeNetError",
    "RidgeNetRegressor",
    "RidgeNetRegressorCV",
    "Solution",
    "TrainingState",
    "about_model",
    "check_gradient",
    "compare",
    "convert_lambda",
    "from_sklearn",
    "load_model",
    "ridgenet_path",
    "save_model",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"ridgenet.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'ridgenet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
