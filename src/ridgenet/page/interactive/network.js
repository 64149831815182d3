"use strict";
// Draws a network into an <svg>: a line for each weight, wider for larger weights, a disc and a number for each bias.
// Widths have the same scale for all networks, so that weights can be seen to shrink.
const ridgenetDrawing = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const WIDTH = 400, HEIGHT = 240, LEFT = 74, RIGHT = 64, RADIUS = 6;
  const POSITIVE = "#0072B2", NEGATIVE = "#D55E00";

  const element = (parent, name, attributes, text) => {
    const made = parent.appendChild(document.createElementNS(NS, name));
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const color = value => value < 0 ? NEGATIVE : POSITIVE;
  const width = weight => Math.min(14, 2.2 * Math.sqrt(Math.abs(weight)));
  const short = value => (Math.abs(value) < 0.005 ? 0 : value).toPrecision(2).replace("-", "−");
  const cut = (name, length) => name.length > length ? name.slice(0, length - 1) + "…" : name;

  /** Prepare an <svg> for networks of one shape; return a function that draws one of them. */
  return (svg, drawing) => {
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    const layers = drawing.names;
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
          cx: x(layer), cy: y(layer, node), r: RADIUS, fill: "#FFFFFF", stroke: "#222222",
        });
        if (layer === 0) {
          element(discs, "text", { x: x(0) - RADIUS - 4, y: y(0, node) + 4, "text-anchor": "end" }, cut(name, 10));
          return null;
        }
        const title = element(disc, "title", {});
        const number = element(discs, "text", {
          x: x(layer) + RADIUS + 3, y: y(layer, node) + 4, fill: "#222222", stroke: "#FFFFFF",
          "stroke-width": 3, "paint-order": "stroke",
        });
        return { disc, title, number, name: cut(name, 6) };
      });
      if (layer > 0) biases.push(found);
      if (drawing.left_out[layer]) {
        element(discs, "text", { x: x(layer), y: HEIGHT - 3, "text-anchor": "middle" }, `+ ${drawing.left_out[layer]}`);
      }
    });

    return network => {
      network.weights.forEach((rows, layer) => rows.forEach((row, unit) => row.forEach((weight, input) => {
        const { line, title } = weights[layer][unit][input];
        line.setAttribute("stroke", color(weight));
        line.setAttribute("stroke-width", width(weight).toFixed(2));
        title.textContent = `w = ${short(weight)}`;
      })));
      network.biases.forEach((row, layer) => row.forEach((bias, unit) => {
        const { disc, title, number, name } = biases[layer][unit];
        disc.setAttribute("fill", color(bias));
        disc.setAttribute("fill-opacity", Math.min(1, Math.abs(bias) / 3).toFixed(2));
        title.textContent = `b = ${short(bias)}`;
        number.textContent = (name ? `${name} ` : "") + short(bias);
      }));
    };
  };
})();
