"use strict";
// The λ path with cross-validation and random restarts: that of `RidgeNetClassifierCV` and `RidgeNetRegressorCV` with
// path="full" and one network, with the same random numbers, so that the same data and seed give the same numbers.
//
//   const problem = { network, X, Y, labels, settings: { random_state: 0 } };
//   const path = await ridgenetPath.fit(problem, task => ridgenetPath.run(kernels, problem, task), { kernels });
//   path.alphas[path.curve.best];
//
// A task is one chain: the minima at all λ that one random start leads to, on all rows or without one fold. Tasks are
// independent, and may run in workers.
const ridgenetPath = (() => {
  const { defaults, grid: GRID, plan: PLAN, adaptive: ADAPTIVE, divisions: DIVISIONS } = RIDGENET_PATH;
  const { mean, meanOf, range, sum } = ridgenetNumbers;
  const { Curve, meanLoss, ofAllRestarts } = ridgenetSelection;
  const { LBFGS, Predictor, makeExamples, nParameters } = ridgenetTraining;
  const { Generator, RandomState, initialParameters } = ridgenetRandom;
  const isLinear = network => network.layer_sizes.length === 2;

  /** Return the settings of a problem, with the defaults of Python. */
  const settingsOf = problem => ({ ...defaults, ...problem.settings });

  /** Return the number of outputs for numbers, or for classes that are numbered, and a row of targets for each sample. */
  const targetsOf = (y, nClasses = null) => {
    const nOutputs = nClasses === null || nClasses === 2 ? 1 : nClasses;
    return { nOutputs, Y: Array.from(y, value => nOutputs === 1 ? [value] : range(nOutputs).map(k => value === k ? 1 : 0)) };
  };

  // parts of the rows

  /** Return some rows of a problem, what standardises their columns and targets, and the samples for kernels. */
  const partOf = (kernels, problem, rows) => {
    const X = rows ? rows.map(row => problem.X[row]) : problem.X, Y = rows ? rows.map(row => problem.Y[row]) : problem.Y;
    const { standardize } = settingsOf(problem), hasUnits = problem.network.loss === "squared_error";
    const identity = width => ({ mean: Array(width).fill(0), scale: Array(width).fill(1) });
    const of = values => standardize ? ridgenetTraining.standardizer(kernels, values) : identity(values[0].length);
    const inputs = of(X), targets = hasUnits ? of(Y) : identity(Y[0].length);
    const standardised = Y.map(row => row.map((y, k) => (y - targets.mean[k]) / targets.scale[k]));
    return { X, Y, inputs, targets, standardised, examples: makeExamples(kernels, X, standardised, inputs) };
  };

  // the grid

  /** Return the largest singular value of a matrix with few columns, given as rows. */
  const largestSingularValue = rows => {
    const width = rows[0].length;
    let square = range(width).map(i => range(width).map(j => sum(rows.map(row => row[i] * row[j]))));
    // Jacobi rotations diagonalise the matrix of products of columns
    for (let sweep = 0; sweep < 60; sweep++) {
      for (let i = 0; i < width; i++) for (let j = i + 1; j < width; j++) {
        if (square[i][j] === 0) continue;
        const angle = 0.5 * Math.atan2(2 * square[i][j], square[i][i] - square[j][j]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        square = square.map(row => row.map((value, k) =>
          k === i ? c * row[i] + s * row[j] : k === j ? c * row[j] - s * row[i] : value));
        const [first, second] = [square[i].slice(), square[j].slice()];
        square[i] = first.map((value, k) => c * value + s * second[k]);
        square[j] = second.map((value, k) => c * value - s * first[k]);
      }
    }
    return Math.sqrt(Math.max(...square.map((row, k) => row[k])));
  };

  /** Return the norm of Xᵀ (Y - ȳ) in standardised units; 0 if it is within rounding error. */
  const nullGradientNorm = ({ X, standardised: Y, inputs }) => {
    const centre = Y[0].map((_, k) => mean(Y.map(row => row[k])));
    const residuals = Y.map(row => row.map((y, k) => y - centre[k]));
    const totals = centre.map((_, k) => sum(residuals.map(row => row[k])));
    const gradient = X[0].map((_, column) => totals.map((total, k) =>
      (sum(X.map((row, i) => row[column] * residuals[i][k])) - inputs.mean[column] * total) / inputs.scale[column]));
    const norm = largestSingularValue(gradient), size = Math.sqrt(sum(residuals.flat().map(r => r * r)));
    return norm <= GRID.rounding * Math.sqrt(X.length) * size ? 0 : norm;
  };

  /** Return the first λ of the grid: λ_max, or a larger one at which training from a random start gives zero weights. */
  const strongest = (kernels, problem, part) => {
    const { network } = problem, norm = nullGradientNorm(part), nLayers = network.layer_sizes.length - 1;
    if (!(norm > 0)) return nLayers === 2 ? collapse(kernels, problem, part, 1, GRID.just_above) : 1;
    if (nLayers === 1) return GRID.linear_factor * norm;
    if (nLayers > 2) return collapse(kernels, problem, part, norm / 1024, norm, true);
    const largest = GRID.largest_derivative[network.activation] * norm;
    return collapse(kernels, problem, part, largest, GRID.just_above * largest);
  };

  /** Return `low` if training collapses at `high`, or else the smallest λ at which it does, found by bisection. */
  const collapse = (kernels, problem, part, low, high, isSearched = false) => {
    const { network } = problem, start = initialParameters(network, settingsOf(problem).init, new Generator([0]));
    const search = new LBFGS(kernels, network, start, part.examples, low, GRID.collapse);
    const happensAt = alpha => {
      search.restart(alpha, start);
      search.runToTheEnd();
      return squaredNorm(network, search.parameters) <= 1e-4 * squaredNorm(network, start);
    };
    if (!isSearched && happensAt(high)) return low;
    const limit = 1e9 * high;
    while (!happensAt(high) && high < limit) [low, high] = [high, 4 * high];
    for (const _ of range(GRID.n_bisections)) {
      const middle = Math.sqrt(low * high);
      [low, high] = happensAt(middle) ? [low, middle] : [middle, high];
    }
    return high;
  };

  /** Return Σ‖W‖² of a network, without its biases. */
  const squaredNorm = ({ layer_sizes: sizes }, parameters) => {
    let total = 0, start = 0;
    sizes.slice(1).forEach((size, layer) => {
      const end = start + size * sizes[layer];
      for (let k = start; k < end; k++) total += parameters[k] ** 2;
      start = end + size;
    });
    return total;
  };

  /** A logarithmic grid of λ, which goes on below its smallest. */
  class Grid {
    constructor(largest, { n_alphas: n, alpha_min_ratio: low, alpha_max_ratio: high }) {
      const [begin, end] = [Math.log10(largest * high), Math.log10(largest * low)];
      this.alphas = range(n).map(k => 10 ** (begin + k * (end - begin) / (n - 1)));
      [this.alphas[0], this.alphas[n - 1]] = [largest * high, largest * low];
      const span = Math.log(this.alphas[0]) - Math.log(this.alphas[n - 1]);
      this.spacing = span / (n - 1);
      this._below = Math.max(this.spacing, Math.log(100) / n);
      this.last = n - 1 + Math.max(0, Math.trunc((-Math.log(GRID.smallest_ratio) - span) / this._below));
    }

    at(index) {
      const n = this.alphas.length;
      return index < n ? this.alphas[index] : this.alphas[n - 1] * Math.exp(-this._below * (index - n + 1));
    }

    /** Number of steps that is nearest to a ratio of λ. */
    steps(ratio) {
      return Math.min(Math.max(Math.round(Math.log(ratio) / this.spacing), 1), this.alphas.length - 1);
    }
  }

  // chains

  /**
   * Return the minima that one random start leads to, from the smallest λ to the largest; resets the kernels.
   * @param {object} task  { rows, test, alphas, seed }: training rows and test rows, or null for all and none
   * @returns {{parameters, dataLosses, penalties, converged, nIter, outputs}} a value for each λ; outputs for test rows
   */
  const run = (kernels, problem, { rows, test, alphas, seed }) => {
    kernels.reset();
    const { network } = problem, settings = settingsOf(problem), p = nParameters(network), n = alphas.length;
    const part = partOf(kernels, problem, rows), random = new Generator(seed);
    const draw = () => initialParameters(network, settings.init, random);
    const share = part.X.length / problem.X.length;
    const search = new LBFGS(kernels, network, new Float64Array(p), part.examples, 1, {
      max_iter: settings.max_iter,
      max_evaluations: 3 * settings.max_iter,
      tol: settings.tol,
      relative_tol: PLAN.relative_to_tol * settings.tol,
      memory: PLAN.memory,
    });
    let start = isLinear(network) ? new Float64Array(p) : screened(search, draw, alphas[n - 1] * share, settings);
    const found = {
      parameters: Array(n), dataLosses: Array(n), penalties: Array(n), converged: Array(n), nIter: Array(n), outputs: null,
    };
    for (let index = n - 1; index >= 0; index--) {
      search.restart(alphas[index] * share, start);
      search.runToTheEnd();
      start = found.parameters[index] = search.parameters;
      found.dataLosses[index] = search.dataLosses.at(-1);
      found.penalties[index] = search.penalties.at(-1);
      found.converged[index] = search.status === "converged";
      found.nIter[index] = search.nIter;
    }
    if (test) found.outputs = outputsOf(kernels, network, part, test.map(row => problem.X[row]), found.parameters);
    return found;
  };

  /** Return the random start with the lowest objective after a few iterations. */
  const screened = (search, draw, alpha, settings) => {
    let best, lowest = Infinity;
    for (const _ of range(PLAN.n_screened)) {
      search.restart(alpha, draw(), Math.min(PLAN.screening_iter, settings.max_iter));
      search.runToTheEnd();
      const objective = search.dataLosses.at(-1) + search.penalties.at(-1);
      if (objective < lowest) [best, lowest] = [search.parameters, objective];
    }
    return best;
  };

  /** Return the outputs of several networks of one part for some rows, in the units of the data. */
  const outputsOf = (kernels, network, { inputs, targets }, X, networks) => {
    const predictor = new Predictor(kernels, network, X, inputs), width = targets.mean.length;
    return networks.map(parameters =>
      predictor.outputs(parameters).map((a, k) => a * targets.scale[k % width] + targets.mean[k % width]));
  };

  // the path

  /** Return the restarts on each part: all on all rows; each of several divisions into folds has two of them. */
  const restartsOn = (part, folds, nRestarts, network) => {
    let restarts = range(nRestarts);
    if (part > 0 && folds.at(-1).division > 0) {
      const first = DIVISIONS.restarts * folds[part - 1].division;
      restarts = restarts.slice(first, first + DIVISIONS.restarts);
    }
    // the minimum is the only one
    return isLinear(network) ? restarts.slice(0, 1) : restarts;
  };

  /** Networks along λ: their minima on all rows and without each fold, and the cross-validated curve. */
  class Path {
    constructor(problem, folds, alphas, outcomes) {
      Object.assign(this, { problem, folds, alphas, outcomes });
      /** Chains on all rows, in the order of the restarts. */
      this.chains = outcomes[0];
      /** At each λ, the indices of the restarts in the order of their objectives. */
      this.order = alphas.map((_, index) => range(this.chains.length)
        .sort((a, b) => this._objective(a, index) - this._objective(b, index)));
      this.curve = this._curve();
    }

    /** Parameters of all restarts at one λ, those with the lowest objective first. */
    networks(index) {
      return this.order[index].map(restart => this.chains[restart].parameters[index]);
    }

    /** Scores, one for each fold of the curve, of the best constant prediction: the mean of the targets learned from. */
    get constant() {
      const { problem: { network, Y }, folds } = this, columns = range(Y[0].length);
      return this._usedFolds.map(fold => {
        const centre = columns.map(k => mean(folds[fold].train.map(row => Y[row][k]))), { test } = folds[fold];
        return -meanLoss(network.loss, test.flatMap(() => centre), test.map(row => Y[row]));
      });
    }

    get _usedFolds() {
      return range(this.folds.length).filter(fold => this.outcomes[fold + 1].length);
    }

    _objective(restart, index) {
      return this.chains[restart].dataLosses[index] + this.chains[restart].penalties[index];
    }

    _curve() {
      const { problem: { network, Y, settings }, folds, alphas } = this, { n_restarts: n } = settingsOf({ settings });
      const used = this._usedFolds;
      const ofFold = fold => {
        const targets = folds[fold].test.map(row => Y[row]), chains = this.outcomes[fold + 1];
        const singles = chains.map(chain => chain.outputs.map(outputs => meanLoss(network.loss, outputs, targets)));
        const averages = alphas.map((_, index) => meanLoss(network.loss, meanOf(chains.map(c => c.outputs[index].slice())), targets));
        return { singles, averages };
      };
      const found = used.map(ofFold), nDivisions = new Set(used.map(fold => folds[fold].division)).size;
      let losses = found.map(({ averages }) => averages);
      if (nDivisions > 1 && !isLinear(network)) losses = ofAllRestarts(losses, found.map(({ singles }) => singles), n);
      return new Curve(losses.map(ofOne => ofOne.map(loss => -loss)), used.map(fold => folds[fold].test.length), nDivisions);
    }
  }

  /** Append the results of a chain at smaller λ. */
  const joined = (chain, weaker) => Object.fromEntries(Object.entries(chain).map(([name, values]) =>
    [name, values && [...values, ...weaker[name]]]));

  /**
   * Compute a path with its cross-validation; resets the kernels.
   * @param {object} problem  { network, X, Y, labels, settings }; labels are numbers of classes, or null for numbers
   * @param {(task: object) => object|Promise<object>} runTask  runs `run`, here or in a worker
   * @param {{kernels: object, watch?: (nDone: number, nTasks: number) => void}} how  kernels for the grid; told progress
   * @returns {Promise<Path>}
   */
  const fit = async (problem, runTask, { kernels, watch = () => {} }) => {
    const { network, X, labels } = problem, settings = settingsOf(problem);
    const seed = new RandomState(settings.random_state).wholeNumber(2 ** 31 - 1);
    const nDivisions = Math.ceil(settings.n_restarts / DIVISIONS.restarts);
    const folds = ridgenetFolds.divided(X.length, labels, settings.cv, nDivisions, seed);
    kernels.reset();
    const grid = new Grid(strongest(kernels, problem, partOf(kernels, problem, null)), settings);
    const tasks = range(folds.length + 1).flatMap(part => restartsOn(part, folds, settings.n_restarts, network)
      .map(restart => ({ part, restart, rows: folds[part - 1]?.train ?? null, test: folds[part - 1]?.test ?? null })));
    const chainsAt = async alphas => {
      let nDone = 0;
      const outcomes = range(folds.length + 1).map(() => []);
      await Promise.all(tasks.map(async ({ part, restart, rows, test }) => {
        const found = await runTask({ rows, test, alphas, seed: [seed, 0, restart] });
        outcomes[part][restart] = found;
        watch(++nDone, tasks.length);
      }));
      // of the restarts on a part, only those that there are
      return outcomes.map(ofPart => Object.values(ofPart));
    };
    let path = new Path(problem, folds, grid.alphas, await chainsAt(grid.alphas));
    const coarse = grid.steps(ADAPTIVE.coarse);
    for (let last = grid.alphas.length - 1; last < grid.last && goesOn(path.curve, last, coarse);) {
      const indices = range(Math.min(3 * coarse, grid.last - last)).map(k => last + 1 + k);
      const weaker = indices.map(index => grid.at(index)), more = await chainsAt(weaker);
      const outcomes = path.outcomes.map((ofPart, part) => ofPart.map((chain, k) => joined(chain, more[part][k])));
      path = new Path(problem, folds, [...path.alphas, ...weaker], outcomes);
      last = indices.at(-1);
    }
    return path;
  };

  /** Return whether the best λ is at, or next to, the smallest, and still better than those before. */
  const goesOn = (curve, last, coarse) => {
    const { best } = curve;
    if (best <= last - coarse) return false;
    const [gain, error] = curve.gain(best, Math.max(best - coarse, 0));
    return gain > ADAPTIVE.little * error;
  };

  return { fit, partOf, run, settingsOf, squaredNorm, targetsOf };
})();
