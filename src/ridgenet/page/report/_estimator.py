"""The report of an estimator: `write_report`, and `framed_report` for notebooks."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _num_samples

from ridgenet._errors import InputError
from ridgenet.io._whole_file import write_whole
from ridgenet.page.report._content import Content, caption_of, counted, how_alpha_was_selected, kind_of_model
from ridgenet.page.report._form import form_of_inputs
from ridgenet.page.report._rows import rows_of, why_not_again
from ridgenet.page.report._saving import render
from ridgenet.page.report._scene import Scene
from ridgenet.table._result import MOST_PICTURED

HEIGHT_OF_FRAME = 900


def write_report(estimator: Any, path: str | Path, X: Any, y: Any, *, with_data: bool) -> Path:
    """Write the report of a fitted estimator to a file.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    path : str or Path
        The file.
    X, y : array-like or None
        Samples to show.
    with_data : bool
        Whether the report holds these samples, and trains again.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the samples do not fit the estimator, or the file cannot be written.
    """
    if (X is None) != (y is None):
        raise InputError("a report needs both X and y, or none of them")
    if with_data and X is None:
        raise InputError("with_data=True needs X and y: an estimator does not keep its data")
    _require_one_target(estimator)
    if X is not None:
        X, y = _checked(estimator, X, y)
        if with_data and len(X) != estimator.path_.n_samples:
            n = f"{estimator.path_.n_samples:.10g}"
            raise InputError(f"with_data=True needs the {n} samples that the estimator was fitted to; got {len(X)}")
    report = render(content_of_estimator(estimator, X, y, with_data=with_data)).encode()
    return write_whole(Path(path), lambda file: file.write(report))


def framed_report(estimator: Any) -> str:
    """Return the report of a fitted estimator in a frame that can run scripts, but reach nothing around it."""
    _require_one_target(estimator)
    page = escape(render(content_of_estimator(estimator, None, None)), quote=True)
    return (
        f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="Report of {type(estimator).__name__}" '
        f'width="100%" height="{HEIGHT_OF_FRAME}" style="border: 1px solid #ccc; box-sizing: border-box"></iframe>'
    )


def content_of_estimator(
    estimator: Any, X: np.ndarray | None, y: np.ndarray | None, *, with_data: bool = False
) -> Content:
    """Return the content of the report of an estimator.

    Parameters
    ----------
    estimator : RidgeNetClassifierCV or RidgeNetRegressorCV
        Fitted.
    X, y : ndarray or None
        Samples to show, such as those it was fitted to.
    with_data : bool, default=False
        Whether the report holds these samples, and trains again.
    """
    standardizer = estimator.path_.standardizer
    given = getattr(estimator, "feature_names_in_", [f"x{k}" for k in range(estimator.n_features_in_)])
    names = tuple(map(str, given))
    shown_X, shown_y = X, y
    if X is not None and y is not None and len(X) > MOST_PICTURED:
        drawn = np.sort(np.random.RandomState(0).permutation(len(X))[:MOST_PICTURED])
        shown_X, shown_y = X[drawn], y[drawn]
    scene = Scene.of(estimator, names, shown_X, shown_y)
    task = "classes" if scene.classes is not None else "numbers"
    name = type(estimator).__name__
    content = Content(
        heading=name,
        title=name,
        source=f"{counted(len(names), 'input')}, {counted(round(float(estimator.path_.n_samples)), 'sample')}",
        target="y",
        estimator=estimator,
        summary=[
            f"{kind_of_model(estimator)} learned to predict {task} from {counted(len(names), 'input')}.",
            how_alpha_was_selected(estimator),
        ],
        scene=scene,
        form=form_of_inputs(names, standardizer.mean, standardizer.scale, shown_X),
        caption_of_plane=caption_of(scene),
    )
    content.charts, content.alternatives = scene.curves()
    if with_data and X is not None and y is not None:
        content.why_no_rows = why_not_again(estimator, len(X))
        if content.why_no_rows is None:
            content.rows = rows_of(estimator, X, y, names, None)
    return content


def _require_one_target(estimator: Any) -> None:
    n_targets = 1 if hasattr(estimator, "classes_") else estimator.n_outputs_
    if n_targets > 1 or getattr(estimator, "_multilabel", False):
        raise InputError("a report is for one target, but this estimator predicts several")


def _checked(estimator: Any, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return samples as arrays of float64, and labels or numbers, checked as those of a fit."""
    n_samples, y = _num_samples(X), np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.shape != (n_samples,):
        raise InputError(f"y must have one label or number for each of the {n_samples} samples; got shape {y.shape}")
    inputs, y = estimator._validated(X, y, reset=False)
    known = set(getattr(estimator, "classes_", y).tolist())
    for label in y.tolist():
        if label not in known:
            raise InputError(f"y has the class {str(label)!r}, to which the estimator was not fitted")
    return np.asarray(inputs.toarray() if issparse(inputs) else inputs, np.float64), y
