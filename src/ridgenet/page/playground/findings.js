"use strict";
// What the numbers of a path say: each sentence of the page about them follows from one of these functions. All judge by
// the cross-validated loss, and by its standard error over the folds.
const ridgenetFindings = (() => {
  const { clearly_worse: CLEARLY_WORSE } = RIDGENET_PATH.selection;

  /**
   * Return what the network at one λ is: "nothing" if no λ predicts better than a constant, "best" at the best λ, "under"
   * or "over" if the loss is clearly worse there and λ is larger or smaller, or else "balanced"; with the numbers for it.
   */
  const verdict = (path, index) => {
    const { alphas, curve, constant } = path, { best, mean } = curve, [first, last] = curve.notClearlyWorse;
    const [gain, gainError] = curve.gainOver(best, constant), [difference, error] = curve.gain(best, index);
    const numbers = { alpha: alphas[index], loss: -mean[index], bestAlpha: alphas[best], bestLoss: -mean[best] };
    if (!(gain > CLEARLY_WORSE * gainError)) return { kind: "nothing", ...numbers, constant: gain - mean[best], gain, error: gainError };
    const kind = index === best ? "best" : index < first ? "under" : index > last ? "over" : "balanced";
    return { kind, ...numbers, difference, error, smallest: alphas[last], largest: alphas[first] };
  };

  /** Return how the penalty has changed the weights: Σ‖W‖² at one λ and at the smallest λ. */
  const shrinkage = (path, index) => {
    const at = k => ridgenetPath.squaredNorm(path.problem.network, path.networks(k)[0]);
    return { here: at(index), weakest: at(path.alphas.length - 1) };
  };

  /** Return the terms of the objective of the network with the lowest one. */
  const objective = (path, index) => {
    const lowest = path.order[index][0], { dataLosses, penalties } = path.chains[lowest];
    return { dataLoss: dataLosses[index], penalty: penalties[index], total: dataLosses[index] + penalties[index] };
  };

  return { objective, shrinkage, verdict };
})();
