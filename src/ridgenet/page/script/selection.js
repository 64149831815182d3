"use strict";
// Select λ: losses of predictions, their mean over the folds with its standard error, and the rules, as
// `ridgenet.path._selection` and `ridgenet.path._fits` have them.
const ridgenetSelection = (() => {
  const { clearly_worse: CLEARLY_WORSE, next_to_nothing: NEXT_TO_NOTHING } = RIDGENET_PATH.selection;
  const { average, mean } = ridgenetNumbers;
  const inside = probability => Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON);

  /** For each loss, the score of one output, and whether scores of a row are added up rather than averaged. */
  const SCORES = {
    log_loss: [(a, y) => -(y * Math.log(inside(a)) + (1 - y) * Math.log1p(-inside(a))), true],
    multinomial_log_loss: [(a, y) => -y * Math.log(inside(a)), true],
    squared_error: [(a, y) => (a - y) ** 2, false],
    poisson: [(a, y) => 2 * (y * (Math.log(y > 0 ? y : 1) - Math.log(Math.max(a, 2 ** -1022))) - y + a), false],
  };

  /** Return the mean loss of predictions, row after row, for rows of targets. */
  const meanLoss = (loss, outputs, Y) => {
    const [score, isAdded] = SCORES[loss], width = Y[0].length;
    let total = 0;
    Y.forEach((targets, row) => targets.forEach((y, k) => { total += score(outputs[row * width + k], y); }));
    return total / Y.length / (isAdded ? 1 : width);
  };

  /**
   * Return the losses that averages of all restarts would have, of which each division has a share.
   * @param {number[][]} losses  of the averages in each fold, at each λ
   * @param {number[][][]} singles  of their members
   * @param {number} nRestarts  in all
   */
  const ofAllRestarts = (losses, singles, nRestarts) => {
    const sizes = singles.map(single => single.length);
    if (!sizes.some(size => size > 1)) return losses;
    const spreads = losses.map((ofFold, fold) => ofFold.map((loss, index) => {
      const spread = mean(singles[fold].map(single => single[index])) - loss, m = sizes[fold];
      return m > 1 ? spread * m / (m - 1) : spread;
    }));
    const typical = losses[0].map((_, index) => mean(spreads.filter((_, fold) => sizes[fold] > 1).map(s => s[index])));
    return losses.map((ofFold, fold) => ofFold.map((loss, index) => {
      const m = sizes[fold], spread = m > 1 ? spreads[fold][index] : typical[index];
      return loss - (1 / m - 1 / nRestarts) * Math.min(spread, m * loss);
    }));
  };

  /** Cross-validated score along a path; greater is better. */
  class Curve {
    /**
     * @param {number[][]} byFold  score of each fold at each λ
     * @param {number[]} foldWeights  number of test rows of each fold
     * @param {number} nDivisions
     */
    constructor(byFold, foldWeights, nDivisions) {
      Object.assign(this, { byFold, foldWeights, nDivisions });
      const nIndependent = byFold.length / nDivisions - 1, at = index => byFold.map(scores => scores[index]);
      this.mean = byFold[0].map((_, index) => average(at(index), foldWeights));
      this.standardError = this.mean.map((mean, index) => nIndependent > 0
        ? Math.sqrt(average(at(index).map(score => (score - mean) ** 2), foldWeights) / nIndependent) : NaN);
    }

    /** Index of the best mean; of means that differ by next to nothing, that of the largest λ. */
    get best() {
      const highest = Math.max(...this.mean), error = this.standardError[this.mean.indexOf(highest)] || 0;
      return this.mean.findIndex(mean => mean >= highest - NEXT_TO_NOTHING * error);
    }

    /** Index of the largest λ whose mean is within one standard error of the best. */
    get withinOneStandardError() {
      const { best } = this, error = this.standardError[best] || 0;
      return this.mean.findIndex(mean => mean >= this.mean[best] - error);
    }

    /** Indices of the first and last λ of a range around the best in which no mean is clearly worse. */
    get notClearlyWorse() {
      const { best, mean } = this;
      const differences = new Curve(
        this.byFold.map(scores => scores.map(score => scores[best] - score)), this.foldWeights, this.nDivisions);
      const isWorse = index => !(differences.mean[index] <= CLEARLY_WORSE * (differences.standardError[index] || 0));
      let first = best, last = best;
      while (first > 0 && !isWorse(first - 1)) first--;
      while (last < mean.length - 1 && !isWorse(last + 1)) last++;
      return [first, last];
    }

    /** Mean difference of the scores at two λ over the folds, and its standard error. */
    gain(index, before) {
      return this.gainOver(index, this.byFold.map(scores => scores[before]));
    }

    /** Mean difference of the scores at one λ from others, one for each fold, and its standard error. */
    gainOver(index, others) {
      const gains = this.byFold.map((scores, fold) => scores[index] - others[fold]);
      const gain = average(gains, this.foldWeights), nIndependent = gains.length / this.nDivisions - 1;
      if (nIndependent <= 0) return [gain, 0];
      return [gain, Math.sqrt(average(gains.map(each => (each - gain) ** 2), this.foldWeights) / nIndependent)];
    }
  }

  return { Curve, meanLoss, ofAllRestarts };
})();
