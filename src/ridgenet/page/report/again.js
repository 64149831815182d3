"use strict";
// Train again in this page, without some rows or a column, with other folds or another seed, and compare.
const ridgenetAgain = ({ rows, classes }, kernels, engine) => {
  const { COLORS, DASH, at, draw: drawChart, legend, readable } = ridgenetChart, { range } = ridgenetNumbers, { decoded } = ridgenetNetworks;
  const { hidden, network, numbers, owners, selection, settings, width } = rows;
  const X = decoded(rows.X, Float32Array), y = decoded(rows.y, Float64Array);
  const pool = new ridgenetWorkers.Pool(engine, Math.min(Math.max(navigator.hardwareConcurrency || 2, 2), 8));
  const known = {};
  let run = 0, trained = null;

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
    const nOutputs = !classes || classes.length === 2 ? 1 : classes.length;
    return {
      network: { ...network, layer_sizes: [inputs.length, ...hidden, nOutputs] },
      X: kept.map(row => inputs.map(k => X[row * width + k])),
      Y: kept.map(row => nOutputs === 1 ? [y[row]] : range(nOutputs).map(k => y[row] === k ? 1 : 0)),
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
  const scoreOf = path => {
    const index = indexOf(path), { mean, standardError } = path.curve;
    return `λ = ${readable(path.alphas[index])}, loss ${readable(-mean[index], 4)} ± ${readable(standardError[index], 2)}`;
  };

  const start = async () => {
    const mine = ++run, [folds, seed] = ["folds", "seed"].map(id => Number(at(id).value)), column = at("without-column").value || null;
    pool.cancel();
    busy(true);
    try {
      const changed = problemOf({ without: rowsIn(at("without-rows").value), column, folds, seed }), began = performance.now();
      const key = `${folds} ${seed}`, all = known[key] ??= await fit(problemOf({ without: new Set(), column: null, folds, seed }), "On all rows", mine);
      if (mine !== run) return;
      const isSame = changed.X.length === all.problem.X.length && !column, now = isSame ? all : await fit(changed, "Without what is left out", mine);
      if (mine !== run) return;
      at("training-status").textContent = `Trained in ${readable((performance.now() - began) / 1000, 2)} s.`;
      trained = { all, now: isSame ? null : now, column };
      show();
    } catch (error) {
      if (mine !== run) return;
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

  const show = () => {
    if (!trained) return;
    const { all, now, column } = trained, n = all.problem.X.length;
    at("trained").hidden = false;
    const left = now && [n - now.problem.X.length ? `${n - now.problem.X.length} of ${n} rows` : "", column ?? ""].filter(Boolean).join(" and ");
    at("trained-found").textContent = `All rows: ${scoreOf(all)}.${now ? ` Without ${left}: ${scoreOf(now)}. ${judgement(all, now)}` : ""}`;
    const paths = now ? [["all rows", all], [`without ${left}`, now]] : [["all rows", all]];
    const lines = paths.map(([name, { alphas, curve }], k) => ({
      name, x: alphas, values: curve.mean.map(value => -value), band: curve.standardError, color: COLORS[k], dash: k ? DASH : undefined,
    }));
    const ends = paths.flatMap(([, { alphas }]) => [alphas[0], alphas.at(-1)]);
    const marks = paths.map(([name, path]) => ({ alpha: path.alphas[indexOf(path)], text: name }));
    drawChart(at("trained-curve"), { alphas: [Math.max(...ends), Math.min(...ends)], lines, marks, height: 240 });
    at("trained-curve").setAttribute("aria-label", `Loss on rows left out of training against λ. ${at("trained-found").textContent}`);
    legend(at("trained-curve-legend"), lines);
  };

  /** Whether a difference of losses is larger than both standard errors explain; rows differ, so folds do. */
  const judgement = (all, now) => {
    const [a, b] = [all, now].map(path => ({ loss: -path.curve.mean[indexOf(path)], error: path.curve.standardError[indexOf(path)] }));
    const difference = b.loss - a.loss, error = Math.hypot(a.error, b.error);
    const size = `${readable(Math.abs(difference))}, where the standard errors together are ${readable(error, 2)}`;
    if (Math.abs(difference) <= 2 * error) return `The losses do not differ clearly (by ${size}).`;
    return `The loss is clearly ${difference > 0 ? "larger" : "smaller"} (by ${size}).`;
  };

  at("without-column").append(new Option("none", ""), ...[...new Set(owners)].map(name => new Option(name, name)));
  at("folds").value = settings.cv;
  at("seed").value = settings.random_state;
  at("again").onsubmit = event => {
    event.preventDefault();
    start();
  };
  at("stop").onclick = stop;
  return { draw: show };
};
