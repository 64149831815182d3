"""The content of the report: charts, their descriptions, and sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ridgenet._table_settings import ALPHA_FROM
from ridgenet._wording import listed, readable, units_in_words
from ridgenet.page.report._charts import Chart, chart, line, thinned
from ridgenet.page.report._effects import describe_effect, describe_explanation, effect_chart, explanation_bars
from ridgenet.page.report._form import Field, form_of_table
from ridgenet.page.report._networks import networks_of
from ridgenet.page.report._predictions import (
    Confusion,
    calibration_chart,
    confusion_of,
    describe_calibration,
    describe_confusion,
    describe_precision_recall,
    describe_predicted,
    describe_residuals,
    describe_roc,
    importance_bars,
    precision_recall_chart,
    predicted_chart,
    residual_chart,
    roc_chart,
)
from ridgenet.page.report._rows import rows_of, why_not_again
from ridgenet.page.report._scene import Scene, is_alpha_by_rule
from ridgenet.table._pipeline import names_of_inputs, network_inputs, owners_of_inputs
from ridgenet.table._result import TableModel, shares_of_sizes
from ridgenet.table._scores import RobustLoss
from ridgenet.table._threshold import RARE

MOST_COLUMNS_SHOWN = 25
MOST_COLUMNS_TOLD = 8
# curves and matrices of more classes are unreadable
MOST_CLASSES_DRAWN = 20


@dataclass
class Content:
    """The content of a report.

    Attributes
    ----------
    heading, title, source : str
        Heading, title of the window, and where the data are from.
    target : str
        Name of the target.
    estimator : estimator
        The trained estimator.
    summary : list of str
        The findings, in sentences.
    scene : Scene or None
        What is seen of the path; None without one.
    form : list of dict
        Fields for values typed in.
    caption_of_plane : str
        What the plane shows, with the reason for its axes.
    model : TableModel or None
        The model, if it was trained on a table.
    rows : dict or None
        Rows with which the page trains again.
    why_no_rows : str or None
        Why there are none, although they were asked for.
    charts, alternatives : dict
        Charts, and texts that describe them, by name.
    confusion : Confusion or None
        The confusion matrix of the test.
    """

    heading: str
    title: str
    source: str
    target: str
    estimator: Any
    summary: list[str]
    scene: Scene | None
    form: list[Field]
    caption_of_plane: str = ""
    model: TableModel | None = None
    rows: dict[str, Any] | None = None
    why_no_rows: str | None = None
    charts: dict[str, Chart] = field(default_factory=dict)
    alternatives: dict[str, str] = field(default_factory=dict)
    confusion: Confusion | None = None

    @property
    def how_chosen(self) -> str:
        """What the curve is by which λ was chosen, as a caption."""
        if self.scene is None:
            return ""
        better = "lower" if self.scene.is_loss else "higher"
        return f"How λ was chosen: by the {self.scene.curve.label}; {better} is better."

    @property
    def data(self) -> dict[str, Any]:
        """Everything that the script needs, as plain values."""
        path = networks_of(self.estimator) if self.scene is None else self.scene.to_dict()
        classes = getattr(self.estimator, "classes_", None)
        return {
            "charts": self.charts,
            "path": path,
            "hasPath": self.scene is not None,
            "classes": None if classes is None else list(map(str, np.asarray(classes).tolist())),
            "target": self.target,
            "form": self.form,
            "rows": self.rows,
        }

    @property
    def settings(self) -> str:
        """Settings of the training, as JSON."""
        settings = self.model.settings.to_dict() if self.model is not None else {}
        return json.dumps(settings, indent=1, ensure_ascii=False)


def content_of_model(model: TableModel, *, with_data: bool = False) -> Content:
    """Return the content of the report of a table.

    Parameters
    ----------
    model : TableModel
        The trained model.
    with_data : bool, default=False
        Whether the report holds the training rows, and trains again.
    """
    scene, caption = None, ""
    if model.path is not None:
        inputs, y = model.pictured
        shown = "training rows" if len(inputs) == len(model.rows) else f"{len(inputs):,} of the training rows"
        names, seed = tuple(names_of_inputs(model.pipeline)), model.settings.random_state
        scene = Scene.of(model.network, names, inputs, y, rows=shown, random_state=seed)
        caption = caption_of(scene)
    content = Content(
        f"Predicting {model.target.name}",
        model.title,
        f"from {model.file}, {model.n_rows:,} rows",
        model.target.name,
        model.network,
        summary_of(model),
        scene,
        form_of_table(model.pipeline, model.rows.X),
        caption,
        model,
    )
    if scene is None:
        _add_search(content)
    else:
        content.charts, content.alternatives = scene.curves()
    if with_data:
        rows = model.rows
        content.why_no_rows = why_not_again(model.network, len(rows))
        if content.why_no_rows is None:
            inputs = network_inputs(model.pipeline, rows.X)
            content.rows = rows_of(model.network, inputs, rows.y, owners_of_inputs(model.pipeline), rows.numbers)
    _add_test(content, model)
    _add_explored(content.charts, content.alternatives, model)
    return content


def caption_of(scene: Scene) -> str:
    """Return the caption of the plane: what is seen, and how far it can be trusted; empty without a plane."""
    if scene.plane is None:
        return ""
    if scene.classes is None:
        shades = ["Shades show predicted values" + (", and points their true values." if scene.X is not None else ".")]
    else:
        rings = ["Rings mark misclassified rows."] if scene.X is not None else []
        shades = ["The weaker a shade, the less sure the prediction is.", *rings]
    if len(scene.names) == 1:
        return "The average of all networks at the λ above, with one standard deviation over them."
    note = scene.plane.note.replace("\n", " ")
    left_out = [f"{note[:1].upper()}{note[1:]}."] if note else []
    return " ".join(
        filter(None, ["The average of all networks at the λ above.", *shades, *left_out, scene.truth_of_plane])
    )


def summary_of(model: TableModel) -> list[str]:
    """Return the findings in sentences for readers who do not know neural networks."""
    target, test = model.target, model.test
    verb = "learned" if model.why_worthless is None else "was trained"
    columns = counted(len(model.inputs), "column")
    who, rows = kind_of_model(model.network), counted(len(model.rows), "row")
    said = [f"{who} {verb} to predict {target.name} from {columns} of {rows}.", *filter(None, [model.why_worthless])]
    if test is not None:
        first = test.scores[0]
        error = "" if first.standard_error is None else f" (standard error {readable(first.standard_error, 2)})"
        said.append(
            f"On unseen rows its {first.name} is {readable(first.value)}{error}; "
            f"a constant prediction would get {readable(first.baseline)}."
        )
        if target.is_classes:
            wrong = test.scores[1]
            said.append(f"It misclassifies {wrong.value:.1%} of them, a constant prediction {wrong.baseline:.1%}.")
    if model.verdict is not None:
        said.append(model.verdict)
    if model.path is not None:
        said.append(how_alpha_was_selected(model.network))
    else:
        how = ALPHA_FROM[model.settings.alpha_from]
        said.append(f"The regularisation strength is λ = {readable(model.alpha)} (alpha), {how}.")
    if model.why_worthless is None and test is not None and test.importances and test.importances[0].value > 0:
        most = [importance.column for importance in test.importances[:3] if importance.value > 0]
        said.append(f"Most important columns: {', '.join(most)}.")
    return said


def kind_of_model(estimator: Any) -> str:
    """Return what an estimator has trained, as the start of a sentence."""
    shares = shares_of_sizes(estimator)
    if shares is None:
        hidden = estimator.network_.layer_sizes[1:-1]
        return f"A small neural network with {units_in_words(hidden)} hidden units" if hidden else "A linear model"
    return f"An average of small neural networks with several numbers of hidden units ({shares})"


def counted(n: int, noun: str) -> str:
    """Return a number of things."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def how_alpha_was_selected(estimator: Any) -> str:
    """Return λ and how it was selected, as a sentence."""
    alpha = float(estimator.alpha_)
    if not is_alpha_by_rule(estimator):
        best = readable(float(estimator.alpha_min_))
        return f"The regularisation strength was set by hand: λ = {readable(alpha)} (alpha); the best value is {best}."
    rule = {
        "min": "the best value by cross-validation",
        "1se": "the largest value within one standard error of the best",
        "loo": "the best value by leave-one-out",
        "evidence": "the most probable value given the data",
    }[estimator.selection]
    return f"The regularisation strength is λ = {readable(alpha)} (alpha): {rule}."


