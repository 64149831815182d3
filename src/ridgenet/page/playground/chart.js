"use strict";
// Line charts over λ as SVG: a logarithmic axis that all charts and the slider share, bands, and a line at the current λ.
const ridgenetChart = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const WIDTH = 560, LEFT = 50, RIGHT = 14, TOP = 8, BOTTOM = 30, MOST_TICKS = 4;

  const at = id => document.getElementById(id);

  const element = (parent, name, attributes = {}, text) => {
    const made = parent.appendChild(document.createElementNS(NS, name));
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /** Return a number with a few digits, without an exponent where it can be read without. */
  const readable = (value, digits = 3) => {
    if (!Number.isFinite(value)) return "–";
    if (value === 0) return "0";
    const size = Math.abs(value);
    const text = size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1);
    return text.replace("-", "−");
  };

  /** Return round numbers between two values. */
  const ticks = (low, high) => {
    const rough = (high - low) / MOST_TICKS, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(k => k * power).find(size => size >= rough);
    const first = Math.ceil(low / step - 1e-9);
    return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
  };

  /** The axis of λ, from the smallest on the left to the largest on the right, in a chart of some width. */
  class LambdaAxis {
    constructor(alphas, width = WIDTH) {
      Object.assign(this, { alphas, width });
      [this._high, this._low] = [alphas[0], alphas.at(-1)].map(Math.log10);
    }

    x(alpha) {
      return LEFT + (Math.log10(alpha) - this._low) / (this._high - this._low || 1) * (this.width - LEFT - RIGHT);
    }

    /** Return the index of the λ nearest to a place. */
    nearest(x) {
      const distances = this.alphas.map(alpha => Math.abs(this.x(alpha) - x));
      return distances.indexOf(Math.min(...distances));
    }

    get powers() {
      const all = [];
      for (let power = Math.ceil(this._low); power <= this._high; power++) all.push(power);
      return all.filter((_, k) => k % Math.ceil(all.length * 75 / this.width) === 0);
    }
  }

  /**
   * Draw a chart into an <svg>.
   * @param {SVGSVGElement} svg
   * @param {number[]} alphas
   * @param {{lines: {name, values, color, dash, band}[], height, marks: {alpha, text}[], range, axis}} chart  a
   *   band is an array of half-widths; a range of λ is shaded; the axis has another name if it is not of λ
   * @param {(index: number) => void} onChoose  told the index of the λ that was clicked
   * @returns {(index: number) => void} moves the line at the current λ
   */
  const draw = (svg, alphas, chart, onChoose) => {
    const width = svg.clientWidth || WIDTH, axis = new LambdaAxis(alphas, width), right = width - RIGHT;
    const height = chart.height ?? 170, bottom = height - BOTTOM;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const shown = chart.lines.flatMap(({ values, band }) =>
      values.flatMap((value, k) => band ? [value - band[k], value + band[k]] : [value])).filter(Number.isFinite);
    let [low, high] = [Math.min(...shown), Math.max(...shown)];
    if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
    const margin = 0.05 * (high - low), [first, last] = [low - margin, high + margin];
    const y = value => bottom - (value - first) / (last - first) * (bottom - TOP);
    const grid = element(svg, "g", { class: "grid" });
    for (const tick of ticks(first, last)) {
      const at = bottom - (tick - first) / (last - first) * (bottom - TOP);
      element(grid, "line", { x1: LEFT, x2: right, y1: at, y2: at });
      element(grid, "text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }, readable(tick));
    }
    for (const power of axis.powers) {
      const x = axis.x(10 ** power);
      element(grid, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 4 });
      element(grid, "text", { x, y: bottom + 16, "text-anchor": "middle" }, readable(10 ** power));
    }
    element(grid, "text", { x: right, y: height - 2, "text-anchor": "end" }, chart.axis ?? "λ");
    if (chart.range) {
      const [from, to] = chart.range.map(index => axis.x(alphas[index]));
      element(svg, "rect", { class: "range", x: to, width: Math.max(from - to, 2), y: TOP, height: bottom - TOP });
    }
    for (const line of chart.lines) {
      const points = alphas.map((alpha, k) => [axis.x(alpha), line.values[k], line.band?.[k] ?? 0])
        .filter(([, value]) => Number.isFinite(value));
      const path = side => points.map(([x, value, half]) => `${x.toFixed(1)},${y(value + side * half).toFixed(1)}`);
      if (line.band) {
        element(svg, "path", { class: "band", fill: line.color, d: `M${[...path(1), ...path(-1).reverse()].join("L")}Z` });
      }
      element(svg, "path", { class: "line", stroke: line.color, "stroke-dasharray": line.dash ?? "", d: `M${path(0).join("L")}` });
    }
    (chart.marks ?? []).forEach(({ alpha, text }, k) => {
      const x = axis.x(alpha), isRight = x > width / 2;
      element(svg, "line", { class: "mark", x1: x, x2: x, y1: TOP, y2: bottom });
      element(svg, "text", { class: "label", x: x + (isRight ? -4 : 4), y: TOP + 11 + 14 * k, "text-anchor": isRight ? "end" : "start" }, text);
    });
    const current = element(svg, "line", { class: "current", x1: LEFT, x2: LEFT, y1: TOP, y2: onChoose ? bottom : TOP });
    if (onChoose) {
      const choose = event => {
        const { left, width: shown } = svg.getBoundingClientRect();
        onChoose(axis.nearest((event.clientX - left) / shown * width));
      };
      svg.onpointerdown = event => {
        svg.setPointerCapture(event.pointerId);
        choose(event);
      };
      svg.onpointermove = event => event.buttons & 1 && choose(event);
    }
    return index => {
      const x = axis.x(alphas[index]);
      current.setAttribute("x1", x);
      current.setAttribute("x2", x);
    };
  };

  return { LambdaAxis, at, draw, element, readable };
})();
