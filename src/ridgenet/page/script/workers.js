"use strict";
// Run the tasks of paths in web workers, made from the text of these scripts, so that a page works from a file.
const ridgenetWorkers = (() => {
  let kernels;

  /** Return the address of a worker that has these scripts, and answers messages by one of their functions. */
  const addressOf = (source, answer) =>
    URL.createObjectURL(new Blob([source, `\nonmessage = ${answer};`], { type: "text/javascript" }));

  /** What a worker does: run tasks. */
  const answer = async ({ data: { id, problem, task } }) => {
    try {
      kernels ??= await ridgenetKernels.load();
      postMessage({ id, result: ridgenetPath.run(kernels, problem, task) });
    } catch (error) {
      postMessage({ id, error: error.message });
    }
  };

  /** Workers that share the tasks of paths. */
  class Pool {
    /**
     * @param {string} source  the text of the scripts
     * @param {number} [nWorkers]  by default as many as there are processors, from 2 to 8
     */
    constructor(source, nWorkers = Math.min(Math.max(navigator.hardwareConcurrency || 2, 2), 8)) {
      this._address = addressOf(source, "ridgenetWorkers.answer");
      this._waiting = [];
      this._tasks = new Map();
      this._idle = [];
      this._nextId = 0;
      this._workers = Array.from({ length: nWorkers }, () => this._started());
    }

    /** Run a task of a problem in the next idle worker. */
    run(problem, task) {
      return new Promise((resolve, reject) => {
        this._waiting.push({ id: this._nextId++, problem, task, resolve, reject });
        this._assign();
      });
    }

    /** Forget all tasks, which then never end; those that run are stopped. */
    cancel() {
      this._waiting = [];
      if (this._tasks.size === 0) return;
      this._tasks.clear();
      this._idle = [];
      for (const worker of this._workers) worker.terminate();
      this._workers = this._workers.map(() => this._started());
    }

    _started() {
      const worker = new Worker(this._address);
      worker.onmessage = ({ data: { id, result, error } }) => {
        const task = this._tasks.get(id);
        this._tasks.delete(id);
        this._idle.push(worker);
        if (error === undefined) task.resolve(result); else task.reject(new Error(error));
        this._assign();
      };
      worker.onerror = event => {
        for (const { reject } of this._tasks.values()) reject(new Error(event.message || "a worker did not start"));
        this._tasks.clear();
      };
      this._idle.push(worker);
      return worker;
    }

    _assign() {
      while (this._idle.length > 0 && this._waiting.length > 0) {
        const { id, problem, task, ...waiting } = this._waiting.shift();
        this._tasks.set(id, waiting);
        this._idle.pop().postMessage({ id, problem, task });
      }
    }
  }

  return { Pool, addressOf, answer };
})();
