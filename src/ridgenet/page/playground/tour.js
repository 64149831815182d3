"use strict";
// Seven steps that retell the tutorial; its sentences hold for the samples that it shows.
const ridgenetTour = app => {
  const { at } = app;

  const { DEFAULTS } = ridgenetState, OF_POINTS = ["source", "n", "noise", "seed", "units"];
  /** Return to the samples that the sentences are about, if others are shown. */
  const restore = async () => {
    const isShown = !app.table && app.state.edits.length === 0 && OF_POINTS.every(name => app.state[name] === DEFAULTS[name]);
    if (!isShown) await app.change({ ...DEFAULTS }, null);
  };

  const STEPS = [
    () => app.change({ ...DEFAULTS }, null),
    () => app.moveTo(app.shown.path.alphas.length - 1),
    () => app.moveTo(app.shown.path.curve.best),
    () => app.moveTo(0),
    () => app.moveTo(app.shown.path.curve.best),
    () => app.change({ seed: app.state.seed + 1, alpha: app.shown.path.alphas.at(-1), edits: [] }),
    () => {},
  ];
  let step = 0;
  const show = () => {
    at("tour").hidden = step === 0;
    if (step === 0) return;
    app.say("tour-step", "tour_step", { step, steps: STEPS.length });
    app.say("tour-text", `tour_${step}`);
    at("tour-back").disabled = step === 1;
    at("tour-next").disabled = step === STEPS.length;
  };
  const goTo = async number => {
    step = number;
    show();
    if (step > 1 && step < STEPS.length) await restore();
    if (step > 0) await STEPS[step - 1]();
  };

  return { goTo, show, next: () => goTo(step + 1), back: () => goTo(step - 1), end: () => goTo(0) };
};
