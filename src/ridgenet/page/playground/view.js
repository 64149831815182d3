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

  /** Whether samples are points of the plane itself, which can be moved. */
  const areMovable = ({ X, classes }) => classes !== null && X[0].length === 2;

  /** Prepare all pictures of a path; return functions that move them to another λ. */
  const prepare = app => {
    const { path, samples } = app.shown, { network } = path.problem;
    if (samples.classes) ridgenetPlane.legend(at("plane-legend"), samples.classes);
    else at("plane-legend").replaceChildren();
    const hasPlane = samples.names.length > 1, seen = hasPlane && ridgenetProjection.viewOf(samples, app.shown.part.inputs);
    at("plane-figure").hidden = !hasPlane;
    at("pictures-figure").hidden = true;
    at("plane").classList.toggle("still", !areMovable(samples));
    at("plane").setAttribute("role", areMovable(samples) ? "application" : "img");
    at("plane").tabIndex = areMovable(samples) ? 0 : -1;
    at("effects-figure").hidden = hasPlane && seen.isWhole;
    const outputNames = network.layer_sizes.at(-1) === 1 ? ["a"] : samples.classes;
    const drawing = ridgenetNetwork.drawing(at("drawing"), network, samples.names, outputNames, path.networks(path.curve.best)[0]);
    const charts = Object.entries(ridgenetCharts.chartsOf(app)).map(([id, chart]) => {
      ridgenetCharts.describe(id, chart);
      return ridgenetChart.draw(at(id), chart, index => app.moveTo(index));
    });
    const effects = at("effects-figure").hidden ? [] : [prepareEffects(app)];
    return [...(hasPlane ? preparePlane(app, seen) : []), ...effects, ofLowest(path, drawing), ...charts, () => saySeen(app)];
  };

  /** Return a mover that passes on the network with the lowest objective. */
  const ofLowest = (path, drawOne) => index => drawOne(Array.from(path.networks(index)[0]));

  const preparePlane = (app, seen) => {
    const { path, samples, part, display } = app.shown, { network } = path.problem, { plane } = app;
    if (!areMovable(samples)) plane.setView({ X: seen.points, y: samples.y, ...seen, names: namesOf(app, seen) });
    /** What predicts for points of the plane. */
    const onPlane = points => {
      const predictor = new Predictor(display, ridgenetNetwork.ofPlane(network), points);
      return { outputs: parameters => predictor.outputs(ridgenetNetwork.onPlane(network, parameters, part.inputs, seen)) };
    };
    const [onGrid, atPoints, onSamples] = [onPlane(plane.gridPoints), onPlane(seen.points), new Predictor(display, network, samples.X, part.inputs)];
    const move = samples.classes ? index => {
      const [labels, onIt, outputs] = [onSamples, atPoints, onGrid].map(predictor => averageOf(predictor, path, index));
      shadeClasses(app, seen, index, { labels: labelsOf(network, labels), onIt: labelsOf(network, onIt), outputs });
    } : shadeNumbers(app, seen, onGrid);
    at("pictures-figure").hidden = network.layer_sizes.length < 3 || !areMovable(samples);
    if (at("pictures-figure").hidden) return [move];
    return [move, ofLowest(path, ridgenetPictures.unitPictures(at("pictures"), network, plane, part.inputs))];
  };

  const namesOf = (app, { isWhole, names }) => isWhole ? names : names.map(k => app.t("component", { k }));

  /** Shade the plane by classes, and say how much of it each has, and how far the plane shows what is predicted. */
  const shadeClasses = (app, seen, index, { labels, onIt, outputs }) => {
    const { path, samples } = app.shown, { network } = path.problem, wrong = samples.y.map((label, row) => labels[row] !== label);
    app.plane.shade(outputs, wrong);
    const all = labelsOf(network, outputs), share = samples.classes.map((label, k) =>
      app.t("share", { label, percent: readable(100 * all.filter(each => each === k).length / all.length, 2) })).join(", ");
    const [a, b] = namesOf(app, seen);
    at("plane").setAttribute("aria-label", app.t("plane_described", {
      a, b, alpha: readable(path.alphas[index]), share, wrong: wrong.filter(Boolean).length, n: samples.y.length,
    }));
    const same = labels.filter((label, row) => label === onIt[row]).length / labels.length;
    app.shown.planeHelp = seen.isWhole ? null : ["plane_components", { n: path.chains.length, percent: readable(100 * same, 2) }];
  };

  /** Return a mover that shades the plane by predicted numbers. */
  const shadeNumbers = (app, seen, onGrid) => {
    const { path, samples, part } = app.shown, { scale: [scale], mean: [mean] } = part.targets, [low, high] = [Math.min(...samples.y), Math.max(...samples.y)];
    app.plane.numbers = [low, high];
    return index => {
      const outputs = averageOf(onGrid, path, index).map(value => value * scale + mean), [a, b] = namesOf(app, seen);
      app.plane.shade(outputs);
      const ends = { low: readable(Math.min(...outputs)), high: readable(Math.max(...outputs)) };
      at("plane").setAttribute("aria-label", app.t("plane_of_numbers_described", { a, b, alpha: readable(path.alphas[index]), target: samples.target, ...ends }));
      app.shown.planeHelp = ["plane_of_numbers", { n: path.chains.length, target: samples.target, low: readable(low), high: readable(high) }];
    };
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
    const isMinimum = path.chains[path.order[index][0]].converged[index];
    at("equation-where").textContent = app.t(isMinimum ? "equation_where" : "equation_where_not_yet", { n });
    at("plane-help").textContent = app.t(...(app.shown.planeHelp ?? ["plane_help", { n: path.chains.length }]));
    at("network-help").textContent = app.t("network_help", { n: path.chains.length });
    at("drawing").setAttribute("aria-label", `${app.t("network")}: ${path.problem.network.layer_sizes.join("-")}. ${app.t("network_help", { n: path.chains.length })}`);
  };

  /** Show the points while the path is computed. */
  const preview = (app, samples, keepsView) => {
    if (!areMovable(samples)) return;
    at("plane-figure").hidden = false;
    const { X, y } = samples;
    if (keepsView) app.plane.setPoints(X, y);
    else if (samples.isDrawn) app.plane.setSamples(X, y);
    else app.plane.setView({ ...ridgenetProjection.viewOf(samples), X, y }, true);
    app.plane.paint();
  };

  return { averageOf, prepare, preview };
})();
