/**
 * The tools as a machine without a page: places in image pixels come in, shapes go into the document. Mouse and keyboard use the same
 * verbs: the crosshair of the keyboard is a place like any other.
 * @typedef {import('./annotate-geometry.js').Shape} Shape
 */

import { clamp, moved, round, simplify, topmostAt, vertexAt } from './annotate-geometry.js';

export const TOOLS = ['move', 'polygon', 'box', 'brush', 'erase'];
const MAX_POINTS = 5_000;
/** Radius after a key: a sixth more or less, at least one pixel. */
const STEP = 1.2;

export class Tools {
  tool = 'polygon';
  layer = 'defect';
  radius = 8;
  defectType = '';
  selected = -1;
  vertex = -1;
  /** What is being drawn: points so far. @type {{tool: string, points: number[]} | null} */ pending = null;
  /** The crosshair; null until a key moves it. @type {{x: number, y: number} | null} */ cursor = null;
  #drag = null;

  /**
   * @param {import('./annotate-document.js').DrawnDocument} doc
   * @param {{width: number, height: number}} size of the image
   * @param {() => void} [onChange] something other than the document changed
   */
  constructor(doc, size, onChange = () => {}) {
    Object.assign(this, { doc, size, onChange });
  }

  /** @param {string} tool */
  use(tool) {
    this.drop();
    this.tool = tool;
    if (tool !== 'move') this.select(-1);
    this.onChange();
  }

  /** @param {'defect'|'ignore'} layer */
  on(layer) {
    this.drop();
    this.layer = layer;
    this.onChange();
  }

  resize(direction) {
    const next = direction > 0 ? Math.max(this.radius + 1, this.radius * STEP) : Math.min(this.radius - 1, this.radius / STEP);
    this.radius = clamp(Math.round(next), 1, 256);
    this.onChange();
  }

  /** @param {number} index */
  select(index) {
    [this.selected, this.vertex] = [index, -1];
    this.onChange();
  }

  /** @param {{x: number, y: number}} at @param {number} reach how near is near, in image pixels @returns {boolean} false where it is a place to pan from */
  down(at, reach) {
    const place = this.#inside(at);
    if (this.tool === 'move') return this.#grab(at, reach);
    if (this.tool === 'brush' || this.tool === 'erase') this.pending = { tool: this.tool, points: place };
    else if (this.tool === 'box') {
      if (this.pending) {
        this.#setCorner(place);
        this.finish();
      } else this.pending = { tool: 'box', points: [...place, ...place] };
    } else if (!this.pending) this.pending = { tool: 'polygon', points: place };
    else if (this.pending.points.length >= 6 && vertexAt(this.pending.points.slice(0, 2), at.x, at.y, reach) === 0) this.finish();
    else if (this.pending.points.length < 2 * MAX_POINTS) this.pending.points.push(...place);
    this.onChange();
    return true;
  }

