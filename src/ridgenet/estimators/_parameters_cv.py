"""Parameters of the estimators that select λ: their constraints and descriptions."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from ridgenet.estimators._parameters import CONSTRAINTS, SHARED, Documented, entries, filled

CV_CONSTRAINTS: dict[str, list[Any]] = {
    **{name: CONSTRAINTS[name] for name in ("activation", "standardize", "init", "max_iter", "random_state", "tol")},
    **{name: CONSTRAINTS[name] for name in ("verbose", "callbacks")},
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
    "alphas": [None, "array-like"],
    "n_alphas": [Interval(Integral, 2, None, closed="left")],
    "alpha_max_ratio": [Interval(Real, 1, None, closed="left")],
    "alpha_min_ratio": [Interval(Real, 0, 1, closed="neither")],
    "penalty_factor": ["array-like", None],
    "path": [StrOptions({"adaptive", "full"})],
    "cv": ["cv_object"],
    "scoring": [None, str, callable],
    "selection": [StrOptions({"min", "1se", "loo", "evidence"})],
    "n_restarts": [Interval(Integral, 1, None, closed="left")],
    "average": ["boolean"],
    "n_jobs": [None, Integral],
    "device": [str],
    "keep": ["boolean"],
}

CV_PARAMETERS = SHARED | entries("""
hidden_layer_sizes : "auto", int, sequence of int, or sequence of sequences, default="auto"
    Number of units in each hidden layer; ``()`` has no hidden layer. A sequence of sequences, such as
    ``[(), (4,), (16,)]``, lists candidates, each with a λ of its own. ``"auto"`` is ``[(), (8,)]``, and ``(32,)`` too
    if 8 units are clearly better than none and leave less than a fifth of the loss of the best constant, and there are
    at least half as many samples as parameters.
alphas : array-like, default=None
    Regularisation strengths λ to try. None chooses from a logarithmic grid of `n_alphas` values that starts at λ_max,
    at which the weights of a network with one hidden layer become zero. The grid goes on below its smallest λ as long
    as that is the best, down to 1e-10 of λ_max.
n_alphas : int, default=50
    Number of values in the grid between its ends.
alpha_max_ratio : float, default=1.0
    Largest λ of the grid as a multiple of λ_max; 1 or more.
alpha_min_ratio : float, default=1e-4
    Smallest λ of the grid as a fraction of λ_max.
path : {"adaptive", "full"}, default="adaptive"
    Which λ of the grid are tried. ``"adaptive"`` looks for the best λ in coarse steps, from a moderate λ towards weaker
    ones, and stops where the score is clearly worse than the best. Then it tries all λ near the best, and near the
    strongest λ within one standard error of it, and some of the stronger ones. ``"full"`` tries all. Has no effect if
    `alphas` are given, or with ``selection="evidence"``: then all are tried.
cv : int, splitter, iterable or None, default=None
    Cross-validation folds, which all λ and candidates share. An integer is the number of folds, which are shuffled with
    `random_state` and stratified in classification; None is 5. For other folds, pass a splitter of scikit-learn or
    pairs of index arrays (train, test). In each fold λ is scaled so that λ / n is the
    same as in the final fit, where n is the number of training samples or the sum of their weights.
scoring : str, callable or None, default=None
    Scorer of scikit-learn by which λ is selected. None is the log loss in classification; in regression it is the mean
    squared error, mean Poisson deviance, mean absolute error (Huber loss) or mean pinball loss (quantile loss).
selection : {"min", "1se", "loo", "evidence"}, default="min"
    ``"min"`` selects the λ with the best mean score. ``"1se"`` selects the largest λ within one standard error of the
    best (Breiman et al., 1984), a simpler network that is not clearly worse. The other two need no folds: `cv` and
    `scoring` have no effect. ``"loo"`` selects the best mean leave-one-out loss, which follows from second derivatives
    at the minima on all data, without refits; scores are NaN for λ far below the best. ``"evidence"`` selects the λ and
    the candidate with the largest marginal likelihood (MacKay, 1992); with few samples and classes that a network
    separates almost without error, it can choose a λ that is much too small.
n_restarts : int, default=5
    Number of random starts at each λ. If `cv` is a number, and there are at most 10,000 samples, every two restarts
    have a division of their own of the samples into folds, since chance in a single division would change the selected
    λ. With other values of `cv`, or ``average=False``, all restarts have the same folds.
average : bool, default=True
    Whether to average the predictions of the restarts, and of the candidates with the weights `candidate_weights_`;
    otherwise the restart with the lowest objective of the best candidate predicts.
standardize : bool, default=True
    Whether to standardise each input to mean 0 and standard deviation 1. In regression the target is standardised too:
    by its mean and standard deviation with squared error, by its median and robust spread with the Huber and quantile
    losses. In each fold only the training rows are used.
max_iter : int, default=5000
    Maximum number of iterations of each L-BFGS run.
tol : float, default=1e-5
    L-BFGS has converged when no component of the gradient is larger.
