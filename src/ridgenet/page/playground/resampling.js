"use strict";
// Bias and variance: a network for each of many samples of the same source, at some λ, and how their predictions for
// unseen points differ from the truth and from each other.
const ridgenetResampling = (() => {
  const N_SAMPLES = 100, N_ALPHAS = 20, N_UNSEEN = 300, UNSEEN_SEED = 3_000_000_000;
  const { Predictor, standardizer } = ridgenetTraining;
  const { sum } = ridgenetNumbers;

  /** Running means of the predictions of networks at some points, and of their squares. */
  class Moments {
    constructor(length) {
      this.n = 0;
      this._sum = new Float64Array(length);
      this._squares = new Float64Array(length);
    }

    add(outputs) {
      this.n += 1;
      outputs.forEach((value, k) => {
        this._sum[k] += value;
        this._squares[k] += value * value;
      });
    }

    mean(k) {
      return this._sum[k] / this.n;
    }

    /** Mean predictions at all points. */
    get means() {
      return this._sum.map(total => total / this.n);
    }

    variance(k) {
      return Math.max(this._squares[k] / this.n - this.mean(k) ** 2, 0);
    }
  }

  /** The predictions so far of networks at each λ. */
  class Resampling {
    constructor(alphas, { X, Y }, gridPoints) {
      Object.assign(this, { alphas, gridPoints, _X: X, _Y: Y });
      const width = Y[0].length;
      this._atUnseen = alphas.map(() => new Moments(X.length * width));
      this.atGrid = alphas.map(() => new Moments(gridPoints.length * width));
    }

    get n() {
      return this._atUnseen[0].n;
    }

    /** Take the networks of one more sample into account. */
    add(kernels, problem, networks) {
      kernels.reset();
      const inputs = standardizer(kernels, problem.X);
      const unseen = new Predictor(kernels, problem.network, this._X, inputs);
      const grid = new Predictor(kernels, problem.network, this.gridPoints, inputs);
      networks.forEach((parameters, index) => {
        this._atUnseen[index].add(unseen.outputs(parameters));
        this.atGrid[index].add(grid.outputs(parameters));
      });
    }

    /** At each λ, the mean squared error of the mean prediction, and the mean variance, over the unseen points. */
    get terms() {
      const targets = this._Y.flat(), over = measure => this._atUnseen.map(moments =>
        sum(targets.map((y, k) => measure(moments, y, k))) / this._Y.length);
      return {
        bias: over((moments, y, k) => (moments.mean(k) - y) ** 2),
        variance: over((moments, _, k) => moments.variance(k)),
      };
    }
  }

  /** Return N_ALPHAS of the λ of a path, evenly spaced, in decreasing order. */
  const someOf = alphas => Array.from({ length: Math.min(N_ALPHAS, alphas.length) }, (_, k) =>
    alphas[Math.round(k * (alphas.length - 1) / (Math.min(N_ALPHAS, alphas.length) - 1))]);

  /**
   * Train on many samples.
   * @param {object} given  { source, n, noise, alphas, gridPoints, problemOf, kernels, pool, watch }
   */
  const run = async ({ source, n, noise, alphas, gridPoints, problemOf, kernels, pool, watch }) => {
    const unseen = problemOf(ridgenetSources.draw(source, N_UNSEEN, noise, UNSEEN_SEED));
    const resampling = new Resampling(alphas, unseen, gridPoints);
    await Promise.all(Array.from({ length: N_SAMPLES }, async (_, k) => {
      // seeds far from those that a reader draws
      const problem = problemOf(ridgenetSources.draw(source, n, noise, 1_000_000_000 + k));
      const found = await pool.run(problem, { rows: null, test: null, alphas, seed: [k] });
      resampling.add(kernels, problem, found.parameters);
      watch(resampling);
    }));
    return resampling;
  };

  return { N_SAMPLES, run, someOf };
})();