  move(at) {
    const place = this.#inside(at);
    if (this.#drag) this.#pull(at);
    else if (this.pending?.tool === 'box') this.#setCorner(place);
    else if (this.pending && this.pending.tool !== 'polygon') this.#stroke(place);
    else return;
    this.onChange();
  }

  up() {
    if (this.#drag) {
      const { index, shape, now } = this.#drag;
      this.#drag = null;
      if (now) this.doc.replace(index, { ...shape, points: now });
    } else if (this.pending && this.pending.tool !== 'polygon') {
      const [x, y, right, bottom] = this.pending.points;
      // A click with the box is its first corner, and the next one its second.
      if (this.pending.tool !== 'box' || Math.abs(right - x) >= 1 || Math.abs(bottom - y) >= 1) this.finish();
    }
    this.onChange();
  }

  /** Makes a shape of what is being drawn, if it is one. */
  finish() {
    const { tool, points } = this.pending ?? {};
    this.pending = null;
    const shape = tool && this.#shapeOf(tool, points);
    const isKept = shape ? this.doc.add(shape) : true;
    this.onChange();
    return isKept;
  }

  /** Gives up what is being drawn. */
  drop() {
    this.pending = this.#drag = null;
    this.onChange();
  }

  /** Removes the chosen corner, or the chosen shape. */
  erase() {
    const shape = this.doc.shapes[this.selected];
    if (!shape) return;
    if (this.vertex >= 0 && shape.tool === 'polygon' && shape.points.length > 6)
      this.doc.replace(this.selected, { ...shape, points: shape.points.filter((_, i) => i >> 1 !== this.vertex) });
    else this.doc.remove(this.selected);
    this.select(this.vertex >= 0 && shape.points.length > 6 ? this.selected : -1);
  }

  /** Moves the crosshair, and what hangs on it. */
  steer(dx, dy) {
    const from = this.cursor ?? { x: this.size.width / 2, y: this.size.height / 2 };
    this.cursor = { x: clamp(Math.floor(from.x) + dx, 0, this.size.width - 1) + 0.5, y: clamp(Math.floor(from.y) + dy, 0, this.size.height - 1) + 0.5 };
    if (this.pending && this.pending.tool !== 'polygon') this.move(this.cursor);
    this.onChange();
  }

  /** The space bar at the crosshair: sets a point or a corner, puts the pen down or lifts it, chooses a shape. */
  press() {
    this.cursor ??= { x: Math.floor(this.size.width / 2) + 0.5, y: Math.floor(this.size.height / 2) + 0.5 };
    if (this.pending && (this.pending.tool === 'brush' || this.pending.tool === 'erase')) this.finish();
    else if (this.tool === 'move') this.select(topmostAt(this.doc.shapes, this.cursor.x, this.cursor.y, 2));
    else this.down(this.cursor, 2);
  }

  /** Shapes as they look right now, while something is drawn or dragged. @returns {Shape[]} */
  get shown() {
    const { index, shape, now } = this.#drag ?? {};
    const shapes = now ? this.doc.shapes.map((one, i) => (i === index ? { ...shape, points: now } : one)) : this.doc.shapes;
    const drawn = this.pending && this.#shapeOf(this.pending.tool, this.pending.points, true);
    return drawn ? [...shapes, drawn] : shapes;
  }

  #grab(at, reach) {
    const chosen = this.doc.shapes[this.selected];
    const vertex = chosen?.tool === 'polygon' || chosen?.tool === 'box' ? vertexAt(chosen.points, at.x, at.y, reach) : -1;
    const index = vertex >= 0 ? this.selected : topmostAt(this.doc.shapes, at.x, at.y, reach / 2);
    const again = index >= 0 && index === this.selected;
    if (vertex >= 0 || again) this.#drag = { index, vertex, shape: chosen, from: at };
    [this.selected, this.vertex] = [index, vertex];
    this.onChange();
    return index >= 0;
  }

  #pull(at) {
    const { shape, vertex, from } = this.#drag;
    const place = this.#inside(at);
    this.#drag.now = vertex >= 0
      ? shape.points.map((value, i) => (i >> 1 === vertex ? place[i % 2] : value))
      : moved(shape.points, at.x - from.x, at.y - from.y);
  }

  #stroke(place) {
    const { points } = this.pending;
    if (points.length < 2 * MAX_POINTS && Math.hypot(place[0] - points.at(-2), place[1] - points.at(-1)) >= 0.5) points.push(...place);
  }

  #setCorner(place) {
    this.pending.points.splice(2, 2, ...place);
  }

  /** @returns {Shape | null} */
  #shapeOf(tool, points, isPreview = false) {
    const type = this.layer === 'defect' && this.defectType ? { defectType: this.defectType } : {};
    if (tool === 'brush') return { tool, layer: this.layer, points: isPreview ? points : simplify(points, 0.4), radius: this.radius, ...type };
    if (tool === 'erase') return { tool, layer: this.layer, points: isPreview ? points : simplify(points, 0.4), radius: this.radius };
    if (tool === 'polygon') return points.length >= 6 ? { tool, layer: this.layer, points: [...points], ...type } : null;
    const [x, y, right, bottom] = points;
    const box = [Math.min(x, right), Math.min(y, bottom), Math.max(x, right), Math.max(y, bottom)];
    return box[2] - box[0] >= 1 && box[3] - box[1] >= 1 ? { tool: 'box', layer: this.layer, points: box, ...type } : null;
  }

  #inside({ x, y }) {
    return [round(clamp(x, 0, this.size.width)), round(clamp(y, 0, this.size.height))];
  }
}
