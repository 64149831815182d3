"use strict";
// Random numbers as `numpy.random.RandomState` and `numpy.random.default_rng` draw them, so that a seed means the same
// here as in Python. Mersenne Twister: Matsumoto and Nishimura, ACM Transactions on Modeling and Computer Simulation 8
// (1998). PCG64: O'Neill, Harvey Mudd College report HMC-CS-2014-0905 (2014), seeded by NumPy's SeedSequence.
const ridgenetRandom = (() => {
  const N = 624, M = 397;

  class RandomState {
    /** @param {number} seed  a whole number, from 0 to 2^32 - 1 */
    constructor(seed) {
      this._state = new Uint32Array(N);
      this._state[0] = seed;
      for (let i = 1; i < N; i++) {
        const before = this._state[i - 1];
        this._state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
      }
      this._index = N;
      this._spare = null;
    }

    /** Return a whole number from 0 to 2^32 - 1. */
    bits() {
      if (this._index === N) this._refill();
      let y = this._state[this._index++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    }

    /** Return a whole number from 0 to `largest`. */
    wholeNumber(largest) {
      // the smallest 2^k - 1 that is not less; larger numbers are drawn again
      let mask = largest;
      for (const shift of [1, 2, 4, 8, 16]) mask |= mask >>> shift;
      let value;
      do value = (this.bits() & mask) >>> 0; while (value > largest);
      return value;
    }

    /** Shuffle an array in place. */
    shuffle(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = this.wholeNumber(i);
        [items[i], items[j]] = [items[j], items[i]];
      }
      return items;
    }

    /** Return a number from 0 to 1, without 1. */
    random() {
      const high = this.bits() >>> 5, low = this.bits() >>> 6;
      return (high * 2 ** 26 + low) / 2 ** 53;
    }

    /** Return a number from `low` to `high`. */
    uniform(low, high) {
      return low + (high - low) * this.random();
    }

    /** Return a number of the standard normal distribution, by the polar method, which makes two at a time. */
    normal() {
      if (this._spare !== null) {
        const spare = this._spare;
        this._spare = null;
        return spare;
      }
      let a, b, square;
      do {
        [a, b] = [2 * this.random() - 1, 2 * this.random() - 1];
        square = a * a + b * b;
      } while (square >= 1 || square === 0);
      const factor = Math.sqrt(-2 * Math.log(square) / square);
      this._spare = factor * a;
      return factor * b;
    }

    _refill() {
      const state = this._state;
      for (let i = 0; i < N; i++) {
        const y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
        state[i] = state[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this._index = 0;
    }
  }

  /** Return as many 32-bit words as needed, derived from whole numbers as NumPy's SeedSequence does. */
  const seedWords = (seeds, nWords) => {
    const hasher = (constant, multiplier) => value => {
      value ^= constant;
      constant = Math.imul(constant, multiplier);
      value = Math.imul(value, constant);
      return value ^ (value >>> 16);
    };
    const mix = (x, y) => {
      const mixed = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y) | 0;
      return mixed ^ (mixed >>> 16);
    };
    const hash = hasher(0x43b0d7e5, 0x931e8875), places = [0, 1, 2, 3];
    const pool = places.map(place => hash(seeds[place] ?? 0));
    for (const from of places) for (const to of places) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    for (const seed of seeds.slice(4)) for (const to of places) pool[to] = mix(pool[to], hash(seed));
    const output = hasher(0x8b51f9dd, 0x58f38ded);
    return Array.from({ length: nWords }, (_, k) => BigInt(output(pool[k % 4]) >>> 0));
  };

  const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n, BITS_64 = (1n << 64n) - 1n, BITS_128 = (1n << 128n) - 1n;

  /** `numpy.random.default_rng` of a list of seeds. */
  class Generator {
    /** @param {number[]} seeds  whole numbers, from 0 to 2^32 - 1 */
    constructor(seeds) {
      const words = seedWords(seeds, 8), pair = k => words[2 * k] | (words[2 * k + 1] << 32n);
      this._increment = (((pair(2) << 64n) | pair(3)) << 1n | 1n) & BITS_128;
      this._state = 0n;
      this._step();
      this._state = (this._state + ((pair(0) << 64n) | pair(1))) & BITS_128;
      this._step();
    }

    /** Return a number from 0 to 1, without 1. */
    random() {
      this._step();
      const folded = (this._state >> 64n) ^ (this._state & BITS_64), turn = this._state >> 122n;
      const bits = ((folded >> turn) | (folded << (64n - turn))) & BITS_64;
      return Number(bits >> 11n) / 2 ** 53;
    }

    /** Return a number from `low` to `high`. */
    uniform(low, high) {
      return low + (high - low) * this.random();
    }

    _step() {
      this._state = (this._state * MULTIPLIER + this._increment) & BITS_128;
    }
  }

  /** One layer: inputs, units, whether its activation is the logistic function, and where its numbers go. */
  const INITIALISATIONS = {
    // drawn input by input, as scikit-learn does, but stored unit by unit
    glorot: (random, nIn, nOut, activation, W, b) => {
      const bound = Math.sqrt((activation === "logistic" ? 2 : 6) / (nIn + nOut));
      for (let i = 0; i < nIn; i++) for (let j = 0; j < nOut; j++) W[j * nIn + i] = random.uniform(-bound, bound);
      for (let j = 0; j < nOut; j++) b[j] = random.uniform(-bound, bound);
    },
    he: (random, nIn, nOut, activation, W) => {
      const bound = Math.sqrt(6 / nIn);
      for (let i = 0; i < nIn; i++) for (let j = 0; j < nOut; j++) W[j * nIn + i] = random.uniform(-bound, bound);
    },
    small_normal: (random, nIn, nOut, activation, W) => {
      for (let i = 0; i < W.length; i++) W[i] = 0.01 * random.normal();
    },
  };

  /**
   * Return initial weights and biases as `Network.initial_parameters` does: W_1 by rows, b_1, W_2, b_2, …
   * @param {{layer_sizes: number[], activation: string}} network
   * @param {string} init  "glorot", "he" or "small_normal"
   * @param {RandomState|Generator} random  small_normal needs a RandomState
   */
  const initialParameters = (network, init, random) => {
    const sizes = network.layer_sizes, layers = [];
    for (let layer = 1; layer < sizes.length; layer++) {
      const W = new Float64Array(sizes[layer - 1] * sizes[layer]), b = new Float64Array(sizes[layer]);
      INITIALISATIONS[init](random, sizes[layer - 1], sizes[layer], network.activation, W, b);
      layers.push(...W, ...b);
    }
    return Float64Array.from(layers);
  };

  return { Generator, RandomState, initialParameters };
})();
