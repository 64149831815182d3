"use strict";
// Arithmetic on arrays that the other scripts share.
const ridgenetNumbers = (() => {
  const range = length => Array.from({ length }, (_, k) => k);
  const sum = numbers => numbers.reduce((a, b) => a + b, 0);
  const mean = numbers => sum(numbers) / numbers.length;
  const average = (values, weights) => sum(values.map((value, k) => value * weights[k])) / sum(weights);

  /** Return the mean of typed arrays of one length, in the first of them. */
  const meanOf = ([total, ...others]) => {
    // loops, since this is done in every frame
    for (const values of others) for (let k = 0; k < total.length; k++) total[k] += values[k];
    for (let k = 0; k < total.length; k++) total[k] /= others.length + 1;
    return total;
  };

  /** Return the most probable class in a row of probabilities, of which there is one for two classes. */
  const labelOf = (outputs, row, width) => {
    if (width === 1) return outputs[row] > 0.5 ? 1 : 0;
    let label = 0;
    for (let k = 1; k < width; k++) if (outputs[row * width + k] > outputs[row * width + label]) label = k;
    return label;
  };

  return { average, labelOf, mean, meanOf, range, sum };
})();
