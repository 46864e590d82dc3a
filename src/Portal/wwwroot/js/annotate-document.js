/**
 * What is drawn, and every state it was in. States are never changed, so undo is a step back in a list.
 * @typedef {import('./annotate-geometry.js').Shape} Shape
 * @typedef {{shapes: Shape[], useBase: boolean}} State
 */

/** Steps that can be undone. */
const MOST_STEPS = 200;
export const MAX_SHAPES = 500;

/** As it is sent and compared: fields in one order, nothing that says nothing. @param {State} state */
export function plain({ shapes, useBase }) {
  return {
    shapes: shapes.map(({ tool, layer, points, radius, defectType }) => ({
      tool, layer, points, ...(tool === 'brush' || tool === 'erase' ? { radius } : {}), ...(defectType ? { defectType } : {}),
    })),
    useBase: useBase !== false,
  };
}

/** @param {State} a @param {State} b */
export const isSame = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

export class DrawnDocument {
  #state;
  #past = [];
  #future = [];

  /** @param {State} state @param {() => void} [onChange] told of every change, undo and redo among them */
  constructor(state = { shapes: [], useBase: true }, onChange = () => {}) {
    this.#state = plain(state);
    this.onChange = onChange;
  }

  get state() {
    return this.#state;
  }

  get shapes() {
    return this.#state.shapes;
  }

  get useBase() {
    return this.#state.useBase;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** @param {Shape} shape @returns {boolean} false when there are as many as may be */
  add(shape) {
    if (this.shapes.length >= MAX_SHAPES) return false;
    this.#put({ ...this.#state, shapes: [...this.shapes, shape] });
    return true;
  }

  /** @param {number} index @param {Shape} shape */
  replace(index, shape) {
    this.#put({ ...this.#state, shapes: this.shapes.map((old, i) => (i === index ? shape : old)) });
  }

  /** @param {number} index */
  remove(index) {
    this.#put({ ...this.#state, shapes: this.shapes.filter((_, i) => i !== index) });
  }

  /** @param {'defect'|'ignore'} layer */
  clear(layer) {
    this.#put({ ...this.#state, shapes: this.shapes.filter((shape) => shape.layer !== layer) });
  }

  /** @param {boolean} use whether the imported mask counts */
  setBase(use) {
    this.#put({ ...this.#state, useBase: use });
  }

  /** Another state as a whole, which can be undone like any change. @param {State} state */
  take(state) {
    this.#put(plain(state));
  }

  undo() {
    if (!this.canUndo) return;
    this.#future.push(this.#state);
    this.#state = this.#past.pop();
    this.onChange();
  }

  redo() {
    if (!this.canRedo) return;
    this.#past.push(this.#state);
    this.#state = this.#future.pop();
    this.onChange();
  }

  #put(state) {
    if (isSame(state, this.#state)) return;
    this.#past.push(this.#state);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#future = [];
    this.#state = state;
    this.onChange();
  }
}