def _add_search(content: Content) -> None:
    network = content.estimator
    data_loss, l2_penalty = network.data_loss_curve_, network.l2_penalty_curve_
    if len(data_loss) < 2:
        return
    unit = "iteration" if network.solver_ == "lbfgs" else "epoch"
    (kept,) = thinned(np.arange(len(data_loss)))
    content.charts["search"] = chart(
        [
            line("data loss", kept, np.asarray(data_loss)[kept], 0),
            line("L2 penalty", kept, np.asarray(l2_penalty)[kept], 1, isDashed=True),
        ],
        axis=unit,
        title="training objective, in standardised units",
    )
    content.alternatives["search"] = (
        f"Objective during training, over {len(data_loss) - 1} {unit}s: the data loss goes from "
        f"{readable(data_loss[0])} to {readable(data_loss[-1])}, the L2 penalty from {readable(l2_penalty[0])} to "
        f"{readable(l2_penalty[-1])}."
    )


def _add_test(content: Content, model: TableModel) -> None:
    charts, alternatives = content.charts, content.alternatives
    test = model.test
    if test is None:
        return
    if test.classes is None:
        charts["predicted"] = predicted_chart(test.y, test.outputs)
        charts["residuals"] = residual_chart(test.y, test.outputs)
        alternatives["predicted"] = describe_predicted(test.y, test.outputs, model.target.name)
        alternatives["residuals"] = describe_residuals(test.y, test.outputs)
    elif len(test.classes) <= MOST_CLASSES_DRAWN:
        content.confusion = confusion_of(test.y, test.predicted, test.classes)
        alternatives["confusion"] = describe_confusion(test.y, test.predicted, test.classes)
        if all((test.y == label).any() for label in test.classes):
            charts["roc"] = roc_chart(test.y, test.outputs, test.classes)
            if len(test.classes) == 2 and min(np.mean(test.y == label) for label in test.classes) < RARE:
                cut = model.threshold.value if model.threshold is not None else 0.5
                charts["precision"] = precision_recall_chart(test.y, test.outputs, test.classes, cut)
                alternatives["precision"] = describe_precision_recall(test.y, test.outputs, test.classes)
            charts["calibration"] = calibration_chart(test.y, test.outputs, test.classes)
            alternatives["roc"] = describe_roc(test.y, test.outputs, test.classes)
            alternatives["calibration"] = describe_calibration(test.y, test.outputs, test.classes)
    if test.importances and model.why_worthless is None:
        shown = test.importances[:MOST_COLUMNS_SHOWN]
        robust = RobustLoss.of(model.network.network_)
        loss = robust.name if robust else "squared error" if test.classes is None else "log loss"
        charts["importance"] = importance_bars(
            [i.column for i in shown], [i.value for i in shown], [i.spread for i in shown], loss
        )
        told = listed((f"{i.column} {readable(i.value, 2)}" for i in test.importances), MOST_COLUMNS_TOLD)
        alternatives["importance"] = f"How much each column matters: {told}"


def _add_explored(charts: dict[str, Chart], alternatives: dict[str, str], model: TableModel) -> None:
    explored = model.explored
    if explored is None:
        return
    labels: list[object] = [model.target.name]
    predicted = f"mean predicted {model.target.name}"
    if model.target.is_classes:
        classes = list(model.network.classes_)
        labels = classes[1:] if len(classes) == 2 else classes
        predicted = f"mean probability of {labels[0]}" if len(labels) == 1 else "mean probability"
    for k, effect in enumerate(explored.effects):
        charts[f"effect{k}"] = effect_chart(effect, predicted, labels)
        alternatives[f"effect{k}"] = describe_effect(effect, labels)
    if explored.explanation is not None:
        charts["explanation"] = explanation_bars(explored.explanation)
        alternatives["explanation"] = describe_explanation(explored.explanation)
