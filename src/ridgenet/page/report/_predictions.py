"""Figures of predictions on unseen rows, and their text alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve, roc_auc_score, roc_curve

from ridgenet._wording import listed, readable
from ridgenet.estimators._calibration import N_BINS, expected_calibration_error
from ridgenet.page.interactive._figures import CHOSEN, Figure, color_of_class, figure, numbers, text_of, titled
from ridgenet.plotting._style import INK, LIGHT_INK

MOST_POINTS = 2_000
# more would be too long to listen to
MOST_NAMED = 6
DIAGONAL = {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"color": LIGHT_INK, "dash": "dot"}}


def confusion_figure(y: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> Figure:
    """Draw the confusion matrix."""
    counts = confusion_matrix(y, predicted, labels=classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    labels = [text_of(label) for label in classes]
    trace = {
        "type": "heatmap",
        "x": labels,
        "y": labels,
        "z": np.round(shares, 4).tolist(),
        "text": [[str(count) for count in row] for row in counts],
        "texttemplate": "%{text}",
        "colorscale": [[0, "#FFFFFF"], [1, "#5FA9D3"]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hovertemplate": "true %{y}, predicted %{x}: %{text} rows (%{z:.0%})<extra></extra>",
    }
    return figure(
        [trace],
        x={"title": titled("predicted"), "type": "category"},
        y={"title": titled("true"), "type": "category", "autorange": "reversed"},
    )


def roc_figure(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> Figure:
    """Draw the ROC curve for two classes, or of each class against the others."""
    traces = []
    for k, truth in _shown(y, classes):
        false_alarms, found, _ = roc_curve(truth, outputs[:, k])
        name = f"class {classes[k]}" + ("" if len(classes) == 2 else " against the others")
        traces.append(_line(false_alarms, found, name, color_of_class(k)))
    return figure(
        traces,
        x={"title": titled("false positive rate"), "range": [0, 1]},
        y={"title": titled("true positive rate"), "range": [0, 1.01]},
        shapes=[DIAGONAL],
        showlegend=True,
    )


def calibration_figure(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> Figure:
    """Draw the calibration curve."""
    traces = []
    for k, truth in _shown(y, classes):
        probabilities = np.clip(outputs[:, k], 0, 1)
        observed, said = calibration_curve(truth, probabilities, n_bins=N_BINS, strategy="quantile")
        trace = _line(said, observed, f"class {classes[k]}", color_of_class(k), mode="lines+markers")
        low, high = _interval(observed, len(truth) / len(observed))
        trace["error_y"] = {
            "symmetric": False,
            "array": numbers(high - observed),
            "arrayminus": numbers(observed - low),
            "thickness": 1,
            "color": color_of_class(k),
        }
        traces.append(trace)
    return figure(
        traces,
        x={"title": titled(f"predicted probability ({_calibration_error(y, outputs, classes)})"), "range": [0, 1]},
        y={"title": titled("observed frequency"), "range": [0, 1.01]},
        shapes=[DIAGONAL],
        showlegend=True,
    )


def precision_recall_figure(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray, threshold: float) -> Figure:
    """Draw precision against recall of the rarer of two classes, with a point at a threshold of the second class."""
    rare = int(np.argmin([(y == label).sum() for label in classes]))
    truth, probabilities = y == classes[rare], outputs[:, rare]
    precision, recall, _ = precision_recall_curve(truth, probabilities)
    traces = [_line(recall, precision, f"class {classes[rare]}", color_of_class(rare))]
    found = probabilities >= threshold if rare == 1 else probabilities > 1 - threshold
    if found.any():
        point = _line(
            np.array([found[truth].mean()]), np.array([truth[found].mean()]), f"threshold {readable(threshold)}", INK
        )
        traces.append({**point, "mode": "markers", "marker": {"size": 10, "color": INK}})
    share = float(truth.mean())
    level = {**DIAGONAL, "y0": share, "y1": share}
    return figure(
        traces,
        x={"title": titled("recall: fraction of the class that is found"), "range": [0, 1]},
        y={"title": titled("precision: fraction of predictions that are right"), "range": [0, 1.01]},
        shapes=[level],
        showlegend=True,
    )


def describe_precision_recall(y: np.ndarray, outputs: np.ndarray, classes: np.ndarray) -> str:
    """Describe precision and recall of the rarer of two classes by the average precision."""
    rare = int(np.argmin([(y == label).sum() for label in classes]))
    truth = y == classes[rare]
    average = average_precision_score(truth, outputs[:, rare])
    return (
        f"Precision against recall of class {classes[rare]}: average precision {average:.2f}, where a constant "
        f"prediction has {truth.mean():.2f}."
    )


def predicted_figure(y: np.ndarray, predicted: np.ndarray) -> Figure:
    """Draw true against predicted values."""
    low, high = float(min(y.min(), predicted.min())), float(max(y.max(), predicted.max()))
    line = {**DIAGONAL, "x0": low, "y0": low, "x1": high, "y1": high}
    return figure(
        [_dots(predicted, y, "predicted %{x:.4g}, true %{y:.4g}")],
        x={"title": titled("predicted")},
        y={"title": titled("true")},
        shapes=[line],
    )


def residual_figure(y: np.ndarray, predicted: np.ndarray) -> Figure:
    """Draw residuals against predicted values."""
    level = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": DIAGONAL["line"]}
    return figure(
        [_dots(predicted, y - predicted, "predicted %{x:.4g}, residual %{y:+.4g}")],
        x={"title": titled("predicted")},
        y={"title": titled("true − predicted")},
        shapes=[level],
    )


def importance_figure(columns: Sequence[str], values: Sequence[float], spreads: Sequence[float], loss: str) -> Figure:
    """Draw permutation importances, the largest on top."""
    return bar_figure(
        columns,
        values,
        f"increase of the {loss} when its cells are shuffled",
        error_x={"array": numbers(spreads), "color": INK, "thickness": 1},
        marker={"color": CHOSEN},
        hovertemplate="%{y}: %{x:.3g}<extra></extra>",
    )


def bar_figure(names: Sequence[str], values: Sequence[float], title: str, **trace: Any) -> Figure:
    """Draw a horizontal bar for each name, the first on top; `trace` has further properties of the bars."""
    bars = {"type": "bar", "orientation": "h", "x": numbers(values), "y": [text_of(name) for name in names], **trace}
    return figure(
        [bars],
        x={"title": titled(title)},
        y={"type": "category", "autorange": "reversed"},
        height=110 + 26 * len(names),
    )


def _interval(observed: np.ndarray, n: float) -> tuple[np.ndarray, np.ndarray]:
    """Return 95% intervals of frequencies among n rows (Wilson, JASA, 1927)."""
    z = 1.96
    center = (observed + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(observed * (1 - observed) / n + z**2 / (4 * n**2))
    return center - half, center + half


def _line(x: np.ndarray, y: np.ndarray, name: str, color: str, mode: str = "lines") -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "x": numbers(x),
        "y": numbers(y),
        "name": text_of(name),
        "line": {"color": color, "width": 2.5},
        "hovertemplate": "%{x:.2f}, %{y:.2f}<extra></extra>",
    }


def _dots(x: np.ndarray, y: np.ndarray, hover: str) -> dict[str, Any]:
    some = np.random.RandomState(0).permutation(len(x))[:MOST_POINTS]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(x[some]),
        "y": numbers(y[some]),
        "marker": {"color": CHOSEN, "size": 6, "opacity": 0.6},
        "hovertemplate": hover + "<extra></extra>",
    }


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
