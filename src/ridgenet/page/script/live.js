"use strict";
// Train by mini-batches before one's eyes, as the tutorial does: 32 samples a batch, plain gradient steps of rate 1.
const ridgenetLive = (() => {
  const N_EPOCHS = 30000, GROWTH = 1.1, PAUSE = 50;
  const SETTINGS = { rule: "gradient", batch_size: 32, learning_rate_init: 1, n_epochs: N_EPOCHS, penalty_scaling: "dataset" };
  const { Generator, initialParameters } = ridgenetRandom;

  /** Epochs after which networks are shown: each, then ever fewer, up to the last. */
  const shownEpochs = () => {
    const epochs = [0];
    while (epochs.at(-1) < N_EPOCHS) epochs.push(Math.min(Math.max(epochs.at(-1) + 1, Math.round(epochs.at(-1) * GROWTH)), N_EPOCHS));
    return epochs;
  };

  /** What a worker does: train a network from a random start, and post after some epochs what it predicts. */
  const answer = async ({ data: { problem, alpha, seed, gridPoints, unseen } }) => {
    const kernels = await ridgenetKernels.load(), { network } = problem, part = ridgenetPath.partOf(kernels, problem, null);
    const [onGrid, onUnseen] = [gridPoints, unseen.X].map(X => new ridgenetTraining.Predictor(kernels, network, X, part.inputs));
    const start = initialParameters(network, "glorot", new Generator([seed])), settings = { ...SETTINGS, shuffle_seed: seed };
    const training = new ridgenetTraining.SGD(kernels, network, start, part.examples, alpha, settings);
    for (const epoch of shownEpochs()) {
      training.runEpochs(epoch - training.nEpochs);
      const { dataLoss } = training.objectives();
      if (training.hasDiverged) return postMessage({ epoch, dataLoss, hasDiverged: true });
      const { parameters } = training, unseenLoss = ridgenetSelection.meanLoss(network.loss, onUnseen.outputs(parameters), unseen.Y);
      postMessage({ epoch, dataLoss, unseenLoss, outputs: onGrid.outputs(parameters), hasDiverged: false });
      await new Promise(resolve => setTimeout(resolve, PAUSE));
    }
  };

  /**
   * Train one network for each λ from the same start, in workers; return a function that stops them.
   * @param {string} source  the text of the scripts
   * @param {{problem, seed, gridPoints, unseen}} what  unseen: { X, Y }, of which the loss is posted
   * @param {(which: number, step: object) => void} onStep  told the index of the λ, and what the worker posted
   */
  const train = (source, what, alphas, onStep) => {
    const address = ridgenetWorkers.addressOf(source, "ridgenetLive.answer");
    const workers = alphas.map((alpha, which) => {
      const worker = new Worker(address);
      worker.onmessage = ({ data }) => onStep(which, data);
      worker.postMessage({ ...what, alpha });
      return worker;
    });
    return () => {
      for (const worker of workers) worker.terminate();
      URL.revokeObjectURL(address);
    };
  };

  return { N_EPOCHS, answer, train };
})();
