"use strict";
// Train again in this page, without some rows or a column, with other folds or another seed, and compare.
const ridgenetAgain = ({ rows, classes }, kernels, engine) => {
  const { COLORS, DASH, at, draw: drawChart, legend, readable } = ridgenetChart, { labelOf, mean, meanOf, range } = ridgenetNumbers, { decoded } = ridgenetNetworks;
  const { hidden, network, numbers, owners, selection, settings, width } = rows;
  const X = decoded(rows.X, Float32Array), y = decoded(rows.y, Float64Array);
  const pool = new ridgenetWorkers.Pool(engine);
  const columns = [...new Set(owners)], { clearly_worse: CLEARLY } = RIDGENET_PATH.selection;
  /** The path on all rows, with the settings of the model; and the last one with changes. */
  let usual = null, trained = null, run = 0;

  class Refusal extends Error {}

  /** Return the rows whose numbers a text such as "3, 17-20" has. */
  const rowsIn = text => {
    const found = new Set(), placeOf = new Map(numbers.map((number, row) => [number, row]));
    for (const part of text.split(",").map(each => each.trim()).filter(Boolean)) {
      const [, first, last = first] = /^(\d+)(?:\s*[-–]\s*(\d+))?$/.exec(part) ?? [];
      if (first === undefined || Number(last) < Number(first)) throw new Refusal(`“${part}” is not a row number such as 3, or a range such as 17-20.`);
      const within = numbers.filter(number => number >= Number(first) && number <= Number(last));
      if (within.length === 0) throw new Refusal(`No training row has the number ${part}.`);
      for (const number of within) found.add(placeOf.get(number));
    }
    return found;
  };

  const problemOf = ({ without, column, folds, seed }) => {
    const kept = range(y.length).filter(row => !without.has(row)), inputs = range(width).filter(k => owners[k] !== column);
    if (inputs.length === 0) throw new Refusal("There is no other column to predict from.");
    if (kept.length < 2 * folds) throw new Refusal(`${kept.length} rows are too few for ${folds} folds.`);
    const labels = classes && kept.map(row => y[row]);
    if (classes && new Set(labels).size < classes.length) throw new Refusal("A class has no row left.");
    const { nOutputs, Y } = ridgenetPath.targetsOf(kept.map(row => y[row]), classes?.length);
    return {
      network: { ...network, layer_sizes: [inputs.length, ...hidden, nOutputs] },
      X: kept.map(row => inputs.map(k => X[row * width + k])),
      Y,
      labels,
      settings: { ...settings, cv: folds, random_state: seed },
    };
  };

  const fit = (problem, what, mine) => ridgenetPath.fit(problem, task => pool.run(problem, task), {
    kernels,
    watch: (done, total) => {
      if (mine === run) at("training-status").textContent = `${what}: ${done} of ${total} chains`;
    },
  });

  const indexOf = ({ curve }) => selection === "1se" ? curve.withinOneStandardError : curve.best;

  /** Return the error rate, or R², of the predictions for rows left out, as text. */
  const scoreOf = ({ problem: { Y }, folds, outcomes }, index) => {
    const width = Y[0].length;
    let total = 0, spread = 0, n = 0;
    const centre = mean(Y.map(([value]) => value));
    folds.forEach(({ test }, fold) => {
      const chains = outcomes[fold + 1];
      if (chains.length === 0) return;
      const outputs = meanOf(chains.map(chain => chain.outputs[index].slice()));
      test.forEach((row, k) => {
        n += 1;
        if (!classes) {
          total += (outputs[k] - Y[row][0]) ** 2;
          spread += (Y[row][0] - centre) ** 2;
        } else total += labelOf(outputs, k, width) === (width === 1 ? Y[row][0] : Y[row].indexOf(1)) ? 0 : 1;
      });
    });
    return classes ? `error ${readable(100 * total / n)}%` : `R² ${readable(1 - total / spread)}`;
  };

  const sentenceOf = path => {
    const index = indexOf(path), { mean: means, standardError } = path.curve;
    return `λ = ${readable(path.alphas[index])}, loss ${readable(-means[index], 4)} ± ${readable(standardError[index], 2)}, ${scoreOf(path, index)}`;
  };

  const USUAL = { without: new Set(), column: null, folds: settings.cv, seed: settings.random_state };

  const start = async () => {
    const mine = ++run, [folds, seed] = ["folds", "seed"].map(id => Number(at(id).value)), chosen = at("without-column").value;
    pool.cancel();
    busy(true);
    try {
      const what = { without: rowsIn(at("without-rows").value), column: chosen === "" ? null : columns[chosen], folds, seed };
      const changed = problemOf(what), began = performance.now();
      usual ??= await fit(problemOf(USUAL), "As the model was trained", mine);
      if (mine !== run) return;
      const isSame = what.without.size === 0 && what.column === null && folds === USUAL.folds && seed === USUAL.seed;
      const now = isSame ? null : await fit(changed, "With the changes", mine);
      if (mine !== run) return;
      at("training-status").textContent = `Trained in ${readable((performance.now() - began) / 1000, 2)} s.`;
      trained = { now, what };
      show();
    } catch (error) {
      if (mine !== run) return;
      at("trained").hidden = true;
      trained = null;
      at("training-status").textContent = error instanceof Refusal ? error.message : `The path could not be computed: ${error.message}`;
    }
    busy(false);
  };

  const busy = value => {
    at("train").disabled = value;
    at("stop").disabled = !value;
  };

  const stop = () => {
    run += 1;
    pool.cancel();
    busy(false);
    at("training-status").textContent = "Stopped.";
  };

  const changesIn = ({ without, column, folds, seed }) => [
    without.size ? `without ${without.size} of ${y.length} rows` : "", column === null ? "" : `without ${column || "(no name)"}`,
    folds === USUAL.folds ? "" : `${folds} folds`, seed === USUAL.seed ? "" : `seed ${seed}`,
  ].filter(Boolean).join(", ");

  const show = () => {
    if (!trained) return;
    const { now, what } = trained, changes = changesIn(what);
    at("trained").hidden = false;
    at("trained-found").textContent = `All rows: ${sentenceOf(usual)}.${now ? ` Now, ${changes}: ${sentenceOf(now)}. ${judgement(now, what)}` : ""}`;
    const paths = now ? [["all rows", usual], [changes, now]] : [["all rows", usual]];
    const lines = paths.map(([name, { alphas, curve }], k) => ({
      name, x: alphas, values: curve.mean.map(value => -value), band: curve.standardError, color: COLORS[k], dash: k ? DASH : undefined,
    }));
    const ends = paths.flatMap(([, { alphas }]) => [alphas[0], alphas.at(-1)]);
    const marks = paths.map(([name, path]) => ({ alpha: path.alphas[indexOf(path)], text: name }));
    drawChart(at("trained-curve"), { alphas: [Math.max(...ends), Math.min(...ends)], lines, marks, height: 240 });
    at("trained-curve").setAttribute("aria-label", `Loss on rows left out of training against λ. ${at("trained-found").textContent}`);
    legend(at("trained-curve-legend"), lines);
  };

  /** Whether leaving out a column changes the loss clearly: on the same rows and folds, by differences in each fold. */
  const judgement = (now, { without, folds, seed }) => {
    if (without.size) return "The losses are on different rows, so a difference can come from these alone.";
    if (folds !== USUAL.folds || seed !== USUAL.seed) return "The folds are others, so a difference can come from these alone.";
    const [gain, error] = now.curve.gainOver(indexOf(now), usual.curve.byFold.map(scores => scores[indexOf(usual)]));
    const size = `${readable(Math.abs(gain))} ± ${readable(error, 2)} over the folds`;
    if (Math.abs(gain) <= CLEARLY * error) return `The losses do not differ clearly (by ${size}).`;
    return `Without this column the loss is clearly ${gain < 0 ? "larger" : "smaller"} (by ${size}).`;
  };

  at("without-column").append(new Option("none", ""), ...columns.map((name, k) => new Option(name || "(no name)", k)));
  at("folds").value = settings.cv;
  at("seed").value = settings.random_state;
  at("again").onsubmit = event => {
    event.preventDefault();
    start();
  };
  at("stop").onclick = stop;
  return { draw: show };
};
