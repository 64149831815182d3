"use strict";
// A reader's own table: comma-separated text becomes columns, and columns become inputs. Nothing leaves the page.
const ridgenetTable = (() => {
  const MOST_ROWS = 2000, MOST_CLASSES = 10, MOST_LEVELS = 20, MOST_INPUTS = 60;
  const MISSING = new Set(["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]);

  /** What is wrong with a table: a message of the catalogue and what it names. */
  class TableError extends Error {
    constructor(key, named) {
      super(key);
      Object.assign(this, { key, named });
    }
  }

  /** Split text into rows of cells, each with the number of its line; cells in quotation marks may hold line ends. */
  const cellsOf = (text, delimiter) => {
    const rows = [Object.assign([], { line: 1 })];
    let cell = "", isQuoted = false, line = 1, quotedIn = 1;
    const endCell = () => {
      rows.at(-1).push(cell.trim());
      cell = "";
    };
    for (let k = 0; k < text.length; k++) {
      const letter = text[k];
      if (letter === "\n") line += 1;
      if (isQuoted) {
        if (letter !== '"') cell += letter;
        else if (text[k + 1] === '"') cell += text[++k];
        else isQuoted = false;
      } else if (letter === '"' && cell.trim() === "") [isQuoted, cell, quotedIn] = [true, "", line];
      else if (letter === delimiter) endCell();
      else if (letter === "\n") {
        endCell();
        rows.push(Object.assign([], { line }));
      } else if (letter !== "\r") cell += letter;
    }
    endCell();
    if (isQuoted) throw new TableError("unclosed_quote", { line: quotedIn });
    return rows.filter(row => row.length > 1 || row[0] !== "");
  };

  /** Return the delimiter with which the first rows have the most cells as the header. */
  const delimiterOf = text => {
    const head = text.slice(0, 20000).split("\n").slice(0, 10);
    const count = delimiter => {
      const counts = head.filter(line => line.trim()).map(line => line.split(delimiter).length);
      return counts.filter(each => each === counts[0]).length * (counts[0] > 1 ? counts[0] : 0);
    };
    return [",", ";", "\t", "|"].reduce((best, each) => count(each) > count(best) ? each : best);
  };

  /**
   * Read delimited text.
   * @returns {{columns: {name, kind, cells, note}[], nRows: number, notes: {key, named}[]}} kind is "number" or "category"
   * @throws {TableError}
   */
  const read = text => {
    const delimiter = delimiterOf(text), rows = cellsOf(text.replace(/^\uFEFF/, ""), delimiter), [names, ...body] = rows, notes = [];
    if (!names || body.length === 0) throw new TableError("no_rows", {});
    const uneven = body.findIndex(row => row.length !== names.length);
    if (uneven >= 0) {
      throw new TableError("uneven", { line: body[uneven].line, cells: body[uneven].length, expected: names.length });
    }
    const twice = names.find((name, k) => names.indexOf(name) !== k);
    if (twice !== undefined) throw new TableError("same_name", { name: twice });
    if (names.length < 2) throw new TableError("one_column", {});
    if (body.length > MOST_ROWS) notes.push({ key: "only_first_rows", named: { kept: MOST_ROWS, rows: body.length } });
    const kept = body.slice(0, MOST_ROWS), read = delimiter === "," ? text => text : pointed;
    const columns = names.map((name, k) => columnOf(name || `#${k + 1}`, kept.map(row => read(row[k]))));
    for (const { name, odd } of columns) {
      if (odd) notes.push({ key: "column_is_text", named: { name, cell: odd.cell, line: kept[odd.row].line } });
    }
    return { columns, nRows: kept.length, notes };
  };

  /** Return a number as text in which a decimal comma has become a point. */
  const pointed = text => /^[+-]?\d+,\d+$/.test(text) ? text.replace(",", ".") : text;

  const columnOf = (name, texts) => {
    const cells = texts.map(text => MISSING.has(text) ? null : text), present = cells.filter(cell => cell !== null);
    const isNumber = cell => cell !== "" && Number.isFinite(Number(cell)) && !/^0\d/.test(cell);
    const nNumbers = present.filter(isNumber).length;
    if (present.length > 0 && nNumbers === present.length) {
      return { name, kind: "number", cells: cells.map(cell => cell === null ? NaN : Number(cell)) };
    }
    const first = cells.findIndex(cell => cell !== null && !isNumber(cell));
    const odd = nNumbers > 0.8 * present.length ? { cell: cells[first], row: first } : null;
    return { name, kind: "category", cells, odd };
  };

  const median = numbers => {
    const sorted = numbers.toSorted((a, b) => a - b), middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };

  /** Return the inputs that a column becomes: { name, column, values }, and a note on what was left out or filled in. */
  const inputsOf = ({ name, kind, cells }) => {
    if (kind === "number") {
      const present = cells.filter(Number.isFinite), nMissing = cells.length - present.length, middle = median(present);
      if (new Set(present).size < 2 && nMissing === 0) return { inputs: [], note: { key: "constant", named: { name } } };
      const values = cells.map(cell => Number.isFinite(cell) ? cell : middle);
      const note = nMissing ? { key: "filled_in", named: { name, n: nMissing } } : null;
      return { inputs: [{ name, column: name, values }], note };
    }
    const levels = [...new Set(cells)].sort((a, b) => a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    if (levels.length < 2) return { inputs: [], note: { key: "constant", named: { name } } };
    if (levels.length > MOST_LEVELS) return { inputs: [], note: { key: "many_levels", named: { name, n: levels.length } } };
    const shown = levels.length === 2 ? levels.slice(1) : levels;
    return {
      inputs: shown.map(level => ({
        name: `${name}: ${level ?? "–"}`, column: name, values: cells.map(cell => cell === level ? 1 : 0),
      })),
      note: null,
    };
  };

  /** Return whether a column suits as numbers to predict rather than classes. */
  const isNumeric = ({ kind, cells }) => {
    if (kind !== "number") return false;
    const distinct = new Set(cells.filter(Number.isFinite));
    return distinct.size > MOST_CLASSES || [...distinct].some(value => !Number.isInteger(value));
  };

  /**
   * Return samples for training: { X, y, classes, names, columns, notes }; classes is null for numbers.
   * @param {object} table  from `read`
   * @param {string} target  name of the column to predict
   * @param {string[]} used  names of the columns to predict from
   * @throws {TableError}
   */
  const samplesOf = (table, target, used) => {
    const column = table.columns.find(({ name }) => name === target), notes = [];
    const isPresent = cell => cell !== null && !Number.isNaN(cell);
    const rows = column.cells.flatMap((cell, row) => isPresent(cell) ? [row] : []);
    if (rows.length < table.nRows) notes.push({ key: "no_target", named: { n: table.nRows - rows.length, target } });
    if (rows.length < 10) throw new TableError("few_rows", { n: rows.length });
    const targets = rows.map(row => column.cells[row]), isNumbers = isNumeric(column);
    const classes = isNumbers ? null : [...new Set(targets)].sort((a, b) => a < b ? -1 : 1);
    if (new Set(targets).size < 2) throw new TableError("one_class", { target, value: String(targets[0]) });
    if (classes && classes.length > MOST_CLASSES) throw new TableError("many_classes", { target, n: classes.length });
    const inputs = table.columns.filter(({ name }) => used.includes(name) && name !== target).flatMap(each => {
      const found = inputsOf({ ...each, cells: rows.map(row => each.cells[row]) });
      if (found.note) notes.push(found.note);
      return found.inputs;
    });
    if (inputs.length === 0) throw new TableError("no_inputs", {});
    if (inputs.length > MOST_INPUTS) throw new TableError("many_inputs", { n: inputs.length, most: MOST_INPUTS });
    return {
      X: rows.map((_, k) => inputs.map(({ values }) => values[k])),
      y: isNumbers ? targets : targets.map(value => classes.indexOf(value)),
      classes: classes?.map(String) ?? null,
      names: inputs.map(({ name }) => name),
      columns: inputs.map(({ column: name }) => name),
      notes,
    };
  };

  return { TableError, isNumeric, read, samplesOf };
})();
