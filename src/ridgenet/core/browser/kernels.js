"use strict";
// The compiled kernels in a page or a worker: their memory, and the structs through which they take arguments.
//
// Field names and layouts are those of Python (`RIDGENET`, which `ridgenet.core.browser` writes), so an objective is
// { layer_sizes, activation, loss, … } here as there. Numbers are plain numbers; arrays belong to the kernels' memory.
const ridgenetKernels = (() => {
  const LINE = 64, PAGE = 65536;
  const TYPES = { float64: Float64Array, float32: Float32Array, int64: BigInt64Array, uint64: BigUint64Array };

  /** An array in the memory of kernels. Growing memory detaches typed arrays, so `values` is a new view each time. */
  class KernelArray {
    constructor(memory, address, type, shape) {
      Object.assign(this, { memory, address, type, shape, length: shape.reduce((a, b) => a * b, 1) });
    }

    /** All numbers as a typed array, the rows of a matrix one after another. */
    get values() {
      return new TYPES[this.type](this.memory.buffer, this.address, this.length);
    }

    /** Replace the numbers by those of an array of the same length, or all by one number. */
    set(values) {
      if (typeof values === "number" || typeof values === "bigint") this.values.fill(this._number(values));
      else if (values.length !== this.length) throw new Error(`expected ${this.length} numbers, got ${values.length}`);
      else this.values.set(this._isWhole() ? Array.from(values, BigInt) : values);
      return this;
    }

    _isWhole() {
      return this.type === "int64" || this.type === "uint64";
    }

    _number(value) {
      return this._isWhole() ? BigInt(value) : value;
    }
  }

  /** An instance of the kernels with memory of its own. Browsers can hold few instances: reuse one by `reset`. */
  class Kernels {
    constructor(instance) {
      this._functions = instance.exports;
      this._memory = instance.exports.memory;
      this.reset();
    }

    /** Forget all arrays, whose memory is used again; they must not be used any more. */
    reset() {
      this._end = this._functions.__heap_base.value;
      this._structs = {};
    }

    /**
     * Return a new array of zeros, or of given numbers.
     * @param {string} type  "float64", "float32", "int64" or "uint64"
     * @param {number[]} shape  one length, or rows and columns
     * @param {ArrayLike<number>} [values]
     */
    array(type, shape, values) {
      const length = shape.reduce((a, b) => a * b, 1);
      const made = new KernelArray(this._memory, this._allocate(length * TYPES[type].BYTES_PER_ELEMENT), type, shape);
      return values === undefined ? made.set(0) : made.set(values);
    }

    /** Return a vector of given numbers. */
    vector(type, values) {
      return this.array(type, [values.length], values);
    }

    /** Return a matrix from an array of its rows, each with `width` numbers. */
    matrix(type, rows, width) {
      const uneven = rows.findIndex(row => row.length !== width);
      if (uneven >= 0) throw new Error(`row ${uneven} has ${rows[uneven].length} numbers, not ${width}`);
      return this.array(type, [rows.length, width], Float64Array.from(rows.flatMap(row => Array.from(row))));
    }

    /**
     * Call a kernel.
     * @param {string} name  that of the entry point in Python
     * @param {object} given  its arguments by name
     * @returns {number[]} its results
     * @throws {Error} with the message of the kernel, if it refuses its arguments
     */
    call(name, given) {
      const layout = RIDGENET.layouts[name];
      this._structs[name] ??= this._allocate(layout.size);
      const struct = new DataView(this._memory.buffer, this._structs[name], layout.size);
      let dtype = "float64", found = false;
      for (const field of layout.fields) {
        const value = field.path.reduce((group, part) => group?.[part], given);
        if (value === undefined) throw new Error(`${name} needs ${field.path.join(".")}`);
        if (field.dimensions > 0 && !(value instanceof KernelArray)) {
          throw new Error(`${name} needs ${field.path.join(".")} as an array of the kernels`);
        }
        if (field.kind === "data" && !found) [dtype, found] = [value.type, true];
        write(struct, field, value, dtype);
      }
      const message = this._functions[`${name}_${dtype}`](struct.byteOffset);
      if (message !== 0) throw new Error(textAt(this._memory.buffer, message));
      const after = new DataView(this._memory.buffer, struct.byteOffset, layout.size);
      return layout.results.map(({ kind, offset }) => kind === "float"
        ? after.getFloat64(offset, true) : Number(after.getBigInt64(offset, true)));
    }

    _allocate(bytes) {
      const address = Math.ceil(this._end / LINE) * LINE;
      this._end = address + bytes;
      const missing = this._end - this._memory.buffer.byteLength;
      if (missing > 0) this._memory.grow(Math.ceil(missing / PAGE));
      return address;
    }
  }

  /** Write an argument to its place in the struct: a number, or the address and shape of an array. */
  const write = (struct, { path, kind, dimensions, offset, shape }, value, dtype) => {
    const whole = (number, place) => struct.setBigInt64(place, BigInt(number), true);
    if (kind === "float") return struct.setFloat64(offset, value, true);
    if (kind === "int" || kind === "bool") return whole(value, offset);
    const type = kind === "data" ? dtype : kind;
    if (value.type !== type || value.shape.length !== dimensions) {
      throw new Error(`${path.join(".")} must be an array of ${type} with ${dimensions} dimensions`);
    }
    whole(value.address, offset);
    value.shape.forEach((length, axis) => whole(length, shape + 8 * axis));
  };

  /** Return the text that ends with NUL. */
  const textAt = (buffer, address) => {
    const rest = new Uint8Array(buffer, address);
    return new TextDecoder().decode(rest.subarray(0, rest.indexOf(0)));
  };

  const bytesOf = base64 => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  let compiled;

  /** Compile the embedded module, once; return a promise of kernels with new memory. */
  const load = async () => {
    compiled ??= WebAssembly.compile(bytesOf(RIDGENET.module));
    return new Kernels(await WebAssembly.instantiate(await compiled, {}));
  };

  return { load };
})();
