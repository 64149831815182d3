"use strict";
// A plane on a canvas: the predicted class by colour, its probability by how strong the colour is, or the predicted number
// by its colour; and the points, which can be dragged, added and relabelled.
const ridgenetPlane = (() => {
  const COLORS = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [91, 79, 176]];
  const SMALL = [34, 94, 168], MIDDLE = [222, 222, 216], LARGE = [204, 91, 0];
  const RADIUS = 5, NEAR = 9, MANY = 300, MOST_NAMED = 18, MARGIN = 0.08, STEP = 0.01;
  const { labelOf } = ridgenetNumbers, { Axis, fitted, readable } = ridgenetChart;

  /** Return the colour of a number: its place between the smallest and the largest. */
  const colorOf = (value, [low, high]) => {
    const place = Math.min(Math.max((value - low) / (high - low || 1), 0), 1), half = 2 * place - (place < 0.5 ? 0 : 1);
    const [from, to] = place < 0.5 ? [SMALL, MIDDLE] : [MIDDLE, LARGE];
    return from.map((channel, k) => Math.round(channel + half * (to[k] - channel)));
  };

  // after six classes, colours are used again with other shapes
  const shapeOf = label => (label + Math.floor(label / COLORS.length)) % 3;

  class Plane {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {{moved: (row, point) => void, added: (point) => void, relabelled: (row) => void, ended: () => void,
     *   crossed: (point, row) => void}} [edits]  told what is done with the points; without it, they stay as they are
     * @param {number} [steps]  of the grid that is shaded, along each side
     */
    constructor(canvas, edits, steps = 110) {
      this._steps = steps;
      this._canvas = canvas;
      this._context = canvas.getContext("2d");
      this._shading = new OffscreenCanvas(steps, steps);
      if (edits) {
        canvas.onpointerdown = event => this._begin(event, edits);
        canvas.onpointermove = event => this._drag(event, edits);
        canvas.onpointerup = canvas.onpointercancel = () => this._end(edits);
        canvas.onkeydown = event => this._press(event, edits);
        canvas.onfocus = () => this.paint();
        canvas.onblur = () => this._drop(edits);
      }
      new ResizeObserver(() => this.paint()).observe(canvas);
    }

    /**
     * Show other samples, all of them; both axes have the same unit.
     * @param {number[][]} X
     * @param {number[]} y  numbers of classes
     */
    setSamples(X, y) {
      Object.assign(this, { X, y, numbers: null, names: null, isMovable: true, ring: [], _carried: undefined, _cross: null });
      const extent = k => [Math.min(...X.map(point => point[k])), Math.max(...X.map(point => point[k]))];
      const spans = [0, 1].map(extent), size = Math.max(...spans.map(([low, high]) => high - low)) * (1 + 2 * MARGIN) || 1;
      this.low = spans.map(([low, high]) => (low + high - size) / 2);
      this.sizes = [size, size];
      this.outputs = null;
    }

    /**
     * Show samples in a given part of the plane, with its axes.
     * @param {{X, y, low, high, names}} view
     * @param {boolean} [isMovable]  whether points can be moved, added and relabelled
     */
    setView({ X, y, low, high, names }, isMovable = false) {
      Object.assign(this, { X, y, names, isMovable, numbers: null, ring: [], outputs: null, _carried: undefined });
      Object.assign(this, { low, sizes: high.map((value, k) => value - low[k]), _cross: null });
    }

    /** Show other samples in the same view. */
    setPoints(X, y) {
      Object.assign(this, { X, y, ring: [], _carried: undefined });
    }

    /** Show no samples, but the same part of the plane as another. */
    viewAs({ low, sizes }) {
      Object.assign(this, { X: [], y: [], ring: [], low, sizes });
    }

    /** Points of a grid, row after row from the bottom, at which `outputs` must be given. */
    get gridPoints() {
      const { _steps: steps } = this, at = (k, step) => this.low[k] + (step + 0.5) / steps * this.sizes[k];
      return Array.from({ length: steps * steps }, (_, k) => [at(0, k % steps), at(1, Math.floor(k / steps))]);
    }

    /**
     * Shade by outputs at the points of the grid: probabilities of the second of two classes, or of all, or numbers.
     * @param {ArrayLike<number>} outputs
     * @param {boolean[]} ring  points to mark, such as those predicted wrongly
     * @param {(k: number, label: number) => number} [opacityOf]  from 0 to 255; by default the stronger, the more certain
     */
    shade(outputs, ring = [], opacityOf = null) {
      Object.assign(this, { outputs, ring });
      const { _steps: steps } = this, context = this._shading.getContext("2d");
      const image = context.createImageData(steps, steps), nOutputs = outputs.length / steps ** 2;
      const { data } = image;
      for (let k = 0; k < steps ** 2; k++) {
        const label = this.numbers ? 0 : labelOf(outputs, k, nOutputs), certainty = nOutputs === 1
          ? Math.abs(2 * outputs[k] - 1) : (outputs[k * nOutputs + label] * nOutputs - 1) / (nOutputs - 1);
        const [red, green, blue] = this.numbers ? colorOf(outputs[k * nOutputs], this.numbers) : COLORS[label % COLORS.length];
        // images start at the top
        const pixel = 4 * ((steps - 1 - Math.floor(k / steps)) * steps + k % steps);
        data[pixel] = red;
        data[pixel + 1] = green;
        data[pixel + 2] = blue;
        data[pixel + 3] = this.numbers ? 255 : opacityOf ? opacityOf(k, label) : 40 + 150 * certainty;
      }
      context.putImageData(image, 0, 0);
      this.paint();
    }

    paint() {
      const { _canvas: canvas, _context: context } = this, ratio = window.devicePixelRatio || 1;
      const size = Math.round(canvas.clientWidth * ratio);
      if (!size || !this.X) return;
      canvas.width = canvas.height = size;
      const style = getComputedStyle(canvas);
      context.fillStyle = style.backgroundColor;
      context.fillRect(0, 0, size, size);
      if (this.outputs) {
        context.imageSmoothingEnabled = true;
        context.drawImage(this._shading, 0, 0, size, size);
      }
      const radius = (this.X.length > MANY ? 0.7 : 1) * RADIUS * ratio;
      this.X.forEach((point, row) => {
        const [x, y] = this._place(point).map(value => value * size);
        context.beginPath();
        this._shape(context, x, y, radius, this.numbers ? 0 : this.y[row]);
        context.fillStyle = `rgb(${this.numbers ? colorOf(this.y[row], this.numbers) : COLORS[this.y[row] % COLORS.length]})`;
        context.fill();
        context.lineWidth = ratio;
        context.strokeStyle = this.numbers ? "#444" : "#fff";
        context.stroke();
        if (!this.ring[row]) return;
        context.beginPath();
        context.arc(x, y, 1.9 * radius, 0, 2 * Math.PI);
        context.lineWidth = 1.8 * ratio;
        context.strokeStyle = style.color;
        context.stroke();
      });
      if (this.names) this._paintAxes(context, size, ratio, style);
      if (this._cross && document.activeElement === canvas) this._paintCross(context, size, ratio, style);
    }

    _paintCross(context, size, ratio, style) {
      const [x, y] = this._place(this._cross).map(value => value * size), arm = 2.5 * RADIUS * ratio;
      context.beginPath();
      context.moveTo(x - arm, y);
      context.lineTo(x + arm, y);
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
      Object.assign(context, { lineWidth: 2 * ratio, strokeStyle: style.color });
      context.stroke();
    }

    /** Write the numbers and names of both axes inside of the picture, along its left and its lower edge. */
    _paintAxes(context, size, ratio, style) {
      const margin = 7 * ratio, spaced = 62 * ratio;
      Object.assign(context, {
        font: `${12 * ratio}px system-ui, sans-serif`, fillStyle: style.color, strokeStyle: style.backgroundColor, lineWidth: 3 * ratio,
      });
      const write = (text, x, y, align) => {
        context.textAlign = align;
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
      };
      this.names.forEach((name, k) => {
        if (!name) return;
        const axis = new Axis(this.low[k], this.low[k] + this.sizes[k]), named = fitted(name, 0.7 * size / ratio);
        for (const tick of axis.ticks) {
          const place = axis.place(tick) * size;
          if (place < spaced / 2 || place > size - (k ? spaced : spaced / 3)) continue;
          if (k === 0) write(readable(tick), place, size - margin, "center");
          else write(readable(tick), margin, size - place, "left");
        }
        if (k === 0) write(named, size - margin, size - 3 * margin, "right");
        else write(named, margin, 2.2 * margin, "left");
      });
    }

    // classes differ in shape, too, for those who see no difference in colour
    _shape(context, x, y, radius, label) {
      const shape = shapeOf(label);
      if (shape === 0) context.arc(x, y, radius, 0, 2 * Math.PI);
      else if (shape === 1) context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
      else {
        context.moveTo(x, y - 1.2 * radius);
        context.lineTo(x + 1.1 * radius, y + 0.9 * radius);
        context.lineTo(x - 1.1 * radius, y + 0.9 * radius);
        context.closePath();
      }
    }

    /** Place of a point as fractions of width and height. */
    _place([a, b]) {
      return [(a - this.low[0]) / this.sizes[0], 1 - (b - this.low[1]) / this.sizes[1]];
    }

    _point(event) {
      const { left, top, width } = this._canvas.getBoundingClientRect();
      const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / width];
      return [this.low[0] + x * this.sizes[0], this.low[1] + (1 - y) * this.sizes[1]];
    }

    /** Index of the row whose point is within reach of another; -1 if there is none. */
    _rowAt(place) {
      const { width } = this._canvas.getBoundingClientRect(), [left, top] = this._place(place);
      let found = -1, nearest = NEAR;
      this.X.forEach((point, row) => {
        const [x, y] = this._place(point), distance = width * Math.hypot(left - x, top - y);
        if (distance < nearest) [found, nearest] = [row, distance];
      });
      return found;
    }

    _begin(event, edits) {
      if (!this.X || !this.isMovable || event.button > 0) return;
      const point = this._point(event), row = this._rowAt(point);
      if (row < 0) return edits.added(point);
      this._dragged = { row, moves: 0 };
      this._canvas.setPointerCapture(event.pointerId);
    }

    _drag(event, edits) {
      if (!this._dragged) return;
      this._dragged.moves += 1;
      if (this._dragged.moves > 2) edits.moved(this._dragged.row, this._point(event));
    }

    _end(edits) {
      if (!this._dragged) return;
      const { row, moves } = this._dragged;
      this._dragged = null;
      if (moves > 2) edits.ended(); else edits.relabelled(row);
    }

    /** Keys do what the mouse does: arrows move a cross, Enter adds or relabels at it, Space picks up and drops a point. */
    _press(event, edits) {
      const { key, shiftKey } = event, step = shiftKey ? 5 * STEP : STEP;
      const directions = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (!this.X || !this.isMovable || !(key in directions || ["Enter", " ", "Escape"].includes(key))) return;
      event.preventDefault();
      this._cross ??= this.low.map((low, k) => low + this.sizes[k] / 2);
      const row = this._rowAt(this._cross);
      if (key in directions) {
        this._cross = this._cross.map((value, k) =>
          Math.min(Math.max(value + directions[key][k] * this.sizes[k], this.low[k]), this.low[k] + this.sizes[k]));
        if (this._carried !== undefined) edits.moved(this._carried, this._cross);
        edits.crossed(this._cross, this._carried ?? this._rowAt(this._cross));
        this.paint();
      } else if (key === "Escape") {
        this._drop(edits);
      } else if (key === "Enter") {
        if (row < 0) edits.added(this._cross); else edits.relabelled(row);
      } else if (this._carried === undefined) {
        if (row >= 0) this._carried = row;
      } else this._drop(edits);
    }

    _drop(edits) {
      if (this._carried !== undefined) {
        this._carried = undefined;
        edits.ended();
      }
      this.paint();
    }
  }

  /** Fill an element with the names of classes, each with the shape and colour of its points. */
  const legend = (container, classes) => container.replaceChildren(...classes.slice(0, MOST_NAMED).map((name, label) => {
    const entry = document.createElement("span"), sign = document.createElement("b");
    entry.className = `tone-${label % COLORS.length + 1}`;
    sign.textContent = "●■▲"[shapeOf(label)];
    entry.append(sign, ` ${name}`);
    return entry;
  }), classes.length > MOST_NAMED ? ` … ${classes.length}` : "");

  return { COLORS, Plane, legend };
})();
