"use strict";
// The charts that Python has prepared, with colours.
const ridgenetFigures = (() => {
  const { COLORS, DASH, at, draw, legend } = ridgenetChart;
  const colored = tone => Array.isArray(tone) ? tone.map(k => COLORS[k]) : COLORS[tone];

  /** Return a line with what charts need of it. */
  const styled = ({ tone, isDashed, values, ...line }) => ({
    ...line, color: COLORS[tone], dash: isDashed ? DASH : undefined, values: values.map(value => value ?? NaN),
  });

  /**
   * Draw a chart, or bars, into the <svg> with this id.
   * @returns {(index: number) => void} moves the line at the current λ, if it is a chart over λ
   */
  const drawIn = (id, chart, onChoose) => {
    if (chart.names) {
      const series = chart.series.map(({ tone, ...each }) => ({ ...each, color: colored(tone) }));
      ridgenetBars.draw(at(id), { ...chart, series });
      legend(at(`${id}-legend`), series);
      return () => {};
    }
    const lines = chart.lines.map(styled);
    legend(at(`${id}-legend`), lines.length > 1 ? lines : []);
    return draw(at(id), { ...chart, lines }, chart.alphas && onChoose);
  };

  return { drawIn };
})();
