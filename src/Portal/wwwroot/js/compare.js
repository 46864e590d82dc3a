/** The scatter of two models' scores: drawn on a canvas, so that 20,000 points are one picture and no elements. */

import { nearest, readPoints } from './compare-points.js';
import { loadBytes } from './http.js';
import { whenBack } from './outage-events.js';
import { say } from './texts.js';

const EDGE = { left: 40, right: 12, top: 12, bottom: 36 };
const REACH_PIXELS = 12;

class Scatter {
  constructor(host, options) {
    Object.assign(this, { host, options, canvas: host.querySelector('canvas'), at: host.querySelector('[data-part=at]') });
    this.abort = new AbortController();
    this.resized = new ResizeObserver(() => this.#draw());
    this.resized.observe(this.canvas);
    // Colours are the theme's.
    this.themed = new MutationObserver(() => this.#draw());
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const signal = this.abort.signal;
    this.canvas.addEventListener('pointermove', (event) => this.#point(event), { signal });
    this.canvas.addEventListener('pointerleave', () => this.#say(-1), { signal });
    this.canvas.addEventListener('click', () => this.#open(), { signal });
    whenBack(() => this.host.dataset.state === 'failed' && this.load(), signal);
    this.load();
  }

  async load() {
    this.host.dataset.state = 'loading';
    try {
      this.points = readPoints(await loadBytes(this.options.url, say('ListOfScores'), { signal: this.abort.signal }));
      this.host.dataset.state = 'ready';
      this.#draw();
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.host.dataset.state = 'failed';
      this.at.textContent = error.message;
    }
  }

  dispose() {
    this.abort.abort();
    this.resized.disconnect();
    this.themed.disconnect();
  }

  /** CSS pixels of the square in which scores lie. */
  #frame() {
    const side = this.canvas.clientWidth;
    return { side, wide: side - EDGE.left - EDGE.right, high: side - EDGE.top - EDGE.bottom };
  }

  #place(x, y) {
    const { wide, high } = this.#frame();
    return [EDGE.left + (x / 100) * wide, EDGE.top + (1 - y / 100) * high];
  }

  #point(event) {
    if (!this.points) return;
    const { wide, high } = this.#frame();
    const x = ((event.offsetX - EDGE.left) / wide) * 100;
    const y = (1 - (event.offsetY - EDGE.top) / high) * 100;
    this.#say(nearest(this.points, x, y, (REACH_PIXELS / wide) * 100));
  }

  #say(i) {
    if (this.under === i) return;
    this.under = i;
    const { first, second } = this.options;
    this.at.textContent = i < 0 ? '' : `${this.#label(i)}: ${first.name} ${Math.round(this.points.first[i])}, ${second.name} ${Math.round(this.points.second[i])}`;
    this.canvas.style.cursor = i < 0 ? '' : 'pointer';
    this.#draw();
  }

  #label(i) {
    return [say('NoLabel'), say('Good'), say('Defective')][this.points.label[i]];
  }

  #open() {
    if (this.under >= 0) location.assign(this.options.open.replace('{id}', this.points.id(this.under)));
  }

  #draw() {
    const { side, wide, high } = this.#frame();
    if (!side) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = side * ratio;
    this.canvas.height = side * ratio;
    const context = this.canvas.getContext('2d');
    context.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--fs-${name}`).trim();
    context.font = '12px Roboto, sans-serif';
    context.fillStyle = colour('text-2');
    context.strokeStyle = colour('border');
    context.strokeRect(EDGE.left, EDGE.top, wide, high);
    const line = (x1, y1, x2, y2, dash, stroke) => {
      context.beginPath();
      context.setLineDash(dash);
      context.strokeStyle = stroke;
      context.moveTo(...this.#place(x1, y1));
      context.lineTo(...this.#place(x2, y2));
      context.stroke();
      context.setLineDash([]);
    };
    line(0, 0, 100, 100, [], colour('border'));
    for (const name of ['t1', 't2']) {
      line(this.options.first[name], 0, this.options.first[name], 100, [4, 3], colour('text-2'));
      line(0, this.options.second[name], 100, this.options.second[name], [4, 3], colour('text-2'));
    }
    context.textAlign = 'center';
    for (const tick of [0, 50, 100]) context.fillText(String(tick), this.#place(tick, 0)[0], side - EDGE.bottom + 16);
    context.fillText(say('ScaledScoreOf', this.options.first.name), EDGE.left + wide / 2, side - 4);
    context.textAlign = 'right';
    for (const tick of [0, 50, 100]) context.fillText(String(tick), EDGE.left - 6, this.#place(0, tick)[1] + 4);
    context.save();
    context.translate(11, EDGE.top + high / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'center';
    context.fillText(say('ScaledScoreOf', this.options.second.name), 0, 0);
    context.restore();
    if (this.points) this.#dots(context, [colour('unreviewed'), colour('normal'), colour('defect')], colour('text'));
  }

  /** Many points are drawn faint, so that where they crowd is seen; those of another verdict come last, with a ring. */
  #dots(context, colours, ring) {
    const { count, label, first, second } = this.points;
    const radius = count > 2000 ? 2 : 3.5;
    context.globalAlpha = count > 2000 ? 0.35 : 0.7;
    const ringed = [];
    for (let i = 0; i < count; i++) {
      if (this.points.flipped[i]) ringed.push(i);
      else this.#dot(context, i, radius, colours[label[i]]);
    }
    context.globalAlpha = 1;
    context.strokeStyle = ring;
    for (const i of ringed) {
      this.#dot(context, i, radius + 0.5, colours[label[i]]);
      context.stroke();
    }
    if (this.under >= 0) {
      const [x, y] = this.#place(first[this.under], second[this.under]);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  #dot(context, i, radius, fill) {
    const [x, y] = this.#place(this.points.first[i], this.points.second[i]);
    context.fillStyle = fill;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * @param {HTMLElement} host
 * @param {{url: string, open: string, first: {name: string, t1: number, t2: number}, second: {name: string, t1: number, t2: number}}} options
 */
export function attachScatter(host, options) {
  return new Scatter(host, options);
}
