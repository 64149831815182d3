"use strict";
// Two networks that learn before one's eyes: their pictures, and their losses on the points and on new ones.
const ridgenetLiveView = app => {
  const { at } = app, { COLORS, DASH, draw, readable } = ridgenetChart, STEPS = 55;

  const planes = [0, 1].map(which => new ridgenetPlane.Plane(at(`plane-${which}`), null, STEPS));
  let stopLive = null, drawAgain = null, nStarts = 0;
  const end = () => {
    stopLive?.();
    stopLive = null;
    at("stop-live").disabled = true;
  };

  const start = () => {
    end();
    const { path, samples } = app.shown, { problem } = path, alphas = [0, path.alphas[app.shown.index]], seed = nStarts++;
    const names = alphas.map(alpha => readable(alpha)), drawn = app.unseen(), { Y } = app.problemOf({ ...samples, ...drawn });
    for (const plane of planes) plane.setSamples(samples.X, samples.y);
    const steps = alphas.map(() => []), what = { problem, seed, gridPoints: planes[0].gridPoints, unseen: { X: drawn.X, Y } };
    let waiting = null;
    drawAgain = () => steps.every(each => each.length > 1) && drawLearning(steps, names);
    const drawSoon = () => {
      waiting ??= requestAnimationFrame(() => {
        waiting = null;
        drawLearning(steps, names);
      });
    };
    at("live").hidden = false;
    app.unsay("live-found");
    at("stop-live").disabled = false;
    stopLive = ridgenetLive.train(app.engine, what, alphas, (which, { epoch, dataLoss, unseenLoss, outputs, hasDiverged }) => {
      app.say("epoch", "live_epoch", { epoch, epochs: ridgenetLive.N_EPOCHS, seed });
      app.say(`live-${which}`, hasDiverged ? "live_diverged" : "live_network", { alpha: names[which], loss: readable(dataLoss) });
      if (hasDiverged) return;
      planes[which].shade(outputs);
      at(`plane-${which}`).setAttribute("aria-label", at(`live-${which}`).textContent);
      steps[which].push({ epoch, dataLoss, unseenLoss });
      if (steps.every(each => each.length > 1)) drawSoon();
      if (steps.every(each => each.at(-1)?.epoch === ridgenetLive.N_EPOCHS)) end();
    });
  };

  const drawLearning = (steps, names) => {
    const n = Math.min(...steps.map(each => each.length)), kept = steps.map(each => each.slice(0, n));
    // the axis runs from the last epoch down, as that of λ does; epoch 0 has no place on a logarithmic axis
    const from = (which, name) => kept[which].slice(1).map(step => step[name]).reverse();
    const chart = { alphas: from(0, "epoch"), axis: app.t("epochs"), height: 220, lines: [0, 1].flatMap(which => [
      { name: app.t("live_points", { alpha: names[which] }), values: from(which, "dataLoss"), color: COLORS[1 - which] },
      { name: app.t("live_unseen", { alpha: names[which] }), values: from(which, "unseenLoss"), color: COLORS[1 - which], dash: DASH },
    ]) };
    draw(at("learning"), chart);
    app.describe("learning", chart);
    const least = kept.map(each => each.reduce((best, step) => step.unseenLoss < best.unseenLoss ? step : best));
    app.say("live-found", "live_found", {
      loss: { text: app.loss }, without: readable(kept[0].at(-1).unseenLoss), with: readable(kept[1].at(-1).unseenLoss),
      leastWithout: readable(least[0].unseenLoss), epoch: least[0].epoch, leastWith: readable(least[1].unseenLoss),
    });
  };

  return { draw: () => drawAgain?.(), end, start };
};
