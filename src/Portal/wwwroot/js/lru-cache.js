/**
 * A least-recently-used cache with a budget in weight, not in entries: one 40-megapixel image counts for many small ones.
 * @template V
 */
export class LruCache {
  /** @type {Map<string, {value: V, weight: number}>} */
  #entries = new Map();
  #weight = 0;

  /**
   * @param {number} budget
   * @param {(value: V) => void} [onEvict] may keep the value alive elsewhere; the cache forgets it either way
   */
  constructor(budget, onEvict = () => {}) {
    this.budget = budget;
    this.onEvict = onEvict;
  }

  get size() {
    return this.#entries.size;
  }

  /** @param {string} key @returns {V | undefined} */
  get(key) {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry); // now the youngest
    return entry.value;
  }

  has(key) {
    return this.#entries.has(key);
  }

  /** @param {V} value */
  holds(value) {
    for (const entry of this.#entries.values()) if (entry.value === value) return true;
    return false;
  }

  /** The newest entry stays even when it alone exceeds the budget: it is about to be shown. */
  set(key, value, weight = 1) {
    this.delete(key);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.budget || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key) {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    this.onEvict(entry.value);
  }

  clear() {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
