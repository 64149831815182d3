"""`RidgeNetClassifierCV`."""

from __future__ import annotations

from typing import Any

from sklearn.utils._param_validation import StrOptions

from ridgenet import _defaults as defaults
from ridgenet.estimators._cross_validated import BaseRidgeNetCV
from ridgenet.estimators._intervals import PredictionSets
from ridgenet.estimators._parameters_cv import CV_CONSTRAINTS, documented_cv
from ridgenet.estimators._targets import ClassTargets


@documented_cv
class RidgeNetClassifierCV(PredictionSets, ClassTargets, BaseRidgeNetCV):
    """Neural network classifier with an L2 penalty whose strength λ is selected along its path.

    {cross_validation}

    Parameters
    ----------
    {parameters}
    {class_weight}

    Attributes
    ----------
    classes_ : ndarray
        Class labels.
    calibration_error_ : float
        Expected calibration error, in 10 bins of equal width, of the out-of-fold probabilities at the selected λ; not
        set with ``selection="evidence"``, Dask collections or several labels.
    {fitted}

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.3, random_state=0)
    >>> net = RidgeNetClassifierCV(n_alphas=20, random_state=0).fit(X, y)
    >>> bool(0.1 < net.alpha_min_ <= net.alpha_1se_ < 10)
    True
    >>> X_new, y_new = make_moons(1000, noise=0.3, random_state=1)
    >>> net.score(X_new, y_new) > 0.88
    True
    """

    _parameter_constraints = CV_CONSTRAINTS | {"class_weight": [dict, list, StrOptions({"balanced"}), None]}

    def __init__(
        self,
        hidden_layer_sizes: Any = "auto",
        activation: str = defaults.ACTIVATION,
        *,
        alphas: Any = None,
        n_alphas: int = defaults.N_ALPHAS,
        alpha_max_ratio: float = 1.0,
        alpha_min_ratio: float = defaults.ALPHA_MIN_RATIO,
        penalty_factor: Any = None,
        path: str = "adaptive",
        cv: Any = None,
        scoring: Any = None,
        selection: str = "min",
        n_restarts: int = defaults.N_RESTARTS,
        average: bool = True,
        standardize: bool = True,
        init: str = "glorot",
        class_weight: Any = None,
        max_iter: int = defaults.MAX_ITER,
        tol: float = defaults.TOL_OF_PATH,
        random_state: Any = None,
        n_jobs: int | None = -1,
        device: str = "cpu",
        keep: bool = False,
        verbose: Any = False,
        callbacks: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alphas = alphas
        self.n_alphas = n_alphas
        self.alpha_max_ratio = alpha_max_ratio
        self.alpha_min_ratio = alpha_min_ratio
        self.penalty_factor = penalty_factor
        self.path = path
        self.cv = cv
        self.scoring = scoring
        self.selection = selection
        self.n_restarts = n_restarts
        self.average = average
        self.standardize = standardize
        self.init = init
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.device = device
        self.keep = keep
        self.verbose = verbose
        self.callbacks = callbacks
