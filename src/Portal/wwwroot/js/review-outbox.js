/**
 * Verdicts on their way to the server, one after the other. One that cannot be sent is kept, also over a reload, and sent again;
 * the server knows each by its clientId and takes it once.
 */

const WAITS_MS = [500, 1000, 2000, 5000, 10000];
/** Busy, restarting, without room, signed out: the same request will do later. */
const PASSING = new Set([0, 401, 408, 429, 500, 502, 503, 504, 507]);

/**
 * @typedef {object} Entry
 * @property {string} clientId @property {string} result @property {object} body
 */

export class ReviewOutbox {
  /** @type {Entry[]} */
  #entries;
  #sending = null;
  #timer = 0;
  #failures = 0;
  #stopped = false;

  /**
   * @param {object} parts
   * @param {(entry: Entry) => Promise<{status: number, message?: string}>} parts.send status 0 = the network failed
   * @param {{getItem: Function, setItem: Function, removeItem: Function}} parts.storage
   * @param {string} parts.key @param {(entry: Entry, answer: object) => void} parts.done @param {(waiting: number, status: number) => void} parts.changed
   * @param {(run: Function, ms: number) => any} [parts.later]
   */
  constructor({ send, storage, key, done, changed, later = (run, ms) => setTimeout(run, ms) }) {
    Object.assign(this, { send, storage, key, done, changed, later });
    this.#entries = this.#read();
  }

  /** How many are not with the server yet. */
  get waiting() {
    return this.#entries.length;
  }

  /** Sends what an earlier page has left. */
  start() {
    void this.#work();
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#entries.push(entry);
    this.#write();
    void this.#work();
  }

  /** Takes one back before it is sent. @param {string} result @returns {boolean} false when it has gone out, or was never here */
  cancel(result) {
    const at = this.#entries.findLastIndex((entry) => entry.result === result && entry !== this.#sending);
    if (at < 0) return false;
    this.#entries.splice(at, 1);
    this.#write();
    this.changed(this.waiting, 200);
    return true;
  }

  /** Once nothing of a result is under way. @param {string} result */
  async settled(result) {
    while (this.#entries.some((entry) => entry.result === result)) await new Promise((run) => setTimeout(run, 20));
  }

  /** Now, not after the wait: the network is back. */
  retry() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    void this.#work();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #work() {
    if (this.#sending || this.#timer || this.#stopped) return;
    while (this.#entries.length && !this.#stopped) {
      const entry = (this.#sending = this.#entries[0]);
      const answer = await this.send(entry);
      this.#sending = null;
      if (PASSING.has(answer.status)) {
        this.changed(this.waiting, answer.status);
        const wait = WAITS_MS[Math.min(this.#failures++, WAITS_MS.length - 1)];
        this.#timer = this.later(() => this.retry(), wait);
        return;
      }
      this.#failures = 0;
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      this.#write();
      this.changed(this.waiting, answer.status);
      this.done(entry, answer);
    }
  }

  #read() {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((entry) => entry?.clientId && entry.result && entry.body) : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      if (this.#entries.length) this.storage.setItem(this.key, JSON.stringify(this.#entries));
      else this.storage.removeItem(this.key);
    } catch {
      // Storage is full or forbidden: the page itself still keeps them.
    }
  }
}
