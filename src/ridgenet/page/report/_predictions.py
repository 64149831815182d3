"""Charts of predictions on unseen rows, and texts that describe them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve, roc_auc_score, roc_curve

from ridgenet._wording import listed, readable
from ridgenet.estimators._calibration import N_BINS, expected_calibration_error
from ridgenet.page.report._charts import Chart, bars, chart, diagonal, line, numbers, thinned

MOST_POINTS = 1_000
# more would be too long to listen to
MOST_NAMED = 6
# shades of the confusion matrix
N_SHADES = 10
UNIT = [0, 1]
# height of charts whose axes are alike
SQUARE = 300


@dataclass(frozen=True)
class Confusion:
    """A confusion matrix.

    Attributes
    ----------
    labels : list of str
        The classes.
    counts : list of list of int
        Rows of each true class, by predicted class.
    shades : list of list of int
        Fraction of the true class, from 0 to 10.
    """

    labels: list[str]
    counts: list[list[int]]
    shades: list[list[int]]


def confusion_of(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> Confusion:
    """Return the confusion matrix."""
    counts = confusion_matrix(y, predicted, labels=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return Confusion(list(map(str, classes)), counts.tolist(), np.rint(N_SHADES * shares).astype(int).tolist())


def roc_chart(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> Chart:
    """Draw the ROC curve for two classes, or of each class against the others."""
    lines = [diagonal()]
    for k, truth in _shown(y, classes):
        false_alarms, found, _ = roc_curve(truth, outputs[:, k])
        name = f"class {classes[k]}" + ("" if len(classes) == 2 else " against the others")
        x, found = thinned(false_alarms, found)
        lines.append(line(name, x, found, k))
    return chart(lines, axis="false positive rate", title="true positive rate", x=UNIT, y=UNIT, height=SQUARE)


def calibration_chart(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> Chart:
    """Draw the calibration curve."""
    lines = [diagonal()]
    for k, truth in _shown(y, classes):
        probabilities = np.clip(outputs[:, k], 0, 1)
        observed, said = calibration_curve(truth, probabilities, n_bins=N_BINS, strategy="quantile")
        whiskers = list(map(numbers, _interval(observed, len(truth) / len(observed))))
        lines.append(line(f"class {classes[k]}", said, observed, k, kind="both", whiskers=whiskers))
    axis = f"predicted probability ({_calibration_error(y, outputs, classes)})"
    return chart(lines, axis=axis, title="observed frequency", x=UNIT, y=UNIT, height=SQUARE)


def precision_recall_chart(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray, threshold: float) -> Chart:
    """Draw precision against recall of the rarer of two classes, with a point at a threshold of the second class."""
    rare = int(np.argmin([(y == label).sum() for label in classes]))
    truth, probabilities = y == classes[rare], outputs[:, rare]
    precision, recall = thinned(*precision_recall_curve(truth, probabilities)[:2])
    share = float(truth.mean())
    lines = [
        line("", UNIT, [share, share], 2, isDashed=True),
        line(f"class {classes[rare]}", recall, precision, rare),
    ]
    found = probabilities >= threshold if rare == 1 else probabilities > 1 - threshold
    if found.any():
        point = [found[truth].mean()], [truth[found].mean()]
        lines.append(line(f"threshold {readable(threshold)}", *point, 3, kind="dots"))
    axis, title = "recall: fraction of the class that is found", "precision: fraction of predictions that are right"
    return chart(lines, axis=axis, title=title, x=UNIT, y=UNIT, height=SQUARE)


def predicted_chart(y: np.ndarray, predicted: np.ndarray) -> Chart:
    """Draw true against predicted values."""
    low, high = float(min(y.min(), predicted.min())), float(max(y.max(), predicted.max()))
    some = _some(len(y))
    lines = [line("", predicted[some], y[some], kind="dots"), diagonal(low, high)]
    return chart(lines, axis="predicted", title="true", height=SQUARE)


def residual_chart(y: np.ndarray, predicted: np.ndarray) -> Chart:
    """Draw residuals against predicted values."""
    some = _some(len(y))
    ends = [predicted[some].min(), predicted[some].max()]
    lines = [line("", predicted[some], (y - predicted)[some], kind="dots"), line("", ends, [0, 0], 2, isDashed=True)]
    return chart(lines, axis="predicted", title="true − predicted", height=SQUARE)


def importance_bars(columns: Sequence[str], values: Sequence[float], spreads: Sequence[float], loss: str) -> Chart:
    """Draw permutation importances, the largest on top."""
    series = [{"values": numbers(values), "spread": numbers(spreads), "tone": 0}]
    return bars(columns, series, f"increase of the {loss} when its cells are shuffled", is_from_zero=True)


def _some(n: int) -> np.ndarray:
    """Return the indices of the rows that are drawn."""
    return np.random.RandomState(0).permutation(n)[:MOST_POINTS]


def describe_precision_recall(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Describe precision and recall of the rarer of two classes by the average precision."""
    rare = int(np.argmin([(y == label).sum() for label in classes]))
    truth = y == classes[rare]
    average = average_precision_score(truth, outputs[:, rare])
    return (
        f"Precision against recall of class {classes[rare]}: average precision {average:.2f}, where a constant "
        f"prediction has {truth.mean():.2f}."
    )


