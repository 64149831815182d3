"use strict";
// The plane in which samples are seen: that of two inputs, or of two components of more, as `ridgenet.plotting` has it.
const ridgenetProjection = (() => {
  const { range, sum } = ridgenetNumbers, N_ITERATIONS = 1000, MARGIN = 0.12;
  const product = (a, b) => sum(a.map((value, k) => value * b[k]));
  const scaled = (vector, factor) => vector.map(value => value * factor);

  /** Return the eigenvector with the largest eigenvalue of A Aᵀ, with the largest component positive, by power iteration. */
  const leading = A => {
    let vector = A.map((_, k) => 1 + 0.01 * k);
    for (let k = 0; k < N_ITERATIONS; k++) {
      const across = A[0].map((_, column) => sum(A.map((row, i) => row[column] * vector[i])));
      const next = A.map(row => product(row, across)), size = Math.sqrt(product(next, next));
      if (!(size > 0)) break;
      vector = scaled(next, 1 / size);
    }
    const size = Math.sqrt(product(vector, vector)), largest = vector.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
    return scaled(vector, Math.sign(largest) / size);
  };

  /** Return a matrix without what its columns have of a direction. */
  const without = (A, direction) => {
    const shares = A[0].map((_, column) => sum(A.map((row, i) => row[column] * direction[i])));
    return A.map((row, i) => row.map((value, column) => value - shares[column] * direction[i]));
  };

  /** Return two orthogonal directions in standardised inputs: of most covariance with the target, as far as it has them. */
  const componentsOf = (Z, { y, classes }) => {
    const labels = classes ? range(classes.length) : [0], width = Z[0].length;
    const targets = labels.map(label => y.map(value => classes ? Number(value === label) : value));
    const centred = targets.map(target => target.map(value => value - sum(target) / target.length));
    const columns = range(width).map(k => Z.map(row => row[k]));
    const covariance = columns.map(column => centred.map(target => product(column, target)));
    const first = leading(covariance);
    return [first, leading(without(classes?.length > 2 ? covariance : columns, first))];
  };

  /**
   * Return how samples of two or more inputs are seen in a plane.
   * @param {{X, y, names, classes}} samples
   * @param {{mean, scale}} [inputs]  what standardises them, if they are more than two
   * @returns {{origin, axes, names, points, low, high, isWhole}} inputs are origin + coordinates · axes; of two inputs, the
   *   plane is the whole space
   */
  const viewOf = ({ X, y, names, classes }, { mean, scale } = {}) => {
    if (X[0].length === 2) return view({ origin: [0, 0], axes: [[1, 0], [0, 1]], names, points: X, isWhole: true });
    const Z = X.map(row => row.map((value, k) => (value - mean[k]) / scale[k])), components = componentsOf(Z, { y, classes });
    return view({
      origin: Array.from(mean), axes: components.map(component => component.map((value, k) => value * scale[k])),
      names: ["1", "2"], points: Z.map(row => components.map(component => product(row, component))), isWhole: false,
    });
  };

  const view = found => {
    const ends = range(2).map(k => {
      const values = found.points.map(point => point[k]), [low, high] = [Math.min(...values), Math.max(...values)];
      const margin = high > low ? MARGIN * (high - low) : 0.5;
      return [low - margin, high + margin];
    });
    return { ...found, low: ends.map(([low]) => low), high: ends.map(([, high]) => high) };
  };

  return { viewOf };
})();
