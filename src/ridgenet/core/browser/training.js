"use strict";
// What a page does with the kernels: standardise columns, train by L-BFGS or mini-batches, predict.
//
//   const kernels = await ridgenetKernels.load();
//   const network = { layer_sizes: [2, 8, 1], activation: "tanh", loss: "log_loss" };
//   const samples = ridgenetTraining.makeExamples(kernels, X, Y, ridgenetTraining.standardizer(kernels, X));
//   const start = ridgenetRandom.initialParameters(network, "glorot", new ridgenetRandom.RandomState(0));
//   const search = new ridgenetTraining.LBFGS(kernels, network, start, samples, 1.0);
//   search.runToTheEnd();
//   search.restart(0.5);  // another λ, from the minimum found
//
// Settings have the names and defaults of Python's `LBFGSSettings` and `SGDSettings`.
const ridgenetTraining = (() => {
  const { codes, defaults, constants } = RIDGENET;
  const LINE = 64;
  const SIZES = { float64: 8, float32: 4 };
  const sum = numbers => numbers.reduce((a, b) => a + b, 0);

  /** Return the number of weights and biases of a network. */
  const nParameters = ({ layer_sizes: sizes }) => sum(sizes.slice(1).map((size, layer) => (sizes[layer] + 1) * size));

  const codeOf = (table, name) => {
    const known = codes[table];
    if (!(name in known)) throw new Error(`${table} must be one of ${Object.keys(known).join(", ")}; got ${name}`);
    return known[name];
  };

  /** Return the objective of a network, as kernels take it, with one λ for all layers or one for each. */
  const makeObjective = (kernels, network, alpha) => ({
    layer_sizes: kernels.vector("int64", network.layer_sizes),
    activation: codeOf("activation", network.activation),
    loss: codeOf("loss", network.loss),
    loss_parameter: network.loss_parameter ?? defaults.loss_parameter[network.loss],
    alphas: kernels.vector("float64", perLayer(network, alpha)),
  });

  const perLayer = ({ layer_sizes: sizes }, alpha) => typeof alpha === "number"
    ? Array(sizes.length - 1).fill(alpha) : alpha;

  /**
   * Return samples as kernels take them.
   * @param {number[][]} X  a row for each sample
   * @param {number[][]} Y  a row of targets for each sample; classes as columns of 0 and 1
   * @param {{mean: ArrayLike<number>, scale: ArrayLike<number>}} [standardizer]  of the columns of X
   * @param {string} [dtype]  "float64" or "float32": the type of all arithmetic
   */
  const makeExamples = (kernels, X, Y, standardizer, dtype = "float64") => {
    const width = X[0].length;
    const scale = standardizer?.scale ?? Array(width).fill(1), mean = standardizer?.mean ?? Array(width).fill(0);
    return {
      X: kernels.matrix(dtype, X, width),
      row_starts: kernels.vector("int64", []),
      columns: kernels.vector("int64", []),
      values: kernels.vector(dtype, []),
      Y: kernels.matrix(dtype, Y, Y[0].length),
      weights: kernels.vector(dtype, []),
      mean: kernels.vector(dtype, mean),
      factor: kernels.vector(dtype, Array.from(scale, value => 1 / value)),
      total_weight: X.length,
    };
  };

  /** Return memory for batches of up to `capacity` samples. */
  const makeWorkspace = (kernels, network, capacity, dtype, dropout = false) => {
    const [nFeatures, ...layers] = network.layer_sizes, units = sum(layers);
    const sizes = {
      x: nFeatures * capacity,
      y: layers.at(-1) * capacity,
      shares: capacity,
      z: units * capacity,
      a: units * capacity,
      delta: units * capacity,
      slopes: dropout ? units * capacity : 0,
      scratch: 2 * capacity,
      gradient: nParameters(network),
    };
    const line = LINE / SIZES[dtype], work = { capacity, rows: kernels.array("uint64", [capacity]) };
    let end = 0;
    for (const [part, size] of Object.entries(sizes)) {
      work[part] = end;
      end += Math.ceil(size / line) * line;
    }
    return { ...work, memory: kernels.array(dtype, [end]) };
  };

  /** Return the mean and variance of each column. */
  const columnMoments = (kernels, X) => {
    const width = X[0].length;
    const moments = {
      X: kernels.matrix("float64", X, width),
      weights: kernels.vector("float64", []),
      mean: kernels.array("float64", [width]),
      variance: kernels.array("float64", [width]),
    };
    kernels.call("column_moments", moments);
    return { mean: Array.from(moments.mean.values), variance: Array.from(moments.variance.values) };
  };

  /** Return what standardises each column to mean 0 and standard deviation 1: `mean`, and `scale`, 1 if constant. */
  const standardizer = (kernels, X) => {
    const { mean, variance } = columnMoments(kernels, X), rounding = X.length * Number.EPSILON;
    const isConstant = column => variance[column] <= rounding * variance[column] + (rounding * mean[column]) ** 2;
    return { mean, scale: variance.map((value, column) => isConstant(column) ? 1 : Math.sqrt(value)) };
  };

  /** Outputs of networks of one shape for the same rows, such as the grid of a picture. */
  class Predictor {
    constructor(kernels, network, X, standardizer, dtype = "float64") {
      const nOutputs = network.layer_sizes.at(-1), noTargets = X.map(() => Array(nOutputs).fill(0));
      this._kernels = kernels;
      this._arguments = {
        objective: makeObjective(kernels, network, 0),
        parameters: kernels.array(dtype, [nParameters(network)]),
        examples: makeExamples(kernels, X, noTargets, standardizer, dtype),
        first: 0,
        last: X.length,
        outputs: kernels.array(dtype, [X.length, nOutputs]),
        work: makeWorkspace(kernels, network, Math.min(constants.prediction.CAPACITY, X.length), dtype),
      };
    }

    /** Replace the rows by as many others. */
    set rows(X) {
      this._arguments.examples.X.set(Float64Array.from(X.flatMap(row => Array.from(row))));
    }

    /**
     * Return the outputs, the rows one after another: probabilities, or values in regression.
     * @param {ArrayLike<number>} parameters
     * @param {boolean} [beforeOutputUnit]  return the inputs of the output unit instead
     */
    outputs(parameters, beforeOutputUnit = false) {
      this._arguments.parameters.set(parameters);
      this._kernels.call("write_outputs", { ...this._arguments, before_output_unit: beforeOutputUnit });
      return this._arguments.outputs.values.slice();
    }
  }

  /** What both solvers share: an objective on samples, parameters, and a workspace. */
  class Solver {
    constructor(kernels, network, parameters, examples, alpha, capacity, dropout = false) {
      const dtype = examples.X.type;
      this.network = network;
      this._kernels = kernels;
      this._arguments = {
        objective: makeObjective(kernels, network, alpha),
        parameters: kernels.vector(dtype, parameters),
        examples,
        work: makeWorkspace(kernels, network, capacity, dtype, dropout),
      };
    }

    /** Change λ; one for all layers, or one for each. */
    set alpha(alpha) {
      this._arguments.objective.alphas.set(perLayer(this.network, alpha));
    }
  }

  /** Minimise the objective by L-BFGS, to the end or in pieces; the same minimum as in Python. */
  class LBFGS extends Solver {
    constructor(kernels, network, parameters, examples, alpha, settings = {}) {
      const dtype = examples.X.type, n = examples.Y.shape[0], p = nParameters(network);
      const width = network.layer_sizes[0] + 4 * sum(network.layer_sizes.slice(1));
      const inCache = Math.floor(constants.lbfgs.BLOCK_BYTES / (width * SIZES[dtype]) / 16) * 16;
      super(kernels, network, parameters, examples, alpha, Math.min(Math.max(64, inCache), n));
      const all = { ...defaults.lbfgs, ...settings }, { memory, max_iter } = all;
      this._maxIter = max_iter;
      const resolution = dtype === "float32" ? 2 ** -23 : Number.EPSILON;
      this._arguments.search = {
        max_iter,
        max_evaluations: all.max_evaluations,
        tolerance: all.tol,
        relative_tolerance: all.relative_tol > 0 ? Math.max(all.relative_tol, resolution) : resolution ** 2,
        n_samples: examples.total_weight,
        counts: kernels.array("int64", [constants.lbfgs.N_COUNTS]),
        numbers: kernels.array("float64", [constants.lbfgs.N_NUMBERS]),
        line: kernels.array("float64", [constants.lbfgs.NUMBERS]),
        vectors: kernels.array(dtype, [(3 + 2 * memory) * p]),
        products: kernels.array("float64", [2 * memory]),
        data_losses: kernels.array("float64", [max_iter + 1]),
        l2_penalties: kernels.array("float64", [max_iter + 1]),
      };
      this._arguments.packed = kernels.array(dtype, [n * (examples.X.shape[1] + examples.Y.shape[1] + 1)]);
      kernels.call("pack", { ...this._arguments, size: this._arguments.work.capacity });
    }

    /** Process some blocks of samples, of which an evaluation of the objective has one or more; return the status. */
    run(nBlocks) {
      this._kernels.call("run_lbfgs", { ...this._arguments, n_blocks: nBlocks });
      return this.status;
    }

    /** Run until the search ends; return the status. */
    runToTheEnd() {
      while (this.status === "running") this.run(1000);
      return this.status;
    }

    /** Begin again with another λ, from the best parameters so far or from others; maxIter is at most the setting's. */
    restart(alpha, parameters = this.parameters, maxIter = this._maxIter) {
      this.alpha = alpha;
      this._arguments.parameters.set(parameters);
      this._arguments.search.counts.set(0);
      this._arguments.search.max_iter = maxIter;
    }

    /** Best parameters so far, as a copy. */
    get parameters() {
      const { search, parameters } = this._arguments;
      return (this.nEvaluations > 0 ? search.vectors.values : parameters.values).slice(0, parameters.length);
    }

    /** "running", "converged", "stalled", "at_limit" or "failed". */
    get status() {
      return constants.lbfgs.statuses[this._count("STATUS")];
    }

    get nIter() {
      return this._count("N_ITER");
    }

    get nEvaluations() {
      return this._count("N_EVALUATIONS");
    }

    /** Largest absolute component of the gradient at the best parameters. */
    get gradientNorm() {
      return this._arguments.search.numbers.values[constants.lbfgs.GRADIENT_NORM];
    }

    /** Mean loss at the start and after each iteration. */
    get dataLosses() {
      return this._recorded("data_losses");
    }

    /** L2 penalty at the start and after each iteration. */
    get penalties() {
      return this._recorded("l2_penalties");
    }

    _count(name) {
      return Number(this._arguments.search.counts.values[constants.lbfgs[name]]);
    }

    _recorded(name) {
      return this._arguments.search[name].values.slice(0, this.nEvaluations > 0 ? this.nIter + 1 : 0);
    }
  }

  /** Train by mini-batches, in pieces of any length; batch_size, learning_rate_init and n_epochs must be given. */
  class SGD extends Solver {
    constructor(kernels, network, parameters, examples, alpha, settings) {
      const dtype = examples.X.type, n = examples.Y.shape[0], p = nParameters(network);
      const all = { ...defaults.sgd, ...settings }, size = Math.min(all.batch_size, n);
      const usesAdam = all.rule === "adam", hasState = all.rule !== "gradient";
      super(kernels, network, parameters, examples, alpha, size, all.dropout > 0);
      const seed = value => kernels.vector("uint64", [value ?? 0]), kept = all.with_objectives ? all.n_epochs : 0;
      this._nSamples = all.penalty_scaling === "batch" ? size : n;
      Object.assign(this._arguments, {
        rule: {
          ...all,
          code: codeOf("rule", all.rule),
          first: kernels.array(dtype, [hasState ? p : 0]),
          second: kernels.array(dtype, [usesAdam ? p : 0]),
          powers: kernels.vector("float64", [1, 1]),
        },
        schedule: {
          code: codeOf("learning_rate", all.learning_rate),
          initial: all.learning_rate_init,
          power: all.power_t,
          n_epochs: all.n_epochs,
          tolerance: all.tol,
          patience: all.n_iter_no_change,
        },
        batches: {
          size,
          order: kernels.vector("uint64", Array.from({ length: n }, (_, row) => row)),
          places: kernels.array("uint64", [n]),
          shuffled: all.shuffle_seed !== null,
          shuffle_state: seed(all.shuffle_seed),
          dropout: all.dropout,
          dropout_state: seed(all.dropout_seed),
          per_batch: all.penalty_scaling === "batch",
          with_objectives: all.with_objectives,
        },
        progress: {
          counts: kernels.array("int64", [constants.sgd.N_COUNTS]),
          numbers: kernels.vector("float64", [all.learning_rate_init, 0, Infinity, 0]),
          data_losses: kernels.array("float64", [kept]),
          l2_penalties: kernels.array("float64", [kept]),
        },
      });
      this.updatesPerEpoch = Math.ceil(n / size);
    }

    /** Make some updates, or fewer if training stops earlier. */
    run(nUpdates) {
      this._kernels.call("run_updates", { ...this._arguments, n_updates: nUpdates });
    }

    /** Train for some epochs. */
    runEpochs(nEpochs) {
      this.run(nEpochs * this.updatesPerEpoch);
    }

    /** The order of the samples in the next epoch, without shuffling. */
    set order(rows) {
      this._arguments.batches.order.set(rows);
    }

    /** Current parameters, as a copy. */
    get parameters() {
      return this._arguments.parameters.values.slice();
    }

    get nEpochs() {
      return Number(this._arguments.progress.counts.values[constants.sgd.EPOCH]);
    }

    /** Data loss and L2 penalty over all samples: { dataLoss, penalty }. */
    objectives() {
      const given = { ...this._arguments, n_samples: this._nSamples, with_gradient: false };
      const [dataLoss, penalty] = this._kernels.call("evaluate", given);
      return { dataLoss, penalty };
    }

    /** Whether the parameters are out of every reasonable range. */
    get hasDiverged() {
      return !(this._arguments.progress.numbers.values[constants.sgd.SQUARED_NORM] < constants.sgd.LARGEST_SQUARED_NORM);
    }
  }

  return { LBFGS, Predictor, SGD, columnMoments, makeExamples, makeObjective, makeWorkspace, nParameters, standardizer };
})();
