"use strict";
// What is seen of a path at one λ: plane or effects, the network, the charts, and what is said about them.
const ridgenetView = (() => {
  const { at, readable } = ridgenetChart, { Predictor } = ridgenetTraining;
  const { labelOf, meanOf, range } = ridgenetNumbers;

  /** Return the mean output of the networks at one λ. */
  const averageOf = (predictor, path, index) =>
    meanOf(path.networks(index).map(parameters => predictor.outputs(parameters)));

  /** Return the predicted class of each row. */
  const labelsOf = ({ layer_sizes: sizes }, outputs) =>
    range(outputs.length / sizes.at(-1)).map(row => labelOf(outputs, row, sizes.at(-1)));

  const isPlane = ({ X, classes }) => classes !== null && X[0].length === 2;

  /** Prepare all pictures of a path; return functions that move them to another λ. */
  const prepare = app => {
    const { path, samples } = app.shown, { network } = path.problem;
    at("live-section").hidden = !samples.isDrawn;
    at("plane-figure").hidden = at("pictures-figure").hidden = !isPlane(samples);
    at("effects-figure").hidden = isPlane(samples);
    const outputNames = network.layer_sizes.at(-1) === 1 ? ["a"] : samples.classes;
    const drawing = ridgenetNetwork.drawing(at("drawing"), network, samples.names, outputNames, path.networks(path.curve.best)[0]);
    const charts = Object.entries(ridgenetCharts.chartsOf(app)).map(([id, chart]) => {
      ridgenetCharts.describe(id, chart);
      return ridgenetChart.draw(at(id), chart, index => app.moveTo(index));
    });
    const ofSamples = isPlane(samples) ? preparePlane(app) : [prepareEffects(app)];
    return [...ofSamples, ofLowest(path, drawing), ...charts, () => saySeen(app)];
  };

  /** Return a mover that passes on the network with the lowest objective. */
  const ofLowest = (path, drawOne) => index => drawOne(Array.from(path.networks(index)[0]));

  const preparePlane = app => {
    const { path, samples, part, display } = app.shown, { network } = path.problem;
    const grid = new Predictor(display, network, app.plane.gridPoints, part.inputs);
    const onPoints = new Predictor(display, network, samples.X, part.inputs);
    const shade = index => {
      const labels = labelsOf(network, averageOf(onPoints, path, index)), wrong = samples.y.map((label, row) => labels[row] !== label);
      const outputs = averageOf(grid, path, index);
      app.plane.shade(outputs, wrong);
      const all = labelsOf(network, outputs), share = samples.classes.map((label, k) =>
        app.t("share", { label, percent: readable(100 * all.filter(each => each === k).length / all.length, 2) })).join(", ");
      at("plane").setAttribute("aria-label", app.t("plane_described", {
        a: samples.names[0], b: samples.names[1], alpha: readable(path.alphas[index]), share,
        wrong: wrong.filter(Boolean).length, n: samples.y.length,
      }));
    };
    const paint = ridgenetPictures.unitPictures(at("pictures"), network, app.plane, part.inputs);
    at("pictures-figure").hidden = network.layer_sizes.length < 3;
    return [shade, ofLowest(path, paint)];
  };

  const prepareEffects = app => {
    const { path, samples, part, display } = app.shown, { network } = path.problem, width = network.layer_sizes.at(-1);
    // of two classes, the network has the probability of the second; of more, the first is shown
    const label = samples.classes?.[width === 1 ? 1 : 0], { scale: [scale], mean: [mean] } = part.targets;
    at("effects-help").textContent = app.t("effects_help", { what: label ? app.t("probability_of", { label }) : samples.target });
    const predictors = {};
    const predict = (X, index) => {
      predictors[X.length] ??= new Predictor(display, network, X, part.inputs);
      predictors[X.length].rows = X;
      const outputs = averageOf(predictors[X.length], path, index);
      return X.map((_, row) => outputs[row * width] * scale + mean);
    };
    return ridgenetPictures.effects(at("effects"), samples, predict);
  };

  const saySeen = app => {
    const { path, index } = app.shown, found = ridgenetFindings.verdict(path, index), loss = app.lossName();
    const numbers = Object.fromEntries(Object.entries(found).filter(([, value]) => typeof value === "number")
      .map(([name, value]) => [name, readable(value)]));
    const shrunken = ridgenetFindings.shrinkage(path, index);
    at("verdict").className = found.kind;
    at("verdict").textContent = `${app.t(`verdict_${found.kind}`, { ...numbers, loss, here: numbers.loss, best: numbers.bestLoss })} ${
      app.t("shrunken", { here: readable(shrunken.here), weakest: readable(shrunken.weakest) })}`;
    at("alpha-shown").textContent = readable(path.alphas[index]);
    at("alpha").setAttribute("aria-valuetext", `λ = ${readable(path.alphas[index])}. ${at("verdict").textContent}`);
    const { dataLoss, penalty, total } = ridgenetFindings.objective(path, index), n = path.problem.X.length;
    at("equation").textContent = "J = L + λ/(2n) · Σ‖W‖²";
    at("equation-numbers").textContent = `${readable(total, 4)} = ${readable(dataLoss, 4)} + ${readable(path.alphas[index])}/(2 · ${n}) · ${
      readable(shrunken.here, 4)} = ${readable(dataLoss, 4)} + ${readable(penalty, 4)}`;
    at("equation-where").textContent = app.t("equation_where", { n });
    for (const id of ["plane", "network"]) at(`${id}-help`).textContent = app.t(`${id}_help`, { n: path.chains.length });
    at("drawing").setAttribute("aria-label", `${app.t("network")}: ${path.problem.network.layer_sizes.join("-")}. ${app.t("network_help", { n: path.chains.length })}`);
  };

  /** Show the points while the path is computed. */
  const preview = (app, samples, keepsView) => {
    if (!isPlane(samples)) return;
    at("plane-figure").hidden = false;
    app.plane.setSamples(samples.X, samples.y, keepsView);
    app.plane.paint();
  };

  return { averageOf, prepare, preview };
})();
