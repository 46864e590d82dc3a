/** Runs at most a few tasks at once, in the order asked; a task whose signal is aborted before its turn never starts. */
export class FetchPool {
  #running = 0;
  /** @type {{task: () => Promise<any>, signal?: AbortSignal, resolve: Function, reject: Function}[]} */
  #waiting = [];

  /** @param {number} limit */
  constructor(limit) {
    this.limit = limit;
  }

  /** @template T @param {() => Promise<T>} task @param {AbortSignal} [signal] @returns {Promise<T>} */
  run(task, signal) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, signal, resolve, reject });
      this.#next();
    });
  }

  #next() {
    while (this.#running < this.limit && this.#waiting.length) {
      const { task, signal, resolve, reject } = this.#waiting.shift();
      if (signal?.aborted) {
        reject(new DOMException('No longer wanted', 'AbortError'));
        continue;
      }
      this.#running++;
      // A task that throws before its first await is a failure like any other.
      Promise.resolve()
        .then(task)
        .then(resolve, reject)
        .finally(() => {
          this.#running--;
          this.#next();
        });
    }
  }
}
