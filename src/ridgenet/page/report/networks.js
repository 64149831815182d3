"use strict";
// What averages of networks predict at the stops of the slider: for rows of inputs, or over a plane.
const ridgenetNetworks = (() => {
  const { Predictor, nParameters } = ridgenetTraining, { onPlane, ofPlane } = ridgenetNetwork, { sum } = ridgenetNumbers;

  /** Return the numbers that base64 holds. */
  const decoded = (base64, Type) => new Type(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)).buffer);

  class Averages {
    /** @param {{shapes, stops}} path  from the report: the shapes of networks, and those of each stop */
    constructor(kernels, { shapes, stops }) {
      Object.assign(this, { shapes, stops, _kernels: kernels, _members: [], _predictors: {} });
    }

    /** Networks that are averaged at a stop: { shape, weight, parameters }. */
    members(stop) {
      return this._members[stop] ??= this._read(this.stops[stop]);
    }

    _read({ members, isExact, parameters }) {
      const all = decoded(parameters, isExact ? Float64Array : Float32Array);
      let start = 0;
      return members.map(([shape, weight]) => {
        const end = start + nParameters(this.shapes[shape].network), own = Float64Array.from(all.subarray(start, end));
        start = end;
        return { shape, weight, parameters: own };
      });
    }

    /** Return the mean outputs of the networks at a stop for rows of inputs, and their standard deviations. */
    outputs(stop, X) {
      return this._averaged(stop, ({ shape, parameters }) => {
        const { network, inputs } = this.shapes[shape], key = `${shape} ${X.length}`;
        const predictor = this._predictors[key] ??= new Predictor(this._kernels, network, X, inputs);
        predictor.rows = X;
        return predictor.outputs(parameters);
      });
    }

    /** Return the same for the points of a grid on a plane. */
    outputsOnPlane(stop, plane, gridPoints) {
      return this._averaged(stop, ({ shape, parameters }) => {
        const { network, inputs } = this.shapes[shape];
        const predictor = this._predictors[`${shape} plane`] ??= new Predictor(this._kernels, ofPlane(network), gridPoints);
        return predictor.outputs(onPlane(network, parameters, inputs, plane));
      });
    }

    _averaged(stop, outputsOf) {
      const members = this.members(stop), all = members.map(member => {
        const { mean, scale } = this.shapes[member.shape].targets, width = mean.length;
        return outputsOf(member).map((value, k) => value * scale[k % width] + mean[k % width]);
      });
      const weighted = of => all[0].map((_, k) => sum(members.map(({ weight }, m) => weight * of(all[m][k], k))));
      const mean = members.length === 1 ? all[0] : weighted(value => value);
      const spread = weighted((value, k) => (value - mean[k]) ** 2).map(Math.sqrt);
      return { mean, spread, n: members.length };
    }
  }

  return { Averages, decoded };
})();
