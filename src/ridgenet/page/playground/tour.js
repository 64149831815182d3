"use strict";
// Seven steps that retell the tutorial; its sentences hold for the samples that it shows.
const ridgenetTour = app => {
  const { at } = app;

  const STEPS = [
    () => app.change({ ...ridgenetState.DEFAULTS }, null),
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
    if (step > 0) await STEPS[step - 1]();
  };

  return { goTo, show, next: () => goTo(step + 1), back: () => goTo(step - 1), end: () => goTo(0) };
};
