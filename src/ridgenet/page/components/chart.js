"use strict";
// Charts as SVG: lines with bands, whiskers and dots; over λ, on a logarithmic axis that all charts and the slider share
// and with a line at the current λ, or over other numbers.
const ridgenetChart = (() => {
  const NS = "http://www.w3.org/2000/svg", COLORS = [1, 2, 3, 4, 5, 6].map(k => `var(--tone-${k})`), DASH = "6 4";
  const WIDTH = 560, HEIGHT = 170, LEFT = 50, RIGHT = 14, TOP = 8, BOTTOM = 34, TITLE = 18, MOST_TICKS = 5;

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

  /** Return the start of a text that is too long. */
  const cut = (text, length) => text.length > length ? `${text.slice(0, length - 1)}…` : text;

  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = "12px system-ui, sans-serif";
  const widthOf = text => ruler.measureText(text).width;

  /** Return a text that fits into a width, without its middle if it is too long: names often differ at their ends. */
  const fitted = (text, width) => {
    let kept = text.length;
    const shown = () => kept === text.length ? text : `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
    while (kept > 2 && widthOf(shown()) > width) kept--;
    return shown();
  };

  /** Return the index of the number nearest to another on a logarithmic scale. */
  const nearest = (alphas, alpha) => {
    const distances = alphas.map(each => Math.abs(Math.log(each / alpha)));
    return distances.indexOf(Math.min(...distances));
  };

  /** An axis over numbers, linear or logarithmic. */
  class Axis {
    constructor(low, high, isLog = false) {
      Object.assign(this, { low, high, isLog });
      [this._from, this._to] = isLog ? [Math.log10(low), Math.log10(high)] : [low, high];
    }

    /** Return where a number is, from 0 at the low end to 1 at the high one. */
    place(value) {
      return ((this.isLog ? Math.log10(value) : value) - this._from) / (this._to - this._from || 1);
    }

    /** Return the number at a place. */
    value(place) {
      const value = this._from + place * (this._to - this._from);
      return this.isLog ? 10 ** value : value;
    }

    /** Return a few round numbers. */
    get ticks() {
      const span = this._to - this._from || 1, rough = span / MOST_TICKS;
      const power = this.isLog ? 1 : 10 ** Math.floor(Math.log10(rough));
      const step = this.isLog ? Math.ceil(rough) : [1, 2, 5, 10].map(k => k * power).find(size => size >= rough * (1 - 1e-9));
      const first = Math.ceil(this._from / step - 1e-9), n = Math.max(Math.floor(this._to / step + 1e-9) - first + 1, 0);
      return Array.from({ length: n }, (_, k) => this.isLog ? 10 ** ((first + k) * step) : (first + k) * step);
    }
  }

  /** Return the axis from the least to the greatest of some numbers, with a margin on both sides. */
  const axisOver = (values, margin) => {
    const finite = values.filter(Number.isFinite);
    let [low, high] = [Math.min(...finite), Math.max(...finite)];
    if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
    return new Axis(low - margin * (high - low), high + margin * (high - low));
  };

  const endsOf = ({ values, band, whiskers }) =>
    [...values, ...(band ? values.flatMap((value, k) => [value - band[k], value + band[k]]) : []), ...(whiskers?.flat() ?? [])];

  /**
   * Draw a chart into an <svg>.
   * @param {SVGSVGElement} svg
   * @param {object} chart  { lines, alphas or x, y, axis, title, height, marks, range }: lines of { name, values, x,
   *   color, dash, band, whiskers, kind }, where a band is an array of half-widths, whiskers are arrays of lower and
   *   upper ends, and the kind is "line", "dots" or "both"; over λ, all lines have the x `alphas`, from the largest to the
   *   smallest; x and y are ends of axes, by default those of the lines; marks are { alpha, text }; a range of indices
   *   of λ is shaded; axis and title are the names of the two axes
   * @param {(index: number) => void} [onChoose]  told the index of the λ that was clicked
   * @returns {(index: number) => void} moves the line at the current λ
   */
  const draw = (svg, chart, onChoose) => {
    const { alphas, lines } = chart, width = svg.clientWidth || WIDTH, height = chart.height ?? HEIGHT, right = width - RIGHT;
    const top = chart.title ? TOP + TITLE : TOP, bottom = height - BOTTOM;
    const across = alphas ? new Axis(alphas.at(-1), alphas[0], true)
      : chart.x ? new Axis(...chart.x) : axisOver(lines.flatMap(({ x }) => x), 0.03);
    const up = chart.y ? new Axis(...chart.y) : axisOver(lines.flatMap(endsOf), 0.05);
    const x = value => LEFT + across.place(value) * (right - LEFT), y = value => bottom - up.place(value) * (bottom - top);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawGrid(svg, { across, up, x, y, right, top, bottom, height, chart });
    if (chart.range) {
      const [from, to] = chart.range.map(index => x(alphas[index]));
      element(svg, "rect", { class: "range", x: to, width: Math.max(from - to, 2), y: top, height: bottom - top });
    }
    const inside = element(svg, "g", { "clip-path": `url(#${svg.id}-inside)` });
    element(element(svg, "clipPath", { id: `${svg.id}-inside` }), "rect", {
      x: LEFT - 4, y: top - 4, width: right - LEFT + 8, height: bottom - top + 8,
    });
    for (const line of lines) drawLine(inside, line, line.x ?? alphas, x, y);
    (chart.marks ?? []).forEach(({ alpha, text }, k) => {
      const place = x(alpha), isRight = place > width / 2;
      element(svg, "line", { class: "mark", x1: place, x2: place, y1: top, y2: bottom });
      element(svg, "text", {
        class: "label", x: place + (isRight ? -4 : 4), y: top + 11 + 14 * k, "text-anchor": isRight ? "end" : "start",
      }, text);
    });
    if (!onChoose) return () => {};
    const current = element(svg, "line", { class: "current", y1: top, y2: bottom });
    const choose = event => {
      const { left, width: shown } = svg.getBoundingClientRect(), place = (event.clientX - left) / shown * width;
      onChoose(nearest(alphas, across.value((place - LEFT) / (right - LEFT))));
    };
    svg.onpointerdown = event => {
      svg.setPointerCapture(event.pointerId);
      choose(event);
    };
    svg.onpointermove = event => event.buttons & 1 && choose(event);
    return index => {
      for (const end of ["x1", "x2"]) current.setAttribute(end, x(alphas[index]));
    };
  };

  const drawGrid = (svg, { across, up, x, y, right, top, bottom, height, chart }) => {
    const grid = element(svg, "g", { class: "grid" });
    for (const tick of up.ticks) {
      element(grid, "line", { x1: LEFT, x2: right, y1: y(tick), y2: y(tick) });
      element(grid, "text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, readable(tick));
    }
    const ticks = across.ticks, widest = Math.max(...ticks.map(tick => widthOf(readable(tick)))) + 14;
    const every = Math.ceil(widest * ticks.length / (right - LEFT));
    for (const tick of ticks.filter((_, k) => k % every === 0)) {
      element(grid, "line", { x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 });
      element(grid, "text", { x: x(tick), y: bottom + 16, "text-anchor": "middle" }, readable(tick));
    }
    element(grid, "text", { x: right, y: height - 5, "text-anchor": "end" }, fitted(chart.axis ?? "λ", right - LEFT));
    if (chart.title) element(grid, "text", { x: LEFT - 6, y: top - 8 }, fitted(chart.title, right - LEFT));
  };

  const drawLine = (svg, { values, color, dash, band, whiskers, kind = "line" }, xs, x, y) => {
    const points = values.map((value, k) => ({ value, k, place: x(xs[k]), half: band?.[k] ?? 0 })).filter(({ value }) => Number.isFinite(value));
    const path = side => points.map(({ place, value, half }) => `${place.toFixed(1)},${y(value + side * half).toFixed(1)}`);
    if (band) element(svg, "path", { class: "band", fill: color, d: `M${[...path(1), ...path(-1).reverse()].join("L")}Z` });
    if (whiskers) {
      const ends = points.map(({ k, place }) => `M${place.toFixed(1)},${y(whiskers[0][k]).toFixed(1)}V${y(whiskers[1][k]).toFixed(1)}`);
      element(svg, "path", { class: "whiskers", stroke: color, d: ends.join("") });
    }
    if (kind !== "dots") element(svg, "path", { class: "line", stroke: color, "stroke-dasharray": dash ?? "", d: `M${path(0).join("L")}` });
    // a line without length is a dot where its ends are round
    if (kind !== "line") element(svg, "path", { class: "dots", stroke: color, d: path(0).map(place => `M${place}h0`).join("") });
  };

  /** Fill an element with the names of the lines of a chart, each with its colour. */
  const legend = (container, lines) => container?.replaceChildren(...lines.filter(({ name }) => name).map(({ name, color, dash }) => {
    const entry = document.createElement("span");
    entry.className = `tone-${COLORS.indexOf(color) + 1}${dash ? " dashed" : ""}`;
    entry.append(document.createElement("i"), name);
    return entry;
  }));

  return { COLORS, DASH, Axis, at, axisOver, cut, draw, element, fitted, legend, nearest, readable, widthOf };
})();