def _interval(observed: np.ndarray, n: float) -> tuple[np.ndarray, np.ndarray]:
    """Return 95% intervals of frequencies among n rows (Wilson, JASA, 1927)."""
    z = 1.96
    center = (observed + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(observed * (1 - observed) / n + z**2 / (4 * n**2))
    return center - half, center + half


def describe_confusion(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> str:
    """Describe a confusion matrix: correct predictions, and the most frequent mistakes."""
    counts = confusion_matrix(y, predicted, labels=classes)
    right = [f"{counts[k, k]:,} of {counts[k].sum():,} {label}" for k, label in enumerate(classes)]
    wrong = [
        (int(counts[true, taken]), f"{counts[true, taken]:,} {classes[true]} predicted as {classes[taken]}")
        for true, taken in np.ndindex(counts.shape)
        if true != taken and counts[true, taken]
    ]
    mistakes = [text for _, text in sorted(wrong, key=lambda pair: -pair[0])]
    told = listed(mistakes, MOST_NAMED) if mistakes else "none"
    return f"Confusion matrix. Correct: {listed(right)}. Mistakes: {told}."


def describe_roc(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Describe ROC curves by the areas under them."""
    areas = (f"{classes[k]} {roc_auc_score(truth, outputs[:, k]):.2f}" for k, truth in _shown(y, classes))
    return f"ROC curves, true positive rate against false positive rate; area under them: {listed(areas)}."


def describe_calibration(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Describe calibration by predicted and observed frequencies in the lowest and highest tenth of the rows."""
    parts = []
    for k, truth in _shown(y, classes):
        order = np.argsort(outputs[:, k], kind="stable")
        least, most = order[: max(1, len(order) // 10)], order[-max(1, len(order) // 10) :]
        pairs = [f"{outputs[rows, k].mean():.0%} predicted, {truth[rows].mean():.0%} true" for rows in (least, most)]
        parts.append(f"{classes[k]}: {pairs[0]} in the tenth of the rows with the lowest, {pairs[1]} with the highest")
    told = "; ".join(parts[:MOST_NAMED]) + ("; …" if len(parts) > MOST_NAMED else "")
    error = _calibration_error(y, outputs, classes)
    return f"Calibration, observed frequency against predicted probability; {error}. {told}."


def _calibration_error(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    is_class = np.asarray(y)[:, np.newaxis] == np.asarray(classes)
    return f"expected calibration error {expected_calibration_error(outputs, is_class):.3f}"


def describe_predicted(y: np.ndarray, predicted: np.ndarray, name: str) -> str:
    """Describe true and predicted values by their ranges and their correlation."""
    together = (
        f"; their correlation is {np.corrcoef(y, predicted)[0, 1]:.2f}" if np.ptp(predicted) and np.ptp(y) else ""
    )
    return (
        f"True against predicted {name} of {len(y):,} rows: true from {readable(y.min())} to {readable(y.max())}, "
        f"predicted from {readable(predicted.min())} to {readable(predicted.max())}{together}."
    )


def describe_residuals(y: np.ndarray, predicted: np.ndarray) -> str:
    """Describe residuals by their range, and their spread for small and large predictions."""
    residuals = y - predicted
    low = predicted <= np.median(predicted)
    spreads = [readable(float(residuals[rows].std()), 2) if rows.any() else "0" for rows in (low, ~low)]
    return (
        f"True less predicted, against the prediction: {readable(residuals.min())} to {readable(residuals.max())}; "
        f"standard deviation {spreads[0]} in the lower half of the predictions, {spreads[1]} in the upper."
    )


def _shown(y: np.ndarray, classes: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the index of each class that has a curve, only the second of two, and which rows belong to it."""
    for k in range(1, 2) if len(classes) == 2 else range(len(classes)):
        yield k, y == classes[k]
