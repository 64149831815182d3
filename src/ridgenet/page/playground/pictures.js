"use strict";
// Pictures of a network: what each hidden unit sees, and the effects of the columns of a table.
const ridgenetPictures = (() => {
  const UNIT_STEPS = 28, MOST_UNITS = 16, EFFECT_STEPS = 24, EFFECT_ROWS = 150, MOST_EFFECTS = 6;
  const ACTIVATIONS = { tanh: Math.tanh };
  const { COLORS, at, cut, draw, element, readable } = ridgenetChart, { layersOf } = ridgenetNetwork;

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
    const { low, sizes } = plane;
    return parameters => {
      const { W, b } = layersOf(network, parameters)[0], activation = ACTIVATIONS[network.activation];
      canvases.forEach((canvas, j) => {
        const context = canvas.getContext("2d"), image = context.createImageData(UNIT_STEPS, UNIT_STEPS);
        for (let k = 0; k < UNIT_STEPS ** 2; k++) {
          const place = [k % UNIT_STEPS, UNIT_STEPS - 1 - Math.floor(k / UNIT_STEPS)];
          const z = b[j] + place.reduce((sum, step, i) =>
            sum + W[j][i] * (low[i] + (step + 0.5) / UNIT_STEPS * sizes[i] - mean[i]) / scale[i], 0);
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
      // all of them first, since their number determines how wide each is
      container.replaceChildren(...found.map(({ name }, place) => effectFigure(name, place)));
      found.forEach((effect, place) => drawEffect(at(`effect-${place}`), effect, low, high));
    };
  };

  const effectFigure = (name, place) => {
    const figure = document.createElement("div");
    figure.append(cut(name, 34));
    element(figure, "svg", { id: `effect-${place}`, role: "img" });
    return figure;
  };

  const drawEffect = (svg, { name, values, means }, low, high) => {
    svg.setAttribute("aria-label", `${name}: ${means.map((mean, k) => `${readable(values[k])} → ${readable(mean)}`).join(", ")}`);
    draw(svg, { lines: [{ x: values, values: means, color: COLORS[0] }], y: [low, high], axis: "", height: 130 });
  };

  return { effects, unitPictures };
})();
