"use strict";
// The playground: what readers choose becomes a state, the state a path, and the path pictures and sentences.
(() => {
  const { LambdaAxis, readable } = ridgenetChart;
  const { Predictor } = ridgenetTraining;
  const { SOURCES, draw } = ridgenetSources;
  const { meanLoss } = ridgenetSelection;
  const N_UNSEEN = 2000, UNSEEN_SEED = 2_000_000_000, MOST_LINES = 60;
  const COLORS = ["var(--first)", "var(--second)", "var(--third)"];
  const at = id => document.getElementById(id);
  const ENGINE = at("engine").textContent;
  const range = length => Array.from({ length }, (_, k) => k);

  let language = navigator.language?.startsWith("zh") ? "zh" : "en";
  let t = ridgenetMessages.inLanguage(language);
  let state = ridgenetState.fromAddress(location.hash);
  /** Samples of a reader's own table; null for drawn ones. */
  let table = null;
  /** All that is shown: the path, its samples, and functions that move the pictures to another λ. */
  let shown = null;
  let run = 0, pool = null, kernels = null, resampling = null;

  const plane = new ridgenetPlane.Plane(at("plane"), {
    moved: (row, point) => {
      shown.samples.X[row] = point;
      plane.paint();
    },
    ended: () => {
      const moved = shown.samples.X.map((point, row) => point === shown.kept[row] ? "" : `m${row},${shortened(point)}`);
      change({ edits: [...state.edits, ...moved.filter(Boolean)] });
    },
    added: point => change({ edits: [...state.edits, `a${shortened(point)},0`] }),
    relabelled: row => change({ edits: [...state.edits, `r${row}`] }),
  });
  const shortened = point => point.map(value => value.toFixed(3)).join(",");

  // state

  let keeping = null;

  /** Change the state; the address before stays in the history, for Back and Undo. */
  const change = changes => {
    // with the λ that was shown last
    if (!table) history.replaceState(null, "", ridgenetState.toAddress(state));
    state = { ...state, ...changes };
    if (table) return compute();
    clearTimeout(keeping);
    history.pushState(null, "", ridgenetState.toAddress(state));
    return compute();
  };

  const nClassesOf = source => source === "blobs" ? 3 : 2;

  const samplesOf = () => {
    if (table) return table;
    const drawn = draw(state.source, state.n, state.noise, state.seed), nClasses = nClassesOf(state.source);
    const { X, y } = ridgenetState.edited(drawn, state.edits, nClasses);
    return { X, y, names: ["x₁", "x₂"], classes: range(nClasses).map(String), isDrawn: true };
  };

  const problemOf = ({ X, y, classes }) => {
    const hidden = state.units === "none" ? [] : [Number(state.units)], nClasses = classes?.length;
    const nOutputs = !classes || nClasses === 2 ? 1 : nClasses;
    const loss = !classes ? "squared_error" : nOutputs === 1 ? "log_loss" : "multinomial_log_loss";
    return {
      network: { layer_sizes: [X[0].length, ...hidden, nOutputs], activation: "tanh", loss },
      X,
      Y: y.map(value => nOutputs === 1 ? [value] : range(nOutputs).map(k => value === k ? 1 : 0)),
      labels: classes ? y : null,
      settings: { random_state: 0 },
    };
  };

  // the path

  const compute = async () => {
    const mine = ++run, samples = samplesOf(), problem = problemOf(samples), began = performance.now();
    pool.cancel();
    stopResampling();
    endLive();
    at("live").hidden = true;
    delete said.epoch;
    at("epoch").textContent = "";
    for (const element of document.querySelectorAll(".drawn")) element.hidden = !!table;
    for (const element of document.querySelectorAll(".tabled")) element.hidden = !table;
    showForm();
    isBusy(true);
    const watch = (done, total) => {
      if (mine === run) say("status", "computing", { done, total });
    };
    watch(0, 1);
    try {
      const path = await ridgenetPath.fit(problem, task => pool.run(problem, task), { kernels, watch });
      if (mine !== run) return;
      const seconds = readable((performance.now() - began) / 1000, 2);
      say("status", "computed", { n: path.alphas.length, folds: 5, restarts: path.chains.length, seconds });
      show(path, samples);
    } catch (error) {
      if (mine !== run) return;
      say("status", "failed", { why: error.message });
    }
    isBusy(false);
  };

  const isBusy = value => document.querySelector("main").setAttribute("aria-busy", value);

  /** Return the mean output of the networks at one λ. */
  const averageOf = (predictor, path, index) => {
    const [total, ...others] = path.networks(index).map(parameters => predictor.outputs(parameters));
    // loops, since this is done in every frame
    for (const outputs of others) for (let k = 0; k < total.length; k++) total[k] += outputs[k];
    for (let k = 0; k < total.length; k++) total[k] /= others.length + 1;
    return total;
  };

  const isPlane = ({ X, classes }) => classes !== null && X[0].length === 2;

  const show = (path, samples) => {
    const { problem } = path, { network } = problem, before = shown;
    const display = before?.display ?? ridgenetPage.kernels;
    display.reset();
    const part = ridgenetPath.partOf(display, problem, null), axis = new LambdaAxis(path.alphas);
    const keepsView = !!before && before.samples.isDrawn && samples.isDrawn && state.source === before.source
      && state.edits.length > 0;
    shown = { path, samples, axis, display, part, source: state.source, kept: samples.X.slice(), movers: [] };
    at("live-section").hidden = !samples.isDrawn;
    at("plane-figure").hidden = at("pictures-figure").hidden = !isPlane(samples);
    at("effects-figure").hidden = isPlane(samples);
    if (isPlane(samples)) preparePlane(keepsView); else prepareEffects();
    const inputNames = samples.names, outputNames = network.layer_sizes.at(-1) === 1 ? ["a"] : samples.classes;
    shown.movers.push(moveNetwork(ridgenetPictures.drawing(at("drawing"), network, inputNames, outputNames)));
    prepareCharts();
    const slider = at("alpha");
    slider.max = path.alphas.length - 1;
    slider.disabled = false;
    // the slider runs from weak λ on the left to strong λ on the right, as the charts do
    moveTo(state.alpha === null ? path.curve.best : nearestTo(state.alpha), false);
  };

  /** Return the index of the nearest λ of the path. */
  const nearestTo = alpha => shown.axis.nearest(shown.axis.x(Math.max(alpha, shown.path.alphas.at(-1))));

  const preparePlane = keepsView => {
    const { path, samples, part, display } = shown, { network } = path.problem;
    plane.setSamples(samples.X, samples.y, keepsView);
    const grid = new Predictor(display, network, plane.gridPoints, part.inputs);
    const onPoints = new Predictor(display, network, samples.X, part.inputs);
    shown.movers.push(index => {
      const labels = labelsOf(averageOf(onPoints, path, index)), wrong = samples.y.map((label, row) => labels[row] !== label);
      const outputs = averageOf(grid, path, index);
      plane.shade(outputs, wrong);
      const all = labelsOf(outputs), share = samples.classes.map((label, k) =>
        t("share", { label, percent: readable(100 * all.filter(each => each === k).length / all.length, 2) })).join(", ");
      at("plane").setAttribute("aria-label", t("plane_described", {
        a: samples.names[0], b: samples.names[1], alpha: readable(path.alphas[index]), share,
        wrong: wrong.filter(Boolean).length, n: samples.y.length,
      }));
    });
    const paint = ridgenetPictures.unitPictures(at("pictures"), network, plane, part.inputs);
    at("pictures-figure").hidden = network.layer_sizes.length < 3;
    shown.movers.push(moveNetwork(paint));
  };

  const labelsOf = outputs => {
    const { network } = shown.path.problem, width = network.layer_sizes.at(-1);
    return range(outputs.length / width).map(row => {
      if (width === 1) return outputs[row] > 0.5 ? 1 : 0;
      const values = Array.from(outputs.slice(row * width, (row + 1) * width));
      return values.indexOf(Math.max(...values));
    });
  };

  const prepareEffects = () => {
    const { path, samples, part, display } = shown, { network } = path.problem, width = network.layer_sizes.at(-1);
    const output = width === 1 ? 0 : 0, label = samples.classes && (width === 1 ? samples.classes[1] : samples.classes[0]);
    at("effects-help").textContent = t("effects_help", { what: label ? t("probability_of", { label }) : table.target });
    let predictor = null;
    const predict = (X, index) => {
      predictor ??= {};
      predictor[X.length] ??= { made: new Predictor(display, network, X, part.inputs), matrix: X };
      const entry = predictor[X.length];
      entry.made._arguments.examples.X.set(Float64Array.from(X.flat()));
      const outputs = averageOf(entry.made, path, index);
      return range(X.length).map(row => outputs[row * width + output] * part.targets.scale[output] + part.targets.mean[output]);
    };
    shown.movers.push(ridgenetPictures.effects(at("effects"), samples, predict));
  };

  /** Return a mover that passes on the network with the lowest objective. */
  const moveNetwork = drawOne => index => drawOne(Array.from(shown.path.networks(index)[0]));

  const lossName = () => t(shown.path.problem.network.loss === "squared_error" ? "squared_error" : "log_loss");

  const prepareCharts = () => {
    const { path, samples, part, display } = shown, { curve, alphas, problem } = path;
    const lines = [{
      name: t("cross_validated", { loss: lossName() }), values: curve.mean.map(value => -value),
      band: curve.standardError, color: COLORS[0],
    }];
    if (samples.isDrawn) {
      const unseen = draw(state.source, N_UNSEEN, state.noise, UNSEEN_SEED), targets = problemOf({ ...samples, ...unseen }).Y;
      const predictor = new Predictor(display, problem.network, unseen.X, part.inputs);
      const losses = alphas.map((_, index) => meanLoss(problem.network.loss, averageOf(predictor, path, index), targets));
      lines.push({ name: t("unseen", { loss: lossName(), n: N_UNSEEN }), values: losses, color: COLORS[1], dash: "6 4" });
    }
    const marks = [{ alpha: alphas[curve.best], text: t("chosen") }];
    if (curve.withinOneStandardError !== curve.best) marks.push({ alpha: alphas[curve.withinOneStandardError], text: t("one_se") });
    const terms = alphas.map((_, index) => ridgenetFindings.objective(path, index));
    const [chain] = path.chains, first = ridgenetPictures.layersOf(problem.network, chain.parameters[0]);
    const weights = alphas.map((_, index) =>
      ridgenetPictures.layersOf(problem.network, chain.parameters[index]).flatMap(({ W }) => W.flat()).slice(0, MOST_LINES));
    const charts = {
      curve: { lines, marks, range: curve.notClearlyWorse, height: 220 },
      terms: { lines: [
        { name: t("data_loss"), values: terms.map(({ dataLoss }) => dataLoss), color: COLORS[0] },
        { name: t("penalty"), values: terms.map(({ penalty }) => penalty), color: COLORS[1], dash: "6 4" },
      ], height: 150 },
      weights: { lines: weights[0].map((_, k) => ({
        name: "", values: weights.map(each => each[k]), color: COLORS[k < first[0].W.flat().length ? 0 : 1],
      })), height: 190 },
    };
    at("weights").setAttribute("class", "thin");
    for (const [id, chart] of Object.entries(charts)) {
      shown.movers.push(ridgenetChart.draw(at(id), alphas, chart, index => moveTo(index)));
      describe(id, chart, alphas);
    }
  };

  /** Give a chart a legend, and a text for those who do not see it. */
  const describe = (id, { lines }, alphas, axis = "λ") => {
    const named = lines.filter(({ name }) => name), ends = values => `${readable(values.at(-1))} … ${readable(values[0])}`;
    at(`${id}-legend`)?.replaceChildren(...named.map(({ name, color, dash }) => {
      const entry = document.createElement("span");
      entry.className = `tone-${COLORS.indexOf(color) + 1}${dash ? " dashed" : ""}`;
      entry.append(document.createElement("i"), name);
      return entry;
    }));
    const scope = `${axis} ${readable(alphas.at(-1))} … ${readable(alphas[0])}`;
    const title = at(id).closest("figure").querySelector("figcaption")?.textContent ?? "";
    at(id).setAttribute("aria-label", `${title}. ${scope}. ${named.map(({ name, values }) => `${name}: ${ends(values)}`).join("; ")}`);
  };

  // λ

  let waiting = null;

  /** Show the networks at another λ, in the next frame. */
  const moveTo = (index, isKept = true) => {
    shown.index = index;
    at("alpha").value = shown.path.alphas.length - 1 - index;
    if (isKept) {
      state.alpha = shown.path.alphas[index];
      at("answer").textContent = "";
    }
    waiting ??= requestAnimationFrame(() => {
      waiting = null;
      for (const move of shown.movers) move(shown.index);
      showResampled();
      sayWhatIsSeen();
    });
    if (isKept && !table) keepAddress();
  };

  // browsers allow few changes of the address per second
  const keepAddress = () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => history.replaceState(null, "", ridgenetState.toAddress(state)), 250);
  };

  const sayWhatIsSeen = () => {
    const { path, index } = shown, found = ridgenetFindings.verdict(path, index), loss = lossName();
    const numbers = Object.fromEntries(Object.entries(found).filter(([, value]) => typeof value === "number")
      .map(([name, value]) => [name, readable(value)]));
    const shrunken = ridgenetFindings.shrinkage(path, index);
    at("verdict").className = found.kind;
    at("verdict").textContent = `${t(`verdict_${found.kind}`, { ...numbers, loss, here: numbers.loss, best: numbers.bestLoss })} ${
      t("shrunken", { here: readable(shrunken.here), weakest: readable(shrunken.weakest) })}`;
    at("alpha-shown").textContent = readable(path.alphas[index]);
    at("alpha").setAttribute("aria-valuetext", `λ = ${readable(path.alphas[index])}. ${at("verdict").textContent}`);
    const { dataLoss, penalty, total } = ridgenetFindings.objective(path, index), n = path.problem.X.length;
    at("equation").textContent = "J = L + λ/(2n) · Σ‖W‖²";
    at("equation-numbers").textContent = `${readable(total, 4)} = ${readable(dataLoss, 4)} + ${readable(path.alphas[index])}/(2 · ${n}) · ${
      readable(shrunken.here, 4)} = ${readable(dataLoss, 4)} + ${readable(penalty, 4)}`;
    at("equation-where").textContent = t("equation_where", { n });
    for (const id of ["plane", "network"]) at(`${id}-help`).textContent = t(`${id}_help`, { n: path.chains.length });
    at("drawing").setAttribute("aria-label", `${t("network")}: ${path.problem.network.layer_sizes.join("-")}. ${t("network_help", { n: path.chains.length })}`);
  };

  // guesses

  let guessed = null;
  const guess = () => {
    const { path, index } = shown, n = path.alphas.length;
    const to = (index + Math.round(n * (0.2 + 0.6 * Math.random()))) % n;
    guessed = { to, here: -path.curve.mean[index], there: -path.curve.mean[to] };
    at("answer").textContent = "";
    at("question").textContent = t("guess_question", { alpha: readable(path.alphas[to]), loss: lossName(), here: readable(guessed.here) });
    at("guessing").hidden = false;
    at("lower").focus();
  };
  const answer = isLower => {
    const { to, here, there } = guessed;
    at("guessing").hidden = true;
    moveTo(to);
    at("answer").textContent = t((there < here) === isLower ? "guess_right" : "guess_wrong", {
      alpha: readable(shown.path.alphas[to]), here: readable(here), there: readable(there),
    });
  };

  // bias and variance

  const stopResampling = () => {
    resampling = null;
    at("resampled-pictures").hidden = true;
    at("resampled").textContent = "";
    at("resample").disabled = false;
  };

  const resample = async () => {
    const { path } = shown, mine = run, nClasses = shown.samples.classes.length, began = performance.now();
    at("resample").disabled = true;
    const steps = ridgenetResampling.PLANE_STEPS, gridPoints = range(steps ** 2).map(k =>
      [k % steps, Math.floor(k / steps)].map((step, i) => plane.low[i] + (step + 0.5) / steps * plane.size));
    let drawnAt = 0;
    const watch = found => {
      if (mine !== run) return;
      resampling = found;
      const seconds = readable((performance.now() - began) / 1000, 2);
      at("resampled").textContent = `${t("resampled", { done: found.n, total: ridgenetResampling.N_SAMPLES })} (${seconds} s)`;
      if (performance.now() - drawnAt < 200 && found.n < ridgenetResampling.N_SAMPLES) return;
      drawnAt = performance.now();
      at("resampled-pictures").hidden = false;
      drawResampling();
    };
    await ridgenetResampling.run({
      source: state.source, n: state.n, noise: state.noise, nClasses, gridPoints, pool, watch,
      alphas: ridgenetResampling.someOf(path.alphas), kernels: ridgenetPage.resampling,
      problemOf: drawn => problemOf({ ...shown.samples, ...drawn }),
    });
    if (mine === run) at("resample").disabled = false;
  };

  const drawResampling = () => {
    const { bias, variance } = resampling.terms, total = bias.map((value, k) => value + variance[k]);
    const { alphas } = resampling;
    const chart = { lines: [
      { name: t("their_sum"), values: total, color: COLORS[2] },
      { name: t("bias"), values: bias, color: COLORS[0], dash: "6 4" },
      { name: t("variance"), values: variance, color: COLORS[1], dash: "2 3" },
    ], height: 220 };
    resampling.move = ridgenetChart.draw(at("variance"), alphas, chart, index => moveTo(nearestTo(alphas[index])));
    describe("variance", chart, alphas);
    const least = total.indexOf(Math.min(...total));
    at("resampled-least").textContent = t("resampled_least", {
      least: readable(total[least]), alpha: readable(alphas[least]),
      weak: readable(variance.at(-1)), strong: readable(variance[0]),
    });
    showResampled();
  };

  /** Paint the mean prediction of all samples at the current λ, paler where they differ. */
  const showResampled = () => {
    if (!resampling?.move) return;
    const nearest = new LambdaAxis(resampling.alphas), alpha = shown.path.alphas[shown.index];
    const index = nearest.nearest(nearest.x(alpha)), moments = resampling.atGrid[index];
    resampling.move(index);
    const steps = ridgenetResampling.PLANE_STEPS, canvas = at("mean-plane"), context = canvas.getContext("2d");
    canvas.width = canvas.height = steps;
    const image = context.createImageData(steps, steps), nOutputs = resampling.nClasses === 2 ? 1 : resampling.nClasses;
    for (let k = 0; k < steps ** 2; k++) {
      const means = range(nOutputs).map(j => moments.mean(k * nOutputs + j));
      const label = nOutputs === 1 ? (means[0] > 0.5 ? 1 : 0) : means.indexOf(Math.max(...means));
      const spread = Math.sqrt(moments.variance(k * nOutputs + (nOutputs === 1 ? 0 : label)));
      const pixel = 4 * ((steps - 1 - Math.floor(k / steps)) * steps + k % steps);
      image.data.set([...ridgenetPlane.COLORS[label], 230 * Math.max(1 - 2 * spread, 0.05)], pixel);
    }
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", t("mean_plane"));
  };

  // live training

  let stopLive = null, nStarts = 0;
  const endLive = () => {
    stopLive?.();
    stopLive = null;
    at("stop-live").disabled = true;
  };

  const startLive = () => {
    endLive();
    const { path, samples } = shown, { problem } = path, alphas = [0, path.alphas[shown.index]], seed = nStarts++;
    const display = ridgenetPage.live;
    display.reset();
    const { inputs } = ridgenetPath.partOf(display, problem, null), names = alphas.map(alpha => readable(alpha));
    const unseen = draw(state.source, N_UNSEEN, state.noise, UNSEEN_SEED), targets = problemOf({ ...samples, ...unseen }).Y;
    const onUnseen = new Predictor(display, problem.network, unseen.X, inputs);
    const planes = alphas.map((_, which) => {
      const made = new ridgenetPlane.Plane(at(`plane-${which}`));
      made.setSamples(samples.X, samples.y);
      return made;
    });
    const onGrid = new Predictor(display, problem.network, planes[0].gridPoints, inputs);
    const steps = alphas.map(() => []);
    at("live").hidden = false;
    at("live-found").textContent = "";
    at("stop-live").disabled = false;
    stopLive = ridgenetLive.train(ENGINE, problem, alphas, seed, (which, { epoch, parameters, dataLoss, hasDiverged }) => {
      say("epoch", "live_epoch", { epoch, epochs: ridgenetLive.N_EPOCHS, seed });
      say(`live-${which}`, hasDiverged ? "live_diverged" : "live_network", { alpha: names[which], loss: readable(dataLoss) });
      if (hasDiverged) return;
      planes[which].shade(onGrid.outputs(parameters));
      at(`plane-${which}`).setAttribute("aria-label", at(`live-${which}`).textContent);
      const unseenLoss = meanLoss(problem.network.loss, onUnseen.outputs(parameters), targets);
      steps[which].push({ epoch, dataLoss, unseenLoss });
      if (steps.every(each => each.length > 1)) drawLearning(steps, names);
      if (steps.every(each => each.at(-1)?.epoch === ridgenetLive.N_EPOCHS)) endLive();
    });
  };

  const drawLearning = (steps, names) => {
    const n = Math.min(...steps.map(each => each.length)), kept = steps.map(each => each.slice(0, n));
    // the axis runs from the last epoch down, as that of λ does; epoch 0 has no place on a logarithmic axis
    const from = (which, name) => kept[which].slice(1).map(step => step[name]).reverse();
    const chart = { axis: t("epochs"), height: 220, lines: [0, 1].flatMap(which => [
      { name: t("live_points", { alpha: names[which] }), values: from(which, "dataLoss"), color: COLORS[1 - which] },
      { name: t("live_unseen", { alpha: names[which] }), values: from(which, "unseenLoss"), color: COLORS[1 - which], dash: "6 4" },
    ]) };
    const epochs = from(0, "epoch");
    ridgenetChart.draw(at("learning"), epochs, chart);
    describe("learning", chart, epochs, t("epochs"));
    const least = kept.map(each => each.reduce((best, step) => step.unseenLoss < best.unseenLoss ? step : best));
    say("live-found", "live_found", {
      loss: lossName(), without: readable(kept[0].at(-1).unseenLoss), with: readable(kept[1].at(-1).unseenLoss),
      leastWithout: readable(least[0].unseenLoss), epoch: least[0].epoch, leastWith: readable(least[1].unseenLoss),
    });
  };

  // own tables

  let read = null;
  const problemInTable = error => {
    const { key, named } = error instanceof ridgenetTable.TableError ? error : { key: "not_read", named: { why: error.message } };
    at("table-error").textContent = t(key, named);
  };
  const listed = notes => at("notes").replaceChildren(...notes.map(({ key, named }) => {
    const entry = document.createElement("li");
    entry.textContent = t(key, named);
    return entry;
  }));

  const readTable = text => {
    at("table-error").textContent = "";
    at("confirm").hidden = true;
    listed([]);
    try {
      read = ridgenetTable.read(text);
    } catch (error) {
      return problemInTable(error);
    }
    at("target").replaceChildren(...read.columns.map(({ name }) => new Option(name, name)));
    at("target").value = read.columns.at(-1).name;
    at("confirm").hidden = false;
    return showColumns();
  };

  const showColumns = () => {
    const target = at("target").value, column = read.columns.find(({ name }) => name === target);
    at("columns").replaceChildren(...read.columns.filter(({ name }) => name !== target).map(({ name, kind }) => {
      const label = document.createElement("label"), box = document.createElement("input");
      Object.assign(box, { type: "checkbox", value: name, checked: true });
      label.append(box, ` ${t(`holds_${kind}`, { name })}`);
      return label;
    }));
    const k = new Set(column.cells.filter(cell => cell !== null && !Number.isNaN(cell))).size;
    at("understood").textContent = t(ridgenetTable.isNumeric(column) ? "as_numbers" : "as_classes", { n: read.nRows, target, k });
    listed(read.notes);
  };

  const learn = () => {
    const target = at("target").value, used = [...at("columns").querySelectorAll(":checked")].map(({ value }) => value);
    at("table-error").textContent = "";
    try {
      table = { ...ridgenetTable.samplesOf(read, target, used), target };
    } catch (error) {
      problemInTable(error);
      return;
    }
    listed([...read.notes, ...table.notes]);
    at("table").hidden = true;
    state = { ...state, alpha: null, edits: [] };
    compute();
  };

  // the form, languages and the tour

  /** What was said last, to be said again in another language. */
  const said = {};
  const say = (id, key, named) => {
    said[id] = [key, named];
    at(id).textContent = t(key, named);
  };

  const showForm = () => {
    at("source").value = table ? "own" : state.source;
    for (const name of ["n", "noise", "units"]) at(name).value = state[name];
  };

  const translate = () => {
    document.documentElement.lang = language;
    document.title = `ridgenet – ${t("title")}`;
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
    for (const element of document.querySelectorAll("[data-title]")) element.title = t(element.dataset.title);
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
    for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
    const { source, units, language: languages } = Object.fromEntries(["source", "units", "language"].map(id => [id, at(id)]));
    source.replaceChildren(...[...Object.keys(SOURCES), "own"].map(name => new Option(t(name), name)));
    units.replaceChildren(...ridgenetState.UNITS.map(name => new Option(name === "none" ? t("no_units") : name, name)));
    languages.replaceChildren(...Object.entries(ridgenetMessages.LANGUAGES).map(([code, name]) => new Option(name, code)));
    languages.value = language;
    say("made-by", "made_by", { version: RIDGENET_PAGE.version });
    for (const [id, [key, named]] of Object.entries(said)) say(id, key, named);
    showForm();
    if (shown) show(shown.path, shown.samples);
    if (resampling) drawResampling();
    showTour();
  };

  const TOUR = [
    () => change({ ...ridgenetState.DEFAULTS }),
    () => moveTo(shown.path.alphas.length - 1),
    () => moveTo(shown.path.curve.best),
    () => moveTo(0),
    () => moveTo(shown.path.curve.best),
    () => change({ seed: state.seed + 1, alpha: shown.path.alphas.at(-1), edits: [] }),
    () => {},
  ];
  let step = 0;
  const showTour = () => {
    at("tour").hidden = step === 0;
    if (step === 0) return;
    say("tour-step", "tour_step", { step, steps: TOUR.length });
    say("tour-text", `tour_${step}`);
    at("tour-back").disabled = step === 1;
    at("tour-next").disabled = step === TOUR.length;
  };
  const goTo = async number => {
    step = number;
    showTour();
    if (step > 0) {
      table = null;
      await TOUR[step - 1]();
    }
  };

  const themes = ["light", "dark"];
  const listen = () => {
    at("alpha").oninput = ({ target }) => moveTo(shown.path.alphas.length - 1 - Number(target.value));
    at("choose").onclick = () => moveTo(shown.path.curve.best);
    at("guess").onclick = guess;
    at("lower").onclick = () => answer(true);
    at("higher").onclick = () => answer(false);
    at("again").onclick = () => change({ seed: (state.seed + 1) % 2 ** 32, edits: [] });
    at("resample").onclick = resample;
    at("start-live").onclick = startLive;
    at("stop-live").onclick = endLive;
    at("undo").onclick = () => history.back();
    at("units").onchange = ({ target }) => change({ units: target.value });
    at("source").onchange = ({ target }) => {
      at("table").hidden = target.value !== "own";
      if (target.value === "own") return;
      table = null;
      listed([]);
      change({ source: target.value, noise: SOURCES[target.value].noise, edits: [] });
    };
    for (const name of ["n", "noise"]) {
      at(name).onchange = ({ target }) => {
        if (target.value !== "" && target.validity.valid) change({ [name]: Number(target.value), edits: [] });
        else showForm();
      };
    }
    at("settings").onsubmit = event => event.preventDefault();
    at("language").onchange = ({ target }) => {
      language = target.value;
      t = ridgenetMessages.inLanguage(language);
      translate();
    };
    at("theme").onclick = () => {
      const root = document.documentElement, isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = themes.find(theme => theme !== (root.dataset.theme ?? (isDark ? "dark" : "light")));
      plane.paint();
    };
    at("start-tour").onclick = () => goTo(1);
    at("tour-next").onclick = () => goTo(step + 1);
    at("tour-back").onclick = () => goTo(step - 1);
    at("tour-end").onclick = () => goTo(0);
    at("another").onclick = () => {
      at("table").hidden = false;
      at("pasted").focus();
    };
    at("read").onclick = () => readTable(at("pasted").value);
    at("close").onclick = () => {
      at("table").hidden = true;
      showForm();
    };
    at("target").onchange = showColumns;
    at("learn").onclick = learn;
    const take = async file => {
      try {
        readTable(await file.text());
      } catch (error) {
        problemInTable(error);
      }
    };
    at("file").onchange = ({ target }) => target.files[0] && take(target.files[0]);
    document.ondragover = event => event.preventDefault();
    document.ondrop = event => {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (!file) return;
      at("table").hidden = false;
      take(file);
    };
    let resizing = null;
    window.onresize = () => {
      clearTimeout(resizing);
      resizing = setTimeout(() => shown && show(shown.path, shown.samples), 150);
    };
    window.onpopstate = () => {
      state = ridgenetState.fromAddress(location.hash);
      table = null;
      compute();
    };
  };

  const ridgenetPage = {};
  const start = async () => {
    translate();
    listen();
    at("alpha").disabled = true;
    pool = new ridgenetWorkers.Pool(ENGINE, Math.min(Math.max((navigator.hardwareConcurrency || 2), 2), 8));
    [kernels, ridgenetPage.kernels, ridgenetPage.resampling, ridgenetPage.live] = await Promise.all(range(4).map(() => ridgenetKernels.load()));
    await compute();
  };
  start();
})();
