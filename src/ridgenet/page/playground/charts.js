"use strict";
// The charts of a path over λ: the losses on samples that were not learned from, the terms of the objective, the weights.
const ridgenetCharts = (() => {
  const { COLORS, DASH, at, readable } = ridgenetChart, { Predictor } = ridgenetTraining, { meanLoss } = ridgenetSelection;
  const MOST_LINES = 60;

  /** Return the charts by their names. */
  const chartsOf = app => {
    const { path, samples, part, display } = app.shown, { curve, alphas, problem } = path;
    const lines = [{
      name: app.t("cross_validated", { loss: app.lossName() }), values: curve.mean.map(value => -value),
      band: curve.standardError, color: COLORS[0],
    }];
    if (samples.isDrawn) {
      const unseen = app.unseen(), targets = app.problemOf({ ...samples, ...unseen }).Y;
      const predictor = new Predictor(display, problem.network, unseen.X, part.inputs);
      const losses = alphas.map((_, index) => meanLoss(problem.network.loss, ridgenetView.averageOf(predictor, path, index), targets));
      lines.push({ name: app.t("unseen", { loss: app.lossName(), n: unseen.y.length }), values: losses, color: COLORS[1], dash: DASH });
    }
    const marks = [{ alpha: alphas[curve.best], text: app.t("chosen") }];
    if (curve.withinOneStandardError !== curve.best) marks.push({ alpha: alphas[curve.withinOneStandardError], text: app.t("one_se") });
    const terms = alphas.map((_, index) => ridgenetFindings.objective(path, index));
    const [chain] = path.chains, first = ridgenetNetwork.layersOf(problem.network, chain.parameters[0]);
    const weights = alphas.map((_, index) =>
      ridgenetNetwork.layersOf(problem.network, chain.parameters[index]).flatMap(({ W }) => W.flat()).slice(0, MOST_LINES));
    return {
      curve: { alphas, lines, marks, range: curve.notClearlyWorse, height: 220 },
      terms: { alphas, lines: [
        { name: app.t("data_loss"), values: terms.map(({ dataLoss }) => dataLoss), color: COLORS[0] },
        { name: app.t("penalty"), values: terms.map(({ penalty }) => penalty), color: COLORS[1], dash: DASH },
      ], height: 150 },
      weights: { alphas, lines: weights[0].map((_, k) => ({
        name: "", values: weights.map(each => each[k]), color: COLORS[k < first[0].W.flat().length ? 0 : 1],
      })), height: 190 },
    };
  };

  /** Give a chart a legend, and a text for those who do not see it. */
  const describe = (id, { alphas, axis = "λ", lines }) => {
    const named = lines.filter(({ name }) => name), ends = values => `${readable(values.at(-1))} … ${readable(values[0])}`;
    ridgenetChart.legend(at(`${id}-legend`), lines);
    const scope = `${axis} ${readable(alphas.at(-1))} … ${readable(alphas[0])}`;
    const title = at(id).closest("figure").querySelector("figcaption")?.textContent ?? "";
    at(id).setAttribute("aria-label", `${title}. ${scope}. ${named.map(({ name, values }) => `${name}: ${ends(values)}`).join("; ")}`);
  };

  return { chartsOf, describe };
})();
