# All public names, each with the module it is in: __init__.py reads this list, and so do type checkers.
from ._compare import compare as compare
from ._comparison import Comparison as Comparison
from ._comparison import Fit as Fit
from ._convert_lambda import convert_lambda as convert_lambda
from ._errors import DivergenceError as DivergenceError
from ._errors import InputError as InputError
from ._errors import PredictionError as PredictionError
from ._errors import RidgeNetError as RidgeNetError
from ._gradient_check import GradientCheck as GradientCheck
from ._gradient_check import check_gradient as check_gradient
from ._network import Network as Network
from .backends._local import PathProgress as PathProgress
from .core._solution import History as History
from .core._solution import Solution as Solution
from .estimators._classifier import RidgeNetClassifier as RidgeNetClassifier
from .estimators._classifier_cv import RidgeNetClassifierCV as RidgeNetClassifierCV
from .estimators._from_sklearn import from_sklearn as from_sklearn
from .estimators._path import ridgenet_path as ridgenet_path
from .estimators._regressor import RidgeNetRegressor as RidgeNetRegressor
from .estimators._regressor_cv import RidgeNetRegressorCV as RidgeNetRegressorCV
from .estimators._training import TrainingState as TrainingState
from .model_files._files import about_model as about_model
from .model_files._files import load_model as load_model
from .model_files._files import save_model as save_model
from .page.report._saving import save as save
from .path._result import NetworkPath as NetworkPath
from .plotting._boundary import BoundaryDisplay as BoundaryDisplay
from .plotting._boundary import BoundaryPathDisplay as BoundaryPathDisplay
from .plotting._objective import ObjectiveDisplay as ObjectiveDisplay
from .plotting._path import PathDisplay as PathDisplay
from .plotting._path import ShrinkageDisplay as ShrinkageDisplay
from .plotting._weights import WeightsDisplay as WeightsDisplay
from .table._result import TableModel as TableModel
from .table._settings import TableSettings as TableSettings
from .table._training import train as train

__version__: str
