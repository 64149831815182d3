"""What figures of predictions show, in words and numbers, for those who cannot see them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.metrics import confusion_matrix, roc_auc_score

from ridgenet._wording import listed, readable

# as many as one can listen to
MOST_NAMED = 6


def describe_confusion(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> str:
    """Say how many rows are taken for the right class, and the most frequent mistakes."""
    counts = confusion_matrix(y, predicted, labels=classes)
    right = [f"{counts[k, k]:,} of {counts[k].sum():,} {label}" for k, label in enumerate(classes)]
    wrong = [
        (int(counts[true, taken]), f"{counts[true, taken]:,} {classes[true]} taken for {classes[taken]}")
        for true, taken in np.ndindex(counts.shape)
        if true != taken and counts[true, taken]
    ]
    mistakes = [text for _, text in sorted(wrong, key=lambda pair: -pair[0])]
    told = listed(mistakes, MOST_NAMED) if mistakes else "none"
    return f"Confusion matrix. Predicted right: {listed(right)}. Mistakes: {told}."


def describe_roc(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Say how large the area under each curve is."""
    areas = (f"{classes[k]} {roc_auc_score(truth, outputs[:, k]):.2f}" for k, truth in _shown(y, classes))
    return f"ROC curves, true positive rate against false positive rate; area under them: {listed(areas)}."


def describe_calibration(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Say what was predicted on average, and how often it was so, for the rows with low and with high probabilities."""
    parts = []
    for k, truth in _shown(y, classes):
        order = np.argsort(outputs[:, k], kind="stable")
        least, most = order[: max(1, len(order) // 10)], order[-max(1, len(order) // 10) :]
        pairs = [f"{outputs[rows, k].mean():.0%} predicted, {truth[rows].mean():.0%} true" for rows in (least, most)]
        parts.append(f"{classes[k]}: {pairs[0]} in the tenth of the rows with the lowest, {pairs[1]} with the highest")
    told = "; ".join(parts[:MOST_NAMED]) + ("; …" if len(parts) > MOST_NAMED else "")
    return f"Calibration, observed frequency against predicted probability. {told}."


def describe_predicted(y: np.ndarray, predicted: np.ndarray, name: str) -> str:
    """Say where true and predicted numbers lie, and how they go together."""
    together = (
        f"; their correlation is {np.corrcoef(y, predicted)[0, 1]:.2f}" if np.ptp(predicted) and np.ptp(y) else ""
    )
    return (
        f"True against predicted {name} of {len(y):,} rows: true from {readable(y.min())} to {readable(y.max())}, "
        f"predicted from {readable(predicted.min())} to {readable(predicted.max())}{together}."
    )


def describe_residuals(y: np.ndarray, predicted: np.ndarray) -> str:
    """Say how large residuals are, for small and for large predictions."""
    residuals = y - predicted
    low = predicted <= np.median(predicted)
    spreads = [readable(float(residuals[rows].std()), 2) if rows.any() else "0" for rows in (low, ~low)]
    return (
        f"True less predicted, against the prediction: {readable(residuals.min())} to {readable(residuals.max())}; "
        f"standard deviation {spreads[0]} in the lower half of the predictions, {spreads[1]} in the upper."
    )


def _shown(y: np.ndarray, classes: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the classes that have a curve, of two only the second, and which rows are of them."""
    for k in range(1, 2) if len(classes) == 2 else range(len(classes)):
        yield k, y == classes[k]
