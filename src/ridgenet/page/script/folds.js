"use strict";
// Cross-validation folds as scikit-learn's KFold and StratifiedKFold shuffle them, so that a seed means the same here.
const ridgenetFolds = (() => {
  const { range } = ridgenetNumbers;

  /** Return the index of the test fold of each row. */
  const plain = (nRows, nFolds, random) => {
    const shuffled = random.shuffle(range(nRows)), testFold = new Int32Array(nRows);
    const size = Math.floor(nRows / nFolds), nLarger = nRows % nFolds;
    let first = 0;
    for (const fold of range(nFolds)) {
      const last = first + size + (fold < nLarger ? 1 : 0);
      for (const row of shuffled.slice(first, last)) testFold[row] = fold;
      first = last;
    }
    return testFold;
  };

  /** Return the same, with about the same share of each class in every fold; labels are numbers. */
  const stratified = (labels, nFolds, random) => {
    // classes are numbered in the order in which they appear
    const classes = [...new Set(labels)], codes = labels.map(label => classes.indexOf(label));
    const sorted = Array.from(codes).sort((a, b) => a - b), testFold = new Int32Array(labels.length);
    classes.forEach((_, code) => {
      const counts = range(nFolds).map(fold => sorted.filter((each, k) => k % nFolds === fold && each === code).length);
      const folds = random.shuffle(counts.flatMap((count, fold) => Array(count).fill(fold)));
      let next = 0;
      codes.forEach((each, row) => {
        if (each === code) testFold[row] = folds[next++];
      });
    });
    return testFold;
  };

  /**
   * Return the folds of several divisions of the rows: { train, test, division }, with indices of rows.
   * @param {number} nRows
   * @param {number[]|null} labels  a number for the class of each row; null does not stratify
   * @param {number} nFolds
   * @param {number} nDivisions
   * @param {number} seed  of the first division; each has the next
   */
  const divided = (nRows, labels, nFolds, nDivisions, seed) => range(nDivisions).flatMap(division => {
    const random = new ridgenetRandom.RandomState(seed + division);
    const testFold = labels ? stratified(labels, nFolds, random) : plain(nRows, nFolds, random);
    return range(nFolds).map(fold => ({
      train: range(nRows).filter(row => testFold[row] !== fold),
      test: range(nRows).filter(row => testFold[row] === fold),
      division,
    }));
  });

  return { divided };
})();
