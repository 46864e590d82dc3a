/** A support shot beside the image: the nearest one by itself, or the one that was chosen; zoom and pan go together both ways. */

import { fingerprintOf, nearest } from './nearest.js';
import { createStage } from './stage.js';
import { say } from './texts.js';

class Beside {
  /** @type {Map<string, Promise<Float32Array | null>>} fingerprints of the shots: few, and kept as long as the page */
  #prints = new Map();
  #turn = 0;
  #following = false;
  #stage = null;
  #shown = '';

  /** @param {any} main the image's stage @param {HTMLElement} host @param {HTMLElement} caption @param {{id: string, name: string}[]} shots */
  constructor(main, host, caption, shots) {
    Object.assign(this, { main, host, caption, shots });
    main.onMove = main.onShow = () => this.#lead(main, this.#stage);
  }

  /**
   * @param {boolean} on
   * @param {string} image whose neighbour is looked for
   * @param {number | null} [chosen] a shot instead of the nearest
   */
  async show(on, image, chosen = null) {
    const turn = ++this.#turn;
    this.host.hidden = !on || !this.shots.length;
    if (this.host.hidden) return null;
    this.#stage ??= this.#create();
    const index = chosen ?? (await this.#nearestTo(image));
    if (turn !== this.#turn) return null;
    const shot = this.shots[index] ?? this.shots[0];
    const at = this.shots.indexOf(shot);
    this.caption.textContent = chosen === null && index >= 0 ? say('NearestNormalShotOf', at + 1, this.shots.length, shot.name) : say('NormalShotOf', at + 1, this.shots.length, shot.name);
    if (this.#shown === shot.id) this.#lead(this.main, this.#stage);
    else this.#stage.show({ imageUrl: `/api/v1/images/${shot.id}/view`, alt: say('NormalShot', shot.name) });
    this.#shown = shot.id;
    return at;
  }

  dispose() {
    this.#turn++;
    this.main.onMove = this.main.onShow = null;
    this.#stage?.dispose();
  }

  #create() {
    const stage = createStage(this.host.querySelector('[data-part=beside-stage]'));
    stage.set({ heatmap: false, contour: false });
    // The picture of the shot comes after the image's: it takes the view that the person has by then.
    stage.onShow = () => this.#lead(this.main, stage);
    stage.onMove = () => this.#lead(stage, this.main);
    return stage;
  }

  #lead(from, to) {
    if (this.#following || !to || this.host.hidden) return;
    this.#following = true;
    to.follow(from);
    this.#following = false;
  }

  async #nearestTo(image) {
    const quiet = (id) => fingerprintOf(id).catch(() => null);
    for (const { id } of this.shots) if (!this.#prints.has(id)) this.#prints.set(id, quiet(id));
    const [own, ...among] = await Promise.all([quiet(image), ...this.shots.map(({ id }) => this.#prints.get(id))]);
    return own ? nearest(own, among) : -1;
  }
}

export function createBeside(main, host, caption, shots) {
  return new Beside(main, host, caption, shots);
}
