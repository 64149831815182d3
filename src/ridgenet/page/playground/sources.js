"use strict";
// Samples of the built-in sources: the numbers of `ridgenet compare`, by the same seeds.
const ridgenetSources = (() => {
  const { range } = ridgenetNumbers;
  const spaced = (last, length, includesLast) =>
    range(length).map(k => k * last / (includesLast ? Math.max(length - 1, 1) : length));

  const shuffledWithNoise = (first, second, noise, random) => {
    const order = random.shuffle(range(first.length + second.length)), points = [...first, ...second];
    const X = order.map(k => points[k].slice());
    for (const point of X) for (const k of [0, 1]) point[k] += noise * random.normal();
    return { X, y: order.map(k => k >= first.length ? 1 : 0) };
  };

  const aroundCentres = (centres, label, nCentres) => (n, noise, random) => {
    const nearest = random.shuffle(range(n).map(k => k % nCentres));
    return { X: nearest.map(k => centres[k].map(value => value + noise * random.normal())), y: nearest.map(label) };
  };

  const SOURCES = {
    moons: {
      noise: 0.3,
      draw: (n, noise, random) => {
        const half = Math.floor(n / 2), upper = spaced(Math.PI, half, true), lower = spaced(Math.PI, n - half, true);
        return shuffledWithNoise(upper.map(t => [Math.cos(t), Math.sin(t)]),
          lower.map(t => [1 - Math.cos(t), 1 - Math.sin(t) - 0.5]), noise, random);
      },
    },
    circles: {
      noise: 0.2,
      draw: (n, noise, random) => {
        const half = Math.floor(n / 2), [outer, inner] = [half, n - half].map(size => spaced(2 * Math.PI, size, false));
        return shuffledWithNoise(outer.map(t => [Math.cos(t), Math.sin(t)]),
          inner.map(t => [0.5 * Math.cos(t), 0.5 * Math.sin(t)]), noise, random);
      },
    },
    xor: { noise: 0.6, draw: aroundCentres([[-1, -1], [1, 1], [-1, 1], [1, -1]], corner => corner >> 1, 4) },
    spirals: {
      noise: 0.3,
      draw: (n, noise, random) => {
        const y = random.shuffle(range(n).map(k => k % 2));
        const turns = y.map(() => 3 * Math.PI * Math.sqrt(random.uniform(0.02, 1)));
        const X = turns.map((turn, k) =>
          [Math.cos, Math.sin].map(part => turn / Math.PI * part(turn + Math.PI * y[k])));
        return { X: X.map(point => point.map(value => value + noise * random.normal())), y };
      },
    },
    blobs: { noise: 0.8, draw: aroundCentres([[0, 1.2], [-1.1, -0.7], [1.1, -0.7]], label => label, 3) },
  };

  /** Return `n` samples of a source: { X, y }, y as numbers of classes. */
  const draw = (name, n, noise, seed) => SOURCES[name].draw(n, noise, new ridgenetRandom.RandomState(seed));

  return { SOURCES, draw };
})();
