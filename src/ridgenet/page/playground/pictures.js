"use strict";
// Pictures of one network: its drawing, what each hidden unit sees, and the effects of the columns of a table.
const ridgenetPictures = (() => {
  const UNIT_STEPS = 28, MOST_UNITS = 16, EFFECT_STEPS = 24, EFFECT_ROWS = 150, MOST_EFFECTS = 6, MOST_INPUTS = 10;
  const ACTIVATIONS = { tanh: Math.tanh };
  const { element, readable } = ridgenetChart;

  /** Return the weights, [unit][input], and biases of each layer. */
  const layersOf = ({ layer_sizes: sizes }, parameters) => {
    let start = 0;
    return sizes.slice(1).map((size, layer) => {
      const nIn = sizes[layer], end = start + size * nIn;
      const W = Array.from({ length: size }, (_, j) => Array.from(parameters.slice(start + j * nIn, start + (j + 1) * nIn)));
      const b = Array.from(parameters.slice(end, end + size));
      start = end + size;
      return { W, b };
    });
  };

  /** Draw networks of one shape into an <svg>; return a function that draws one. */
  const drawing = (svg, network, inputNames, outputNames) => {
    const sizes = network.layer_sizes, shown = sizes.map((size, layer) => Math.min(size, layer ? MOST_UNITS : MOST_INPUTS));
    const names = shown.map((size, layer) => Array.from({ length: size }, (_, k) =>
      layer === 0 ? inputNames[k] : layer === sizes.length - 1 ? outputNames[k] : ""));
    const draw = ridgenetDrawing(svg, { names, left_out: sizes.map((size, layer) => size - shown[layer]) });
    return parameters => {
      const layers = layersOf(network, parameters);
      draw({
        weights: layers.map(({ W }, layer) => W.slice(0, shown[layer + 1]).map(row => row.slice(0, shown[layer]))),
        biases: layers.map(({ b }, layer) => b.slice(0, shown[layer + 1])),
      });
    };
  };

  /** Prepare a small canvas for each unit of the first hidden layer; return a function that paints them. */
  const unitPictures = (container, network, plane, { mean, scale }) => {
    container.replaceChildren();
    if (network.layer_sizes.length < 3) return () => {};
    const canvases = Array.from({ length: Math.min(network.layer_sizes[1], MOST_UNITS) }, () => {
      const canvas = container.appendChild(document.createElement("canvas"));
      canvas.width = canvas.height = UNIT_STEPS;
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    });
    const [low, size] = [plane.low, plane.size];
    return parameters => {
      const { W, b } = layersOf(network, parameters)[0], activation = ACTIVATIONS[network.activation];
      canvases.forEach((canvas, j) => {
        const context = canvas.getContext("2d"), image = context.createImageData(UNIT_STEPS, UNIT_STEPS);
        for (let k = 0; k < UNIT_STEPS ** 2; k++) {
          const place = [k % UNIT_STEPS, UNIT_STEPS - 1 - Math.floor(k / UNIT_STEPS)];
          const z = b[j] + place.reduce((sum, step, i) =>
            sum + W[j][i] * (low[i] + (step + 0.5) / UNIT_STEPS * size - mean[i]) / scale[i], 0);
          const a = activation(z);
          image.data.set([...ridgenetPlane.COLORS[a > 0 ? 1 : 0], 255 * Math.abs(a)], 4 * k);
        }
        context.putImageData(image, 0, 0);
      });
    };
  };

  /**
   * Prepare the effects of the columns of a table: mean predictions if a column had one value in every row.
   * @param {{X: number[][], names: string[]}} samples
   * @param {(X: number[][], index: number) => number[]} predict  one number for each row
   * @returns {(index: number) => void} draws the largest effects at one λ
   */
  const effects = (container, { X, names }, predict) => {
    const rows = X.filter((_, row) => row % Math.ceil(X.length / EFFECT_ROWS) === 0);
    const columns = names.map((name, column) => {
      const sorted = X.map(row => row[column]).sort((a, b) => a - b), distinct = [...new Set(sorted)];
      const values = distinct.length <= EFFECT_STEPS ? distinct : Array.from({ length: EFFECT_STEPS }, (_, k) =>
        sorted[Math.round(k / (EFFECT_STEPS - 1) * (sorted.length - 1))]);
      return { name, column, values: [...new Set(values)] };
    });
    return index => {
      const found = columns.map(({ name, column, values }) => {
        const inputs = values.flatMap(value => rows.map(row => row.with(column, value))), outputs = predict(inputs, index);
        const means = values.map((_, k) => ridgenetNumbers.mean(outputs.slice(k * rows.length, (k + 1) * rows.length)));
        return { name, values, means, size: Math.max(...means) - Math.min(...means) };
      }).sort((a, b) => b.size - a.size).slice(0, MOST_EFFECTS);
      const low = Math.min(...found.flatMap(({ means }) => means)), high = Math.max(...found.flatMap(({ means }) => means));
      container.replaceChildren(...found.map(effect => effectChart(effect, low, high)));
    };
  };

  const effectChart = ({ name, values, means }, low, high) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), [width, height, left, bottom] = [260, 130, 46, 108];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("role", "img");
    const x = value => left + (value - values[0]) / (values.at(-1) - values[0] || 1) * (width - left - 10);
    const y = value => bottom - (value - low) / (high - low || 1) * (bottom - 22);
    svg.setAttribute("aria-label", `${name}: ${means.map((mean, k) => `${readable(values[k])} → ${readable(mean)}`).join(", ")}`);
    element(svg, "text", { x: left, y: 13 }, name.length > 28 ? `${name.slice(0, 27)}…` : name);
    const grid = element(svg, "g", { class: "grid" });
    for (const value of [low, high]) {
      element(grid, "line", { x1: left, x2: width - 10, y1: y(value), y2: y(value) });
      element(grid, "text", { x: left - 5, y: y(value) + 4, "text-anchor": "end" }, readable(value, 2));
    }
    element(grid, "text", { x: left, y: height - 4 }, readable(values[0]));
    element(grid, "text", { x: width - 10, y: height - 4, "text-anchor": "end" }, readable(values.at(-1)));
    const path = means.map((mean, k) => `${x(values[k]).toFixed(1)},${y(mean).toFixed(1)}`).join("L");
    element(svg, "path", { class: "line", stroke: "var(--first)", d: `M${path}` });
    return svg;
  };

  return { drawing, effects, layersOf, unitPictures };
})();
