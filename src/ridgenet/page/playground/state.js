"use strict";
// What the page shows, as a state that the address holds, so that a link shows the same picture, and Back undoes.
const ridgenetState = (() => {
  const NUMBERS = { n: [20, 1000], noise: [0, 3], seed: [0, 2 ** 32 - 1], alpha: [0, Infinity] };
  const UNITS = ["none", "2", "4", "8", "16", "32"];
  const DEFAULTS = { source: "moons", n: 200, noise: 0.3, seed: 6, units: "8", alpha: null, edits: [] };

  /** Return the state of an address; what cannot be read has its default. */
  const fromAddress = hash => {
    const given = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, ""))), state = { ...DEFAULTS };
    if (Object.hasOwn(ridgenetSources.SOURCES, given.source ?? "")) {
      state.source = given.source;
      state.noise = ridgenetSources.SOURCES[given.source].noise;
    }
    if (UNITS.includes(given.units)) state.units = given.units;
    for (const [name, [low, high]] of Object.entries(NUMBERS)) {
      const value = Number(given[name] ?? NaN);
      if (given[name] && value >= low && value <= high) state[name] = name === "n" || name === "seed" ? Math.round(value) : value;
    }
    state.edits = (given.edits ?? "").split(";").filter(edit => /^[mar]-?[\d.]+(e[+-]?\d+)?(,-?[\d.]+(e[+-]?\d+)?){0,2}$/.test(edit));
    return state;
  };

  /** Return the address of a state: what differs from the defaults. */
  const toAddress = state => {
    const pairs = Object.entries(state).filter(([name, value]) =>
      name in DEFAULTS && value !== null && String(value) !== String(DEFAULTS[name]));
    const shown = pairs.map(([name, value]) =>
      [name, name === "edits" ? value.join(";") : name === "alpha" ? value.toPrecision(4) : String(value)]);
    return `#${new URLSearchParams(shown)}`;
  };

  /** Apply edits of points: mROW,X,Y moves one; aX,Y,CLASS adds one; rROW gives it the next class. */
  const edited = ({ X, y }, edits, nClasses) => {
    const points = X.map(point => point.slice()), labels = y.slice();
    for (const edit of edits) {
      const numbers = edit.slice(1).split(",").map(Number), [row, a, b] = numbers;
      if (edit[0] === "a" && numbers.length === 3) {
        points.push(numbers.slice(0, 2));
        labels.push(Math.min(Math.abs(Math.trunc(b)), nClasses - 1));
      } else if (edit[0] === "m" && points[row] && numbers.length === 3) points[row] = [a, b];
      else if (edit[0] === "r" && points[row]) labels[row] = (labels[row] + 1) % nClasses;
    }
    return { X: points, y: labels };
  };

  return { DEFAULTS, UNITS, edited, fromAddress, toAddress };
})();
