"use strict";
// What is seen of the path at one λ: the plane, the network, the curves, numbers, and a sentence about them.
const ridgenetSeen = ({ path, classes, charts }, averages, told) => {
  const { Axis, COLORS, at, nearest, readable } = ridgenetChart, { labelOf, range } = ridgenetNumbers;
  const { alphas, curve, positions, stops, terms, training } = path, places = stops.map(({ place }) => place), STEPS = 80;
  const axis = new Axis(positions.at(-1), positions[0], true), slider = at("alpha");
  const isLine = path.names.length === 1, plane = path.plane && !isLine && new ridgenetPlane.Plane(at("plane"), null, 90);
  // λ = 0 has a position below the smallest other λ
  const positionOf = alpha => alpha > 0 ? alpha : positions.at(-1), ofModel = path.isByRule ? "chosen" : "of the model";
  let stop = path.chosen, waiting = null, movers = [];

  /** What the network at one λ is, by the curve that λ was chosen by, and the range of λ that is not clearly worse. */
  const kindOf = place => {
    if (!curve.interval) return place === curve.best ? "best" : "other";
    const [smallest, largest] = curve.interval;
    if (curve.startsFromConstant && largest >= alphas[0]) return "nothing";
    if (place === curve.best) return "best";
    return alphas[place] > largest ? "under" : alphas[place] < smallest ? "over" : "balanced";
  };

  const sentenceOf = (kind, place) => {
    const here = readable(curve.values[place]), best = readable(curve.values[curve.best]), alpha = readable(alphas[place]);
    const difference = curve.differences && `, a difference of ${readable(curve.differences[place])} ± ${readable(curve.differenceErrors[place] ?? NaN, 2)} over the folds`;
    const compared = `${best} at λ = ${readable(alphas[curve.best])}${difference ?? ""}`, least = curve.isLoss ? "least" : "greatest";
    return {
      best: `The best: the ${curve.label} is ${least} here, ${here}.${curve.startsFromConstant ? ` At the strongest λ, where all predictions are almost the same, it is ${readable(curve.values[0])}.` : ""}`,
      balanced: `Balanced: the ${curve.label} is ${here}, not clearly worse than the best, ${compared}.`,
      over: `Over-fitted: λ = ${alpha} is too weak. The ${curve.label} is ${here}, clearly worse than ${compared}.`,
      under: `Under-fitted: λ = ${alpha} is too strong. The ${curve.label} is ${here}, clearly worse than ${compared}.`,
      nothing: `Nothing to learn: no λ is clearly better than the strongest, at which all predictions are almost the same. The ${curve.label} is ${here} here.`,
      other: `The ${curve.label} is ${here}; the ${least} is ${compared}.`,
    }[kind];
  };

  const readoutOf = place => {
    const error = curve.errors?.[place] == null ? "" : ` ± ${readable(curve.errors[place], 2)}`;
    const found = { [curve.label]: readable(curve.values[place], 4) + error };
    if (training) {
      const score = training.scores[place];
      found[training.label] = classes ? `${readable(100 * score)}%` : readable(score ?? NaN);
    }
    return {
      ...found, [classes ? "data loss" : "data loss (standardised)"]: readable(terms.dataLoss[place], 4), "L2 penalty": readable(terms.penalty[place], 4),
      "Σ‖W‖²": readable(terms.squaredNorm[place], 4), "networks averaged": String(stops[stop].members.length),
    };
  };

  const say = place => {
    const kind = kindOf(place), alpha = readable(alphas[place]), isChosen = stop === path.chosen;
    at("verdict").className = kind;
    const why = stop === path.chosen && path.isByRule && curve.rule === "1se" ? " It was chosen as the largest λ within one standard error of the best." : "";
    at("verdict").textContent = sentenceOf(kind, place) + why;
    at("alpha-shown").textContent = alpha + (isChosen ? ` (${ofModel})` : "");
    slider.setAttribute("aria-valuetext", `λ = ${alpha}${isChosen ? `, ${ofModel}` : ""}. ${at("verdict").textContent}`);
    const [{ shape }, ...others] = averages.members(stop);
    const ofShape = 1 + others.filter(other => other.shape === shape).length, sizes = new Set(others.map(other => other.shape));
    at("which-network").textContent = ofShape === 1 ? "" : `The network with the lowest objective of the ${ofShape} ${sizes.size > 1 ? "of its size " : ""}that are averaged.`;
    at("averaged").textContent = new Set(averages.members(path.chosen).map(member => member.shape)).size > 1
      ? "At the chosen λ, networks of several sizes are averaged; at the others, those of one." : "";
    at("readout").replaceChildren(...Object.entries(readoutOf(place)).map(([name, value]) => {
      const entry = document.createElement("div"), [term, number] = ["dt", "dd"].map(tag => document.createElement(tag));
      [term.textContent, number.textContent] = [name, value];
      entry.append(term, number);
      return entry;
    }));
  };

  // the plane

  const setPlane = () => {
    const { low, high, names } = path.plane, X = training?.points ? training.points : [], y = training?.points ? training.y : [];
    plane.setView({ X, y, low, high, names });
    if (!classes) plane.numbers = rangeOfColours(y);
    if (classes) ridgenetPlane.legend(at("plane-legend"), classes);
    else at("plane-legend").textContent = `From ${plane.numbers.map(value => readable(value)).join(" (blue) to ")} (orange).`;
  };

  const rangeOfColours = targets => {
    const { mean } = averages.outputsOnPlane(path.chosen, path.plane, plane.gridPoints), all = [...targets, ...mean];
    return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  };

  const isWrong = place => {
    const bytes = training?.wrong[place] && ridgenetNetworks.decoded(training.wrong[place], Uint8Array);
    return bytes ? training.y.map((_, k) => (bytes[k >> 3] >> (k & 7) & 1) === 1) : [];
  };

  const shade = place => {
    const { mean } = averages.outputsOnPlane(stop, path.plane, plane.gridPoints), wrong = isWrong(place);
    plane.shade(mean, wrong);
    const [a, b] = path.plane.names, scope = `Plane of ${b ? `${a} and ${b}` : a} at λ = ${readable(alphas[place])}. `;
    const n = plane.gridPoints.length, width = mean.length / n, all = classes && range(n).map(k => labelOf(mean, k, width));
    const share = k => `${classes[k]} in ${readable(100 * all.filter(label => label === k).length / n, 2)}% of it`;
    at("plane").setAttribute("aria-label", scope + (classes
      ? `Predicted: ${range(Math.min(classes.length, 8)).map(share).join(", ")}.${training ? ` ${wrong.filter(Boolean).length} of the ${training.y.length} points are predicted wrongly.` : ""}`
      : `Predicted numbers from ${readable(Math.min(...mean))} to ${readable(Math.max(...mean))}.`));
  };

  /** Draw what is predicted over the only input, with the rows. */
  const drawLine = () => {
    const [low] = path.plane.low, [high] = path.plane.high, x = range(STEPS).map(k => low + k / (STEPS - 1) * (high - low));
    const { mean, spread } = averages.outputs(stop, x.map(value => [value])), width = mean.length / STEPS;
    const of = (all, k) => x.map((_, step) => all[step * width + k]), shown = classes && width === 1 ? [1] : range(width);
    const lines = shown.map((label, k) => ({
      name: classes ? `probability of ${classes[label]}` : "", x, values: of(mean, k), band: of(spread, k), color: COLORS[k % COLORS.length],
    }));
    if (training?.points) {
      const values = classes ? training.y.map(label => Number(label === shown[0])) : training.y;
      lines.unshift({ name: classes ? `rows of ${classes[shown[0]]} (1) and others (0)` : "rows", x: training.points.map(([value]) => value), values, kind: "dots", color: COLORS[2] });
    }
    ridgenetChart.draw(at("line"), { lines, axis: path.names[0], title: classes ? "" : "predicted", height: 320 });
    ridgenetChart.legend(at("plane-legend"), lines);
    at("line").setAttribute("aria-label", `What is predicted over ${path.names[0]}, from ${readable(mean[0])} at ${readable(low)} to ${readable(mean.at(-width))} at ${readable(high)}.`);
  };

  // moving

  const show = () => {
    waiting = null;
    const place = places[stop];
    slider.value = axis.place(positions[place]);
    for (const move of movers) move(place);
    say(place);
    told.moved(stop);
  };

  const moveTo = (index, isKept = true) => {
    stop = Math.min(Math.max(index, 0), stops.length - 1);
    if (isKept) told.kept(stop === path.chosen ? null : alphas[places[stop]]);
    showSoon();
  };
  const showSoon = () => {
    waiting ??= requestAnimationFrame(show);
  };
  const stopNearest = alpha => nearest(places.map(place => positions[place]), positionOf(alpha));

  /** Draw everything, for the width that there is. */
  const draw = () => {
    const network = averages.members(path.chosen)[0], { network: shape } = averages.shapes[network.shape];
    const outputs = classes && shape.layer_sizes.at(-1) > 1 ? classes : [""];
    const drawOne = ridgenetNetwork.drawing(at("drawing"), shape, path.names, outputs, network.parameters);
    at("drawing").setAttribute("aria-label", `Drawing of a network with layers of ${shape.layer_sizes.join("-")} units: a line for each weight, wider for larger ones.`);
    const curves = Object.entries(charts).filter(([, chart]) => chart.alphas).map(([id, chart]) =>
      ridgenetFigures.drawIn(id, chart, index => moveTo(stopNearest(positions[index]))));
    movers = [...(plane ? [shade] : isLine && path.plane ? [drawLine] : []), () => drawOne(averages.members(stop)[0].parameters), ...curves];
    if (plane && !plane.X) setPlane();
    showSoon();
  };

  const steps = { ArrowLeft: 1, ArrowDown: 1, ArrowRight: -1, ArrowUp: -1, PageUp: -5, PageDown: 5, Home: Infinity, End: -Infinity };
  Object.assign(slider, { min: 0, max: 1, step: "any" });
  slider.oninput = () => moveTo(stopNearest(axis.value(Number(slider.value))));
  slider.onkeydown = event => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    moveTo(stop + steps[event.key]);
  };
  at("back").onclick = () => moveTo(path.chosen);

  return { draw, moveTo, stopNearest, repaint: () => plane?.paint() };
};