random_state : int, RandomState instance or None, default=None
    Seed or generator for the folds and the initial weights.
n_jobs : int or None, default=-1
    Number of threads; -1 uses all cores. Inside `joblib.parallel_config` with another backend, its number of workers.
    The result does not depend on it.
device : str, default="cpu"
    Where networks are trained: ``"cpu"`` uses the compiled core; ``"cuda"``, or ``"cuda:1"``, trains all networks of a
    path in one batch on a GPU, with CuPy or PyTorch (extra ``gpu``). :doc:`/how-to/gpu` says when to try it. The
    minima agree up to rounding error; predictions are made on the CPU.
keep : bool, default=False
    Whether to store `oof_predictions_`.
callbacks : callable or list of callables, default=None
    Called a few times a second, from any thread, with a `PathProgress`; a true return value stops the fit with a
    KeyboardInterrupt, and the results so far are in `path_`. Callbacks of scikit-learn (1.9 or newer) are set by
    ``set_callbacks``: each candidate size is a task of theirs, with a subtask for each fit at one λ.
""")
# in the order of the signature; `loss` or `class_weight` follow in the classes
OF_ALL_CV = (
    "hidden_layer_sizes", "activation", "alphas", "n_alphas", "alpha_max_ratio", "alpha_min_ratio", "penalty_factor",
    "path", "cv", "scoring", "selection", "n_restarts", "average", "standardize", "init", "max_iter", "tol",
    "random_state", "n_jobs", "device", "keep", "verbose", "callbacks",
)  # fmt: skip

FITTED = """\
alpha_ : float
    Selected λ.
alphas_ : ndarray of shape (n_alphas,)
    All λ that were tried for the selected candidate, in decreasing order.
alpha_min_, alpha_1se_ : float
    λ of the rules "min" and "1se" for the selected candidate; not set with ``selection="evidence"``.
alpha_interval_ : tuple of float
    Smallest and largest λ around `alpha_min_` between which no tried λ has a score clearly worse than the best: by more
    than two standard errors of the difference, over the folds. Not set with ``selection="evidence"``.
hidden_layer_sizes_ : tuple of int
    Hidden layer sizes of the selected candidate, the one with the best score.
candidate_weights_ : ndarray of shape (n_candidates,)
    Weight of each candidate in predictions, proportional to ``exp(-z²/2)`` for a candidate whose score is z standard
    errors of the difference worse than the best; not set with ``selection="evidence"``.
cv_results_ : dict of ndarray
    One entry for each candidate and λ, as columns of a data frame: `hidden_layer_sizes`, `alpha`, `mean_test_score`,
    `standard_error` (over the folds, as in glmnet), `difference_from_best` (by which the score is less than that of the
    best λ of the candidate) and `standard_error_of_difference` (over the folds), `std_over_restarts` (of the default
    loss), `split0_test_score` and so on for the folds of all divisions, one after the other (not with
    ``selection="loo"``). Greater scores are better; losses are negative.
path_, paths_ : NetworkPath, list of NetworkPath
    Path on all data for the selected candidate, and for every candidate.
oof_predictions_ : ndarray of shape (n_alphas, n_samples, n_outputs)
    With `keep`, out-of-fold (or leave-one-out) outputs of the selected candidate, the mean over the divisions into
    folds; NaN for samples in no test fold.
n_effective_ : float or None
    With ``selection="evidence"``, γ, the effective number of weights.
coefs_, intercepts_ : list of ndarray
    Weights, of shape (n_inputs, n_units), and biases in the units of the data, of a single network: the restart with
    the lowest objective of the selected candidate. Predictions are averages, unless `average` is false.
network_ : Network
    Layer sizes, activation and loss.
loss_, loss_curve_, data_loss_curve_, l2_penalty_curve_ : float, ndarray
    Objective of this restart, and the objective and its two terms during its last L-BFGS run.
n_iter_, converged_, gradient_norm_ : int, bool, float
    Number of iterations of this restart, whether it met `tol`, and the largest absolute component of its gradient.
n_features_in_ : int
    Number of features seen during fit.
feature_names_in_ : ndarray of shape (n_features,)
    Names of the features seen during fit, if X has feature names."""

CV = """\
Networks are trained along a path of λ from several random starts, on all data and on the training rows of each fold.
The estimator predicts with the networks that were trained on all data with the selected λ. :doc:`/explanation/path`
explains the path, and :doc:`/explanation/selection` the selection rules."""

CV_TEXTS = CV_PARAMETERS | {
    "cross_validation": CV,
    "parameters": "\n".join(CV_PARAMETERS[name] for name in OF_ALL_CV),
    "fitted": FITTED,
    "class_weight": CV_PARAMETERS["class_weight"] + "\n    Scores are not weighted by class.",
}


def documented_cv(owner: Documented) -> Documented:
    """Fill the texts that these estimators share into a docstring."""
    return filled(owner, CV_TEXTS)
