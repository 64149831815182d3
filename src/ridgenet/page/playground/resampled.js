"use strict";
// What bias and variance look like: the curves of their terms, and the mean prediction of many networks.
const ridgenetResampled = app => {
  const STEPS = 40, { at } = app, { COLORS, DASH, draw: drawChart, nearest, readable } = ridgenetChart;
  const plane = new ridgenetPlane.Plane(at("mean-plane"), null, STEPS);
  let resampling = null;

  const stop = () => {
    resampling = null;
    at("resampled-pictures").hidden = true;
    app.unsay("resampled");
    at("resample").disabled = false;
  };

  const start = async () => {
    const { path } = app.shown, mine = app.run, began = performance.now();
    at("resample").disabled = true;
    plane.viewAs(app.plane);
    let drawnAt = 0;
    const watch = found => {
      if (mine !== app.run) return;
      resampling = found;
      const seconds = readable((performance.now() - began) / 1000, 2);
      app.say("resampled", "resampled", { done: found.n, total: ridgenetResampling.N_SAMPLES, seconds });
      if (performance.now() - drawnAt < 200 && found.n < ridgenetResampling.N_SAMPLES) return;
      drawnAt = performance.now();
      at("resampled-pictures").hidden = false;
      draw();
    };
    await ridgenetResampling.run({
      source: app.state.source, n: app.state.n, noise: app.state.noise, gridPoints: plane.gridPoints, pool: app.pool, watch,
      alphas: ridgenetResampling.someOf(path.alphas), kernels: app.kernels.resampling,
      problemOf: drawn => app.problemOf({ ...app.shown.samples, ...drawn }),
    });
    if (mine === app.run) at("resample").disabled = false;
  };

  const draw = () => {
    if (!resampling) return;
    const { bias, variance } = resampling.terms, total = bias.map((value, k) => value + variance[k]);
    const { alphas } = resampling;
    const chart = { alphas, lines: [
      { name: app.t("their_sum"), values: total, color: COLORS[2] },
      { name: app.t("bias"), values: bias, color: COLORS[0], dash: DASH },
      { name: app.t("variance"), values: variance, color: COLORS[1], dash: "2 3" },
    ], height: 220 };
    resampling.move = drawChart(at("variance"), chart, index => app.moveTo(app.nearestTo(alphas[index])));
    app.describe("variance", chart);
    const least = total.indexOf(Math.min(...total));
    app.say("resampled-least", "resampled_least", {
      least: readable(total[least]), alpha: readable(alphas[least]),
      weak: readable(variance.at(-1)), strong: readable(variance[0]),
    });
    show();
  };

  /** Paint the mean prediction of all samples at the current λ, paler where they differ. */
  const show = () => {
    if (!resampling?.move) return;
    const index = nearest(resampling.alphas, app.shown.path.alphas[app.shown.index]), moments = resampling.atGrid[index];
    resampling.move(index);
    const { means } = moments, width = means.length / resampling.gridPoints.length;
    plane.shade(means, [], (k, label) => {
      const spread = Math.sqrt(moments.variance(k * width + (width === 1 ? 0 : label)));
      return 230 * Math.max(1 - 2 * spread, 0.05);
    });
    at("mean-plane").setAttribute("aria-label", app.t("mean_plane"));
  };

  return { draw, show, start, stop };
};
