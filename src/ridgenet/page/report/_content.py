"""The content of the report: figures, their descriptions, and sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from ridgenet._table_settings import ALPHA_FROM
from ridgenet._wording import listed, readable
from ridgenet.page.interactive._figures import curve_figure, path_objective_figure, search_figure, shrinkage_figure
from ridgenet.page.interactive._plane_figure import boundary_figure
from ridgenet.page.interactive._scene import MOST_POINTS, Sample, Scene, View, scene_of
from ridgenet.page.interactive._stops import drawing_of, stops_of
from ridgenet.page.report._effects import (
    describe_effect,
    describe_explanation,
    effect_figure,
    explanation_figure,
)
from ridgenet.page.report._predictions import (
    calibration_figure,
    confusion_figure,
    describe_calibration,
    describe_confusion,
    describe_precision_recall,
    describe_predicted,
    describe_residuals,
    describe_roc,
    importance_figure,
    precision_recall_figure,
    predicted_figure,
    residual_figure,
    roc_figure,
)
from ridgenet.table._pipeline import names_of_inputs
from ridgenet.table._plane import plane_of_model, reason_of_plane
from ridgenet.table._result import TableModel
from ridgenet.table._scores import RobustLoss
from ridgenet.table._threshold import RARE

RESOLUTION = 61
MOST_COLUMNS_SHOWN = 25
MOST_COLUMNS_TOLD = 8
# curves and matrices of more classes are unreadable
MOST_CLASSES_DRAWN = 20


@dataclass(frozen=True)
class Content:
    """The content of a report.

    Attributes
    ----------
    model : TableModel
        The trained model.
    summary : list of str
        The findings, in sentences.
    figures : dict of str to figure
        Figures by name.
    alternatives : dict of str to str
        Text alternatives of the figures.
    caption_of_boundary : str
        Caption of the decision boundary, with the reason for its axes.
    slider : dict or None
        Records for the slider over λ.
    scene : Scene or None
        What is drawn of the path.
    pictures : list of str
        Names of the pictures saved with the report.
    settings : str
        Settings of the training, as JSON.
    """

    model: TableModel
    summary: list[str]
    figures: dict[str, Any]
    alternatives: dict[str, str]
    caption_of_boundary: str
    slider: dict[str, Any] | None
    scene: Scene | None
    pictures: list[str]
    settings: str


def content_of(model: TableModel) -> Content:
    """Return the content of a report."""
    figures: dict[str, Any] = {}
    alternatives: dict[str, str] = {}
    scene = _scene(model)
    if scene is not None:
        _add_path(figures, alternatives, scene)
    _add_search(figures, alternatives, model)
    _add_test(figures, alternatives, model)
    _add_explored(figures, alternatives, model)
    return Content(
        model,
        summary_of(model),
        figures,
        alternatives,
        "" if scene is None else _caption_of_boundary(model, scene),
        None if scene is None else slider_of(scene),
        scene,
        pictures_of(model),
        json.dumps(model.settings.to_dict(), indent=1, ensure_ascii=False),
    )


def pictures_of(model: TableModel) -> list[str]:
    """Return the names of the pictures saved for a model."""
    if model.path is None:
        return []
    return ["path.png", "shrinkage.png", *(["boundary.png"] if model.target.is_classes else [])]


def summary_of(model: TableModel) -> list[str]:
    """Return the findings in sentences for readers who do not know neural networks."""
    target, test = model.target, model.test
    verb = "learned" if model.why_worthless is None else "was trained"
    learned = f"A small neural network {verb} to predict {target.name} from {len(model.inputs)} columns of "
    said = [f"{learned}{len(model.rows):,} rows.", *filter(None, [model.why_worthless])]
    if test is not None:
        first = test.scores[0]
        error = "" if first.standard_error is None else f" ± {readable(first.standard_error, 2)}"
        said.append(
            f"On unseen rows its {first.name} is {readable(first.value)}{error}; "
            f"a constant prediction would get {readable(first.baseline)}."
        )
        if target.is_classes:
            wrong = test.scores[1]
            said.append(f"It misclassifies {wrong.value:.1%} of them, a constant prediction {wrong.baseline:.1%}.")
    if model.verdict is not None:
        said.append(model.verdict)
    by_rule = model.alpha_by_rule
    if by_rule is not None and by_rule != model.alpha:
        said.append(
            f"The regularisation strength was set by hand: λ = {readable(model.alpha)} (alpha); "
            f"cross-validation chooses {readable(by_rule)}."
        )
    elif model.path is not None:
        rule = {
            "min": "the best value by cross-validation",
            "1se": "the largest value within one standard error of the best",
            "loo": "the best value by leave-one-out",
            "evidence": "the most probable value given the data",
        }[model.network.selection]
        said.append(f"The regularisation strength is λ = {readable(model.alpha)} (alpha): {rule}.")
    else:
        how = ALPHA_FROM[model.settings.alpha_from]
        said.append(f"The regularisation strength is λ = {readable(model.alpha)} (alpha), {how}.")
    if model.why_worthless is None and test is not None and test.importances and test.importances[0].value > 0:
        most = [importance.column for importance in test.importances[:3] if importance.value > 0]
        said.append(f"Most important columns: {', '.join(most)}.")
    return said


def slider_of(scene: Scene) -> dict[str, Any]:
    """Return the records of the slider and its start."""
    drawing = drawing_of(scene)
    return {
        "stops": stops_of(scene, drawing),
        "start": scene.shown.index(scene.chosen),
        "drawing": drawing.to_dict(),
    }


def _scene(model: TableModel) -> Scene | None:
    if model.path is None:
        return None
    inputs, y = model.pictured
    plane = plane_of_model(model, inputs, RESOLUTION)
    rows = Sample.of(inputs, y, MOST_POINTS, model.settings.random_state)
    view = View(plane, getattr(model.network, "classes_", None), rows, None)
    return scene_of(model.network, view, tuple(names_of_inputs(model.pipeline)))


def _caption_of_boundary(model: TableModel, scene: Scene) -> str:
    if scene.classes is None:
        shades = ["Shades show predicted values, and points their true values."]
    else:
        line = ["On the line both classes are equally probable."] if len(scene.classes) == 2 else []
        rings = "Rings mark misclassified rows."
        shades = [*line, "The paler a shade, the less sure the network is.", rings]
    note = scene.plane.note.replace("\n", " ")
    left_out = [f"{note[:1].upper()}{note[1:]}."] if note else []
    return " ".join(["The network at the λ above.", *shades, reason_of_plane(model, scene.plane), *left_out])


def _add_path(figures: dict[str, Any], alternatives: dict[str, str], scene: Scene) -> None:
    at, curve = scene.chosen, scene.curve
    alpha = scene.alphas[at]
    figures["boundary"] = boundary_figure(scene)
    what = "which class is predicted" if scene.classes is not None else "which number is predicted"
    alternatives["boundary"] = (
        f"Map of {what} over {scene.plane.labels[0]} and {scene.plane.labels[1] or 'nothing else'}, with the rows of "
        "the table as points. The slider above it changes λ."
    )
    figures["curve"] = curve_figure(scene, at)
    alternatives["curve"] = (
        f"Curve of the {curve.label} against λ from {readable(scene.alphas[-1], 2)} to {readable(scene.alphas[0], 2)}; "
        f"at the chosen λ = {readable(alpha)} it is {readable(curve.values[at], 4)}."
    )
    alternatives["network"] = (
        "Drawing of the network: a line for each weight, wider for larger ones, and a disc for each unit and its bias. "
        "The stronger the penalty, the thinner the lines."
    )
    figures["shrinkage"] = shrinkage_figure(scene, at)
    norms = scene.path.layer_norms
    alternatives["shrinkage"] = (
        "Norm of each layer's weights against λ: the stronger the penalty, the smaller; "
        f"in layer 1 from {readable(norms[-1, 0])} to {readable(norms[0, 0])}."
    )
    figures["objectives"] = path_objective_figure(scene, at)
    alternatives["objectives"] = (
        "Data loss and L2 penalty against λ: the stronger the penalty, the higher the data loss; "
        f"at the chosen λ they are {readable(scene.path.data_losses[at, 0])} and "
        f"{readable(scene.path.l2_penalties[at, 0])}."
    )


def _add_search(figures: dict[str, Any], alternatives: dict[str, str], model: TableModel) -> None:
    network = model.network
    data_loss, l2_penalty = network.data_loss_curve_, network.l2_penalty_curve_
    if len(data_loss) < 2:
        return
    unit = "iteration" if network.solver_ == "lbfgs" else "epoch"
    figures["search"] = search_figure(data_loss, l2_penalty, unit)
    alternatives["search"] = (
        f"Objective during training, over {len(data_loss) - 1} {unit}s: the data loss goes from "
        f"{readable(data_loss[0])} to {readable(data_loss[-1])}, the L2 penalty from {readable(l2_penalty[0])} to "
        f"{readable(l2_penalty[-1])}."
    )


def _add_test(figures: dict[str, Any], alternatives: dict[str, str], model: TableModel) -> None:
    test = model.test
    if test is None:
        return
    if test.classes is None:
        figures["predicted"] = predicted_figure(test.y, test.outputs)
        figures["residuals"] = residual_figure(test.y, test.outputs)
        alternatives["predicted"] = describe_predicted(test.y, test.outputs, model.target.name)
        alternatives["residuals"] = describe_residuals(test.y, test.outputs)
    elif len(test.classes) <= MOST_CLASSES_DRAWN:
        figures["confusion"] = confusion_figure(test.y, test.predicted, test.classes)
        alternatives["confusion"] = describe_confusion(test.y, test.predicted, test.classes)
        if all((test.y == label).any() for label in test.classes):
            figures["roc"] = roc_figure(test.y, test.outputs, test.classes)
            if len(test.classes) == 2 and min(np.mean(test.y == label) for label in test.classes) < RARE:
                cut = model.threshold.value if model.threshold is not None else 0.5
                figures["precision"] = precision_recall_figure(test.y, test.outputs, test.classes, cut)
                alternatives["precision"] = describe_precision_recall(test.y, test.outputs, test.classes)
            figures["calibration"] = calibration_figure(test.y, test.outputs, test.classes)
            alternatives["roc"] = describe_roc(test.y, test.outputs, test.classes)
            alternatives["calibration"] = describe_calibration(test.y, test.outputs, test.classes)
    if test.importances and model.why_worthless is None:
        shown = test.importances[:MOST_COLUMNS_SHOWN]
        robust = RobustLoss.of(model.network.network_)
        loss = robust.name if robust else "squared error" if test.classes is None else "log loss"
        figures["importance"] = importance_figure(
            [i.column for i in shown], [i.value for i in shown], [i.spread for i in shown], loss
        )
        told = listed((f"{i.column} {readable(i.value, 2)}" for i in test.importances), MOST_COLUMNS_TOLD)
        alternatives["importance"] = f"How much each column matters: {told}"


def _add_explored(figures: dict[str, Any], alternatives: dict[str, str], model: TableModel) -> None:
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
        figures[f"effect{k}"] = effect_figure(effect, predicted, labels)
        alternatives[f"effect{k}"] = describe_effect(effect, labels)
    if explored.explanation is not None:
        figures["explanation"] = explanation_figure(explored.explanation)
        alternatives["explanation"] = describe_explanation(explored.explanation)
