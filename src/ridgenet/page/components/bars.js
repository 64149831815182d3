"use strict";
// Horizontal bars, one for each name, with whiskers; or dots, where several series share the names.
const ridgenetBars = (() => {
  const ROW = 24, TOP = 6, BOTTOM = 38, RIGHT = 12, WIDTH = 560, GAP = 8;
  const { axisOver, element, fitted, readable, widthOf, Axis } = ridgenetChart;

  /**
   * Draw bars into an <svg>.
   * @param {{names: string[], series: {values, spread, color}[], axis: string, isFromZero: boolean}} bars  a spread is
   *   an array of half-widths of the whiskers; colors may be an array, one for each name
   */
  const draw = (svg, { names, series, axis: title, isFromZero }) => {
    const width = svg.clientWidth || WIDTH, height = TOP + ROW * names.length + BOTTOM, bottom = height - BOTTOM;
    const longest = Math.min(Math.max(...names.map(widthOf)), 0.4 * width), left = longest + 2 * GAP;
    const ends = series.flatMap(({ values, spread }) => values.flatMap((value, k) => [value - (spread?.[k] ?? 0), value + (spread?.[k] ?? 0)]));
    const over = axisOver(isFromZero ? [0, ...ends] : ends, 0.05);
    // no margin at the end where bars start
    const axis = isFromZero ? new Axis(Math.min(...ends) < 0 ? over.low : 0, Math.max(...ends) > 0 ? over.high : 0) : over;
    const x = value => left + axis.place(value) * (width - left - RIGHT), y = (row, part = 0.5) => TOP + ROW * (row + part);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const grid = element(svg, "g", { class: "grid" });
    for (const tick of axis.ticks) {
      element(grid, "line", { x1: x(tick), x2: x(tick), y1: TOP, y2: bottom });
      element(grid, "text", { x: x(tick), y: bottom + 14, "text-anchor": "middle" }, readable(tick));
    }
    element(grid, "text", { x: width - RIGHT, y: height - 5, "text-anchor": "end" }, fitted(title, width - RIGHT));
    names.forEach((name, row) => {
      element(svg, "text", { x: left - GAP, y: y(row) + 4, "text-anchor": "end" }, fitted(name, longest + 1));
    });
    series.forEach(({ values, spread, color }, k) => values.forEach((value, row) => {
      const middle = y(row, isFromZero ? 0.5 : (k + 1) / (series.length + 1)), tone = Array.isArray(color) ? color[row] : color;
      if (isFromZero) {
        const from = Math.min(x(0), x(value));
        element(svg, "rect", { x: from, width: Math.max(Math.abs(x(value) - x(0)), 0.5), y: y(row, 0.18), height: 0.64 * ROW, fill: tone });
      } else element(svg, "circle", { cx: x(value), cy: middle, r: 4, fill: tone });
      if (!spread) return;
      element(svg, "path", { class: "whiskers", stroke: isFromZero ? "var(--ink)" : tone, d: `M${x(value - spread[row])},${middle}H${x(value + spread[row])}` });
    }));
  };

  return { draw };
})();
