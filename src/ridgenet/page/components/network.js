"use strict";
// Draws a network into an <svg>: a line for each weight, wider for larger weights, a disc and a number for each bias.
// Widths have the same scale for all networks, so that weights can be seen to shrink.
const ridgenetNetwork = (() => {
  const WIDTH = 400, HEIGHT = 240, LEFT = 86, RIGHT = 64, RADIUS = 6, MOST_INPUTS = 10, MOST_UNITS = 16;
  const POSITIVE = "var(--tone-1)", NEGATIVE = "var(--tone-2)";
  const { element, fitted } = ridgenetChart, { range, sum } = ridgenetNumbers;

  const color = value => value < 0 ? NEGATIVE : POSITIVE;
  const width = weight => Math.min(14, 2.2 * Math.sqrt(Math.abs(weight)));
  const short = value => (Math.abs(value) < 0.005 ? 0 : value).toPrecision(2).replace("-", "−");

  /** Return the weights, [unit][input], and biases of each layer. */
  const layersOf = ({ layer_sizes: sizes }, parameters) => {
    let start = 0;
    return sizes.slice(1).map((size, layer) => {
      const nIn = sizes[layer], end = start + size * nIn;
      const W = range(size).map(j => Array.from(parameters.slice(start + j * nIn, start + (j + 1) * nIn)));
      const b = Array.from(parameters.slice(end, end + size));
      start = end + size;
      return { W, b };
    });
  };

  /** Return the shape of a network that has the two coordinates of a plane as inputs. */
  const ofPlane = network => ({ ...network, layer_sizes: [2, ...network.layer_sizes.slice(1)] });

  /**
   * Return the parameters of a network on a plane, in which inputs are linear functions of two coordinates: those of its
   * first layer are combinations of the given ones.
   * @param {{mean, scale}} standardizer  of the inputs
   * @param {{origin, axes}} plane
   */
  const onPlane = (network, parameters, { mean, scale }, { origin, axes }) => {
    const [{ W, b }] = layersOf(network, parameters), first = W[0].length * W.length + b.length;
    const weights = W.flatMap(row => axes.map(axis => sum(row.map((w, i) => w * axis[i] / scale[i]))));
    const biases = b.map((bias, j) => bias + sum(W[j].map((w, i) => w * (origin[i] - mean[i]) / scale[i])));
    return Float64Array.from([...weights, ...biases, ...parameters.slice(first)]);
  };

  /** Return the nodes of each layer that are drawn: all, or those with the largest weights. */
  const nodesOf = ({ layer_sizes: sizes }, layers) => sizes.map((size, layer) => {
    const below = k => layer === 0 ? 0 : sum(layers[layer - 1].W[k].map(w => w * w));
    const above = k => layer === sizes.length - 1 ? 0 : sum(layers[layer].W.map(row => row[k] ** 2));
    const strengths = range(size).map(k => below(k) + above(k)), most = layer ? MOST_UNITS : MOST_INPUTS;
    return range(size).sort((a, b) => strengths[b] - strengths[a]).slice(0, most).sort((a, b) => a - b);
  });

  /**
   * Prepare an <svg> for networks of one shape.
   * @param {Float64Array} typical  parameters of one of them: where not all nodes can be drawn, those are that it uses most
   * @returns {(parameters) => void} draws a network
   */
  const drawing = (svg, network, inputNames, outputNames, typical) => {
    const sizes = network.layer_sizes, last = sizes.length - 1, nodes = nodesOf(network, layersOf(network, typical));
    const names = nodes.map((shown, layer) => shown.map(k => (layer === 0 ? inputNames : layer === last ? outputNames : [])[k] ?? ""));
    const { weights, biases } = prepared(svg, names, nodes.map((shown, layer) => sizes[layer] - shown.length));
    return parameters => layersOf(network, parameters).forEach(({ W, b }, layer) => nodes[layer + 1].forEach((unit, j) => {
      nodes[layer].forEach((input, i) => {
        const { line, title } = weights[layer][j][i], weight = W[unit][input];
        line.setAttribute("stroke", color(weight));
        line.setAttribute("stroke-width", width(weight).toFixed(2));
        title.textContent = `w = ${short(weight)}`;
      });
      const { disc, title, number, name } = biases[layer][j], bias = b[unit];
      disc.setAttribute("fill", color(bias));
      disc.setAttribute("fill-opacity", Math.min(1, Math.abs(bias) / 3).toFixed(2));
      title.textContent = `b = ${short(bias)}`;
      number.textContent = (name ? `${name} ` : "") + short(bias);
    }));
  };

  /** Draw lines and discs without widths and colours; return those of the weights and biases of each layer. */
  const prepared = (svg, layers, nLeftOut) => {
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    const x = layer => LEFT + layer * (WIDTH - LEFT - RIGHT) / (layers.length - 1);
    const y = (layer, node) => (node + 0.5) * (HEIGHT - 16) / layers[layer].length + 2;
    const lines = element(svg, "g", { fill: "none", "stroke-linecap": "butt" });
    const discs = element(svg, "g", { "font-size": 11 });
    const weights = [], biases = [];
    layers.forEach((names, layer) => {
      if (layer > 0) {
        weights.push(names.map((_, unit) => layers[layer - 1].map((_, input) => {
          const line = element(lines, "line", {
            x1: x(layer - 1), y1: y(layer - 1, input), x2: x(layer), y2: y(layer, unit),
          });
          return { line, title: element(line, "title", {}) };
        })));
      }
      const found = names.map((name, node) => {
        const disc = element(discs, "circle", {
          cx: x(layer), cy: y(layer, node), r: RADIUS, class: "disc",
        });
        if (layer === 0) {
          element(discs, "text", { x: x(0) - RADIUS - 4, y: y(0, node) + 4, "text-anchor": "end" }, fitted(name, LEFT - RADIUS - 8));
          return null;
        }
        const title = element(disc, "title", {});
        const number = element(discs, "text", {
          x: x(layer) + RADIUS + 3, y: y(layer, node) + 4, class: "bias",
        });
        return { disc, title, number, name: fitted(name, 30) };
      });
      if (layer > 0) biases.push(found);
      if (nLeftOut[layer]) {
        element(discs, "text", { x: x(layer), y: HEIGHT - 3, "text-anchor": "middle" }, `+ ${nLeftOut[layer]}`);
      }
    });
    return { weights, biases };
  };

  return { drawing, layersOf, ofPlane, onPlane };
})();
