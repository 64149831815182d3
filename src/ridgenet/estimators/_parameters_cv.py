"""Parameters of the estimators that choose λ: what is allowed, and what each means."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from ridgenet.estimators._parameters import CONSTRAINTS, Class, with_descriptions

CV_CONSTRAINTS: dict[str, list[Any]] = {
    **{name: CONSTRAINTS[name] for name in ("activation", "standardize", "init", "max_iter", "random_state", "tol")},
    **{name: CONSTRAINTS[name] for name in ("verbose", "callbacks")},
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "alphas": [None, "array-like"],
    "n_alphas": [Interval(Integral, 2, None, closed="left")],
    "alpha_max_ratio": [Interval(Real, 1, None, closed="left")],
    "alpha_min_ratio": [Interval(Real, 0, 1, closed="neither")],
    "penalty_factor": ["array-like", None],
    "cv": ["cv_object"],
    "scoring": [None, str, callable],
    "selection": [StrOptions({"min", "1se", "evidence"})],
    "n_restarts": [Interval(Integral, 1, None, closed="left")],
    "average": ["boolean"],
    "n_jobs": [None, Integral],
    "device": [str],
    "keep": ["boolean"],
}

DESCRIPTIONS = """\
hidden_layer_sizes : int, sequence of int, or sequence of sequences, default=(8,)
        Units of each hidden layer; ``()`` has none. A sequence of sequences, such as
        ``[(), (4,), (16,)]``, are candidates, of which the best is chosen together with λ.
    activation : {{activations}}, default="tanh"
        Activation of the hidden layers.
    alphas : array-like, default=None
        Strengths λ to try. None is a grid of `n_alphas` from λ_max, above which nothing is left of a
        network with one hidden layer, down to a share of it; where the weakest turns out
        the best, by more than a standard error over the last decade, the grid goes on, once, for two decades.
    n_alphas : int, default=50
        Points of the grid; where it goes on, there are at most as many more.
    alpha_max_ratio : float, default=1.0
        Its beginning as a multiple of λ_max, 1 or more.
    alpha_min_ratio : float, default=1e-4
        Its end as a share of λ_max.
    penalty_factor : array-like of shape (n_features,), optional
        What λ is multiplied by for the weights of each input (in standard units): an input with a larger factor is held
        closer to zero, one with 0 has no penalty. One for all, if None. As in R's glmnet, but not rescaled.
    cv : int, splitter, iterable or None, default=None
        Folds, made once and shared by all λ, sizes and restarts. None is 5. A number of folds is
        shuffled with `random_state`, and stratified for classes; pass a splitter of scikit-learn to have it
        otherwise, or the rows of each fold as pairs (train, test). In a fold λ / n is the same as in the
        final fit, m being the number of training examples (or the sum of their weights), so that λ means the
        same for fewer examples.
    scoring : str, callable or None, default=None
        What folds are judged by: any scorer of scikit-learn. None is the log loss for classes, and
        for numbers the mean squared error, mean Poisson deviance, mean absolute error (Huber's loss) or mean
        pinball loss (quantiles).
    selection : {"min", "1se", "evidence"}, default="min"
        ``"min"`` takes the λ with the best mean score; ``"1se"`` the largest λ within one standard error
        of it (Breiman et al., 1984), a simpler network that is not clearly worse; ``"evidence"`` the
        most probable λ and size given the data (MacKay, 1992), without folds: `cv` and `scoring` then have
        no effect.
    n_restarts : int, default=5
        Random starts at every λ, in every fold.
    average : bool, default=True
        Whether predictions average the restarts, or are those of the lowest objective.
    standardize : bool, default=True
        Whether to bring each input to mean 0 and standard deviation 1 before the network sees it, and the
        target in regression with squared error; in each fold by its training rows alone.
    init : {"glorot", "he", "small_normal"}, default="glorot"
        How starts are drawn.
    max_iter : int, default=5000
        Iterations of each search at most.
    tol : float, default=1e-5
        A search has converged where no component of the gradient is larger.
    random_state : int, RandomState or None, default=None
        Source of folds and starts.
    n_jobs : int or None, default=-1
        Threads; -1 is one for each core. Inside `joblib.parallel_config` with another backend, its
        workers. Results do not depend on it.
    device : str, default="cpu"
        Where networks are trained: ``"cpu"`` by the compiled core; ``"cuda"``, or ``"cuda:1"``, on a GPU, all
        networks of a path in one batch, with CuPy or PyTorch (extra ``gpu``). docs/scaling.md says when that pays.
        Minima are the same to rounding; predictions are made on the CPU.
    keep : bool, default=False
        Whether to keep `oof_predictions_`.
    verbose : bool or int, default=False
        Whether to print how far it is.
    callbacks : callable or list of callables, default=None
        Each is called a few times a second, from any thread, with a `PathProgress`; when one returns
        true, the fit ends as after Ctrl-C: with KeyboardInterrupt, and what was found in `path_`."""

FITTED = """\
alpha_ : float
        The λ chosen.
    alphas_ : ndarray of shape (n_alphas,)
        All λ, from strong to weak.
    alpha_min_, alpha_1se_ : float
        The λ of the rules "min" and "1se", for the size chosen; not for ``selection="evidence"``.
    hidden_layer_sizes_ : tuple of int
        The size chosen.
    cv_results_ : dict of ndarray
        One row for each size and λ, for a data frame: `hidden_layer_sizes`, `alpha`, `mean_test_score`,
        `standard_error` (over folds, as glmnet's), `std_over_restarts` (of the default loss) and
        `split0_test_score` and so on. The greater a score the better; losses are negative.
    path_, paths_ : NetworkPath, list of NetworkPath
        The path on all data of the size chosen, and of every size.
    oof_predictions_ : ndarray of shape (n_alphas, n_samples, n_outputs)
        With `keep`: outputs for each example by networks that did not see it, for the size chosen; NaN for
        an example in no test fold.
    n_effective_ : float or None
        For ``selection="evidence"``: γ, the number of weights that the data determine.
    coefs_, intercepts_ : list of ndarray
        Weights, of shape (n_inputs, n_units), and biases of the restart of lowest objective, in the units of the
        data.
    network_ : Network
        Layer sizes, activation and output unit.
    loss_, loss_curve_, data_loss_curve_, l2_penalty_curve_ : float, ndarray
        Objective of that restart, and the objectives during its last search.
    n_iter_, converged_, gradient_norm_ : int, bool, float
        Iterations of it, whether it met `tol`, and the largest component of the gradient.
    n_features_in_, feature_names_in_
        Columns of X, and their names, if X had any."""


def documented_cv(cls: Class) -> Class:
    """Fill the descriptions that these estimators share into the docstring of one."""
    return with_descriptions(cls, DESCRIPTIONS, FITTED)
