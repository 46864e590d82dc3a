/**
 * What is away, and the looks whether it is back: first soon, then ever more seldom. Without a browser: asking and the clock come from outside.
 * @typedef {'database' | 'blobs' | 'disk'} Part
 */

/** Seconds before each look; the last one stays. */
export const PAUSES_S = [1, 2, 3, 5, 8, 10];

export class OutageWatch {
  /** @type {Set<Part>} */ #away = new Set();
  /** @type {Promise<void> | null} */ #look = null;
  #looks = 0;
  #timer = 0;
  #isTold = false;

  /** Whether it is being looked at the moment. */
  isLooking = false;

  /**
   * @param {object} ports
   * @param {(part: Part) => Promise<boolean>} ports.works asks; rejects when nothing answers at all
   * @param {() => void} ports.changed
   * @param {() => void} ports.over everything works again
   * @param {(run: () => void, ms: number) => any} [ports.later] @param {(timer: any) => void} [ports.never]
   */
  constructor({ works, changed, over, later = (run, ms) => setTimeout(run, ms), never = (timer) => clearTimeout(timer) }) {
    Object.assign(this, { works, changed, over, later, never });
  }

  /** @returns {Part[]} */
  get away() {
    return [...this.#away];
  }

  /** Seconds from the last look, or from the beginning, to the next look. */
  get pause() {
    return PAUSES_S[Math.min(this.#looks, PAUSES_S.length - 1)];
  }

  /** Somebody has met it: that needs no look to be believed. @param {Part} part */
  met(part) {
    if (this.#away.has(part)) return;
    this.#away.add(part);
    this.#looks = 0;
    if (!this.isLooking) this.#settle();
  }

  /** Looks at once. @param {Part[]} [parts] that may be away, beside those that are */
  look(parts = []) {
    this.#look ??= this.#ask(new Set([...parts, ...this.#away])).then(() => {
      this.#look = null;
      this.isLooking = false;
      this.#looks++;
      this.#settle();
    });
    return this.#look;
  }

  async #ask(parts) {
    this.never(this.#timer);
    this.isLooking = true;
    if (this.#isTold) this.changed();
    await Promise.all([...parts].map(async (part) => {
      try {
        if (await this.works(part)) this.#away.delete(part);
        else this.#away.add(part);
      } catch {
        // No answer at all says nothing of what lies behind: it is as it was.
      }
    }));
  }

  #settle() {
    if (this.#away.size) {
      this.#isTold = true;
      this.never(this.#timer);
      this.#timer = this.later(() => void this.look(), this.pause * 1000);
      this.changed();
      return;
    }
    this.#looks = 0;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.changed();
    this.over();
  }
}
