"use strict";
// The plane of two inputs on a canvas: the predicted class by colour, its probability by how strong the colour is, the
// decision boundary, and the points, which can be dragged, added and relabelled.
const ridgenetPlane = (() => {
  const COLORS = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]];
  const RADIUS = 5, NEAR = 9;
  const { labelOf } = ridgenetNumbers;

  class Plane {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {{moved: (row, point) => void, added: (point) => void, relabelled: (row) => void, ended: () => void}}
     *   [edits]  told what is done with the points; without it, they stay as they are
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
      }
      new ResizeObserver(() => this.paint()).observe(canvas);
    }

    /** Show other samples, and all of them unless the view is to be kept. */
    setSamples(X, y, keepsView = false) {
      Object.assign(this, { X, y, ring: [] });
      if (keepsView && this.low) return;
      const extent = k => [Math.min(...X.map(point => point[k])), Math.max(...X.map(point => point[k]))];
      const spans = [0, 1].map(extent), size = Math.max(...spans.map(([low, high]) => high - low)) * 1.16 || 1;
      this.low = spans.map(([low, high]) => (low + high - size) / 2);
      this.size = size;
      this.outputs = null;
    }

    /** Show no samples, but the same part of the plane as another. */
    viewAs({ low, size }) {
      Object.assign(this, { X: [], y: [], ring: [], low, size });
    }

    /** Points of a grid, row after row from the bottom, at which `outputs` must be given. */
    get gridPoints() {
      const { _steps: steps } = this, at = (k, step) => this.low[k] + (step + 0.5) / steps * this.size;
      return Array.from({ length: steps * steps }, (_, k) => [at(0, k % steps), at(1, Math.floor(k / steps))]);
    }

    /**
     * Shade by probabilities at the points of the grid: of the second of two classes, or of all.
     * @param {ArrayLike<number>} outputs
     * @param {boolean[]} ring  points to mark, such as those predicted wrongly
     * @param {(k: number, label: number) => number} [opacityOf]  from 0 to 255; by default the stronger, the more certain
     */
    shade(outputs, ring = [], opacityOf = null) {
      Object.assign(this, { outputs, ring });
      const { _steps: steps } = this, context = this._shading.getContext("2d");
      const image = context.createImageData(steps, steps), nOutputs = outputs.length / steps ** 2;
      for (let k = 0; k < steps ** 2; k++) {
        const label = labelOf(outputs, k, nOutputs), certainty = nOutputs === 1
          ? Math.abs(2 * outputs[k] - 1) : (outputs[k * nOutputs + label] * nOutputs - 1) / (nOutputs - 1);
        const pixel = 4 * ((steps - 1 - Math.floor(k / steps)) * steps + k % steps);
        image.data.set([...COLORS[label % COLORS.length], opacityOf ? opacityOf(k, label) : 40 + 150 * certainty], pixel);
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
      const ink = style.color;
      this.X.forEach((point, row) => {
        const [x, y] = this._place(point).map(value => value * size);
        context.beginPath();
        this._shape(context, x, y, RADIUS * ratio, this.y[row]);
        context.fillStyle = `rgb(${COLORS[this.y[row] % COLORS.length]})`;
        context.fill();
        context.lineWidth = ratio;
        context.strokeStyle = "#fff";
        context.stroke();
        if (!this.ring[row]) return;
        context.beginPath();
        context.arc(x, y, 1.9 * RADIUS * ratio, 0, 2 * Math.PI);
        context.lineWidth = 1.8 * ratio;
        context.strokeStyle = ink;
        context.stroke();
      });
    }

    // classes differ in shape, too, for those who see no difference in colour
    _shape(context, x, y, radius, label) {
      if (label % 3 === 0) context.arc(x, y, radius, 0, 2 * Math.PI);
      else if (label % 3 === 1) context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
      else {
        context.moveTo(x, y - 1.2 * radius);
        context.lineTo(x + 1.1 * radius, y + 0.9 * radius);
        context.lineTo(x - 1.1 * radius, y + 0.9 * radius);
        context.closePath();
      }
    }

    /** Place of a point as fractions of width and height. */
    _place([a, b]) {
      return [(a - this.low[0]) / this.size, 1 - (b - this.low[1]) / this.size];
    }

    _point(event) {
      const { left, top, width } = this._canvas.getBoundingClientRect();
      const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / width];
      return [this.low[0] + x * this.size, this.low[1] + (1 - y) * this.size];
    }

    _rowAt(event) {
      const { left, top, width } = this._canvas.getBoundingClientRect();
      let found = -1, nearest = NEAR;
      this.X.forEach((point, row) => {
        const [x, y] = this._place(point).map(value => value * width);
        const distance = Math.hypot(event.clientX - left - x, event.clientY - top - y);
        if (distance < nearest) [found, nearest] = [row, distance];
      });
      return found;
    }

    _begin(event, edits) {
      if (!this.X || event.button > 0) return;
      const row = this._rowAt(event);
      if (row < 0) return edits.added(this._point(event));
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
  }

  return { COLORS, Plane };
})();
