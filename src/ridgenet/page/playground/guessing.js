"use strict";
// Guess first: what will the loss be at another λ? The answer is the numbers of the curve.
const ridgenetGuessing = app => {
  const { at } = app, { readable } = ridgenetChart;

  let guessed = null;
  const guess = () => {
    const { path, index } = app.shown, n = path.alphas.length;
    const to = (index + Math.round(n * (0.2 + 0.6 * Math.random()))) % n;
    const [gain, error] = path.curve.gain(to, index);
    guessed = { to, here: -path.curve.mean[index], there: -path.curve.mean[to], gain, error };
    app.unsay("answer");
    app.say("question", "guess_question", { alpha: readable(path.alphas[to]), loss: { text: app.loss }, here: readable(guessed.here) });
    at("guessing").hidden = false;
    at("lower").focus();
  };
  const answer = isLower => {
    const { to, here, there, gain, error } = guessed;
    at("guessing").hidden = true;
    app.moveTo(to);
    app.say("answer", (there < here) === isLower ? "guess_right" : "guess_wrong", {
      alpha: readable(app.shown.path.alphas[to]), here: readable(here), there: readable(there), difference: readable(Math.abs(gain)), error: readable(error, 2),
    });
  };

  return { answer, guess };
};
