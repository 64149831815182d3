"use strict";
// Paints predictions over the plane under a Plotly figure, in a few milliseconds; Plotly itself takes fifty.
const ridgenetSurface = (() => {
  const LINE = "#222222", LINE_WIDTH = 2.5, RING = "#C00000", RING_RADIUS = 7;

  const channels = color => [1, 3, 5].map(start => parseInt(color.slice(start, start + 2), 16));

  /** Colours of the integers from 0 to the last value of the scale, as red, green, blue, red, ... */
  const paletteOf = scale => {
    const n = scale[scale.length - 1][0] + 1;
    const palette = new Uint8Array(3 * n);
    let upper = 1;
    for (let value = 0; value < n; value++) {
      while (upper < scale.length - 1 && value > scale[upper][0]) upper++;
      const [low, below] = scale[upper - 1], [high, above] = scale[upper];
      const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
      const from = channels(below), to = channels(above);
      for (let k = 0; k < 3; k++) palette[3 * value + k] = from[k] + share * (to[k] - from[k]);
    }
    return palette;
  };

  /** Segments of the contour at a level, by marching squares. */
  const levelLine = (values, level) => {
    const pieces = [];
    const at = (a, b) => (level - a) / (b - a);
    for (let row = 0; row + 1 < values.length; row++) {
      for (let column = 0; column + 1 < values[row].length; column++) {
        const a = values[row][column], b = values[row][column + 1];
        const c = values[row + 1][column + 1], d = values[row + 1][column];
        const ends = [];
        if ((a < level) !== (b < level)) ends.push([column + at(a, b), row]);
        if ((b < level) !== (c < level)) ends.push([column + 1, row + at(b, c)]);
        if ((d < level) !== (c < level)) ends.push([column + at(d, c), row + 1]);
        if ((a < level) !== (d < level)) ends.push([column, row + at(a, d)]);
        for (let k = 0; k + 1 < ends.length; k += 2) pieces.push([ends[k], ends[k + 1]]);
      }
    }
    return pieces;
  };

  const canvasUnder = figure => {
    const found = figure.parentElement.querySelector(":scope > canvas");
    if (found) return found;
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.position = "absolute";
    figure.parentElement.style.position = "relative";
    if (getComputedStyle(figure).position === "static") figure.style.position = "relative";
    figure.parentElement.insertBefore(canvas, figure);
    return canvas;
  };

  /** Prepare a figure that has been drawn; return a function that paints values, and rings around points, under it. */
  return (figure, { scale, line }) => {
    const canvas = canvasUnder(figure);
    const palette = paletteOf(scale);
    const small = document.createElement("canvas");
    let shown = null;

    const paint = () => {
      if (!shown || !figure._fullLayout) return;
      const { l, t, w, h } = figure._fullLayout._size;
      const sharp = window.devicePixelRatio || 1;
      canvas.width = Math.round(w * sharp);
      canvas.height = Math.round(h * sharp);
      Object.assign(canvas.style, {
        left: `${figure.offsetLeft + l}px`, top: `${figure.offsetTop + t}px`, width: `${w}px`, height: `${h}px`,
      });
      const paper = canvas.getContext("2d");
      const { surface, wrong } = shown;
      const rows = surface.length, columns = surface[0].length;
      small.width = columns;
      small.height = rows;
      const image = new ImageData(columns, rows);
      surface.forEach((values, row) => values.forEach((value, column) => {
        // images start at the top, axes at the bottom
        const start = 4 * ((rows - 1 - row) * columns + column);
        for (let k = 0; k < 3; k++) image.data[start + k] = palette[3 * value + k];
        image.data[start + 3] = 255;
      }));
      small.getContext("2d").putImageData(image, 0, 0);
      paper.scale(sharp, sharp);
      // the outermost values lie on the edges: half of their squares is outside
      const dx = w / (columns - 1), dy = h / (rows - 1);
      paper.imageSmoothingEnabled = true;
      paper.drawImage(small, -dx / 2, -dy / 2, columns * dx, rows * dy);
      if (line !== null) {
        paper.beginPath();
        for (const [from, to] of levelLine(surface, line)) {
          paper.moveTo(from[0] * dx, h - from[1] * dy);
          paper.lineTo(to[0] * dx, h - to[1] * dy);
        }
        Object.assign(paper, { strokeStyle: LINE, lineWidth: LINE_WIDTH, lineCap: "round" });
        paper.stroke();
      }
      if (wrong) {
        const { xaxis, yaxis } = figure._fullLayout;
        paper.strokeStyle = RING;
        paper.lineWidth = 1.3;
        wrong[0].forEach((x, point) => {
          paper.beginPath();
          paper.arc(xaxis.l2p(x), yaxis.l2p(wrong[1][point]), RING_RADIUS, 0, 2 * Math.PI);
          paper.stroke();
        });
      }
    };
    figure.removeAllListeners("plotly_afterplot");
    figure.on("plotly_afterplot", paint);
    return (surface, wrong) => {
      shown = { surface, wrong };
      paint();
    };
  };
})();
