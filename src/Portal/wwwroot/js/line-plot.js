/** The histogram with its two handles, and what a line costs below it, on one axis. */

import { histogram, keyTarget, moveHandle, rounded, scoreRange, ticks } from './line-axis.js';
import { areCosts, cheapest, costOf, countLine } from './line-scores.js';
import { svg } from './line-svg.js';
import { many, say } from './texts.js';

const LEFT = 104;
const RIGHT = 28;
const HEAD = 48;
const ROW = 68;
const GAP = 8;
const AXIS = 24;
const COST = 100;
const BAR = 9;
const ROWS = [
  { key: 'good', word: say('Good') },
  { key: 'defective', word: say('Defective') },
  { key: 'unlabelled', word: say('NoLabel') },
];
const ZONES = [
  { key: 'normal', word: say('Normal') },
  { key: 'uncertain', word: say('Uncertain') },
  { key: 'defect', word: say('Defect') },
];

export class LinePlot {
  /**
   * @param {HTMLElement} host @param {import('./line-scores.js').Scores} scores
   * @param {{line: object, inForce: object, writable: boolean}} state
   * @param {(line: {t1: number, t2: number}) => void} moved
   */
  constructor(host, scores, state, moved) {
    Object.assign(this, { host, scores, line: state.line, inForce: state.inForce, moved, costs: null, best: null });
    this.#measure();
    this.picture = svg('svg', { class: 'fs-line-svg', 'aria-hidden': 'true' }); // the table and the handles say it in words
    this.host.replaceChildren(this.picture);
    this.handles = ['t1', 't2'].map((which) => this.#handle(which));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(host);
  }

  dispose() {
    this.sizes.disconnect();
    this.host.replaceChildren();
  }

  /** @param {{line?: object, inForce?: object, costs?: object | null}} state what is left out stays */
  set(state) {
    Object.assign(this, state);
    // A walk over all scores: for new costs, not for every frame of a drag.
    if ('costs' in state) this.best = areCosts(this.costs) ? cheapest(this.scores, this.costs) : null;
    // Chosen beyond the ends of the axis: it makes room.
    if ([this.line.t1, this.line.t2, this.inForce.t1, this.inForce.t2].some((t) => t < this.range.low || t > this.range.high)) this.#measure();
    this.draw();
  }

  #measure() {
    this.range = scoreRange(this.scores, [this.line.t1, this.line.t2, this.inForce.t1, this.inForce.t2]);
  }

  #x = (score) => LEFT + ((Math.min(this.range.high, Math.max(this.range.low, score)) - this.range.low) / (this.range.high - this.range.low)) * this.width;

  draw() {
    const full = this.host.clientWidth;
    if (!full) return;
    this.width = full - LEFT - RIGHT;
    const rows = ROWS.filter((row) => this.scores[row.key].length);
    const bottom = HEAD + rows.length * (ROW + GAP);
    const costs = this.best;
    const height = bottom + AXIS + (costs ? COST : 0);
    this.host.style.height = `${height}px`;
    this.picture.setAttribute('viewBox', `0 0 ${full} ${height}`);
    const parts = [...this.#zones(bottom)];
    rows.forEach((row, i) => parts.push(...this.#row(row, HEAD + i * (ROW + GAP))));
    parts.push(...this.#axis(bottom));
    if (costs) parts.push(...this.#cost(bottom + AXIS));
    for (const which of ['t1', 't2']) {
      if (this.inForce[which] !== this.line[which])
        parts.push(svg('line', { class: 'in-force', x1: this.#x(this.inForce[which]), x2: this.#x(this.inForce[which]), y1: HEAD, y2: bottom }));
    }
    this.picture.replaceChildren(...parts);
    this.#place(costs ? height - 8 : bottom);
  }

  *#zones(bottom) {
    const cuts = [LEFT, this.#x(this.line.t1), this.#x(this.line.t2), LEFT + this.width];
    const counts = countLine(this.scores, this.line);
    for (const [i, zone] of ZONES.entries()) {
      const width = cuts[i + 1] - cuts[i];
      yield svg('rect', { class: `zone ${zone.key}`, x: cuts[i], y: 20, width: Math.max(0, width), height: bottom - 20 });
      const images = counts.good[zone.key] + counts.defective[zone.key] + counts.unlabelled[zone.key];
      const text = `${zone.word} ${images.toLocaleString('en')}`;
      if (width > text.length * 6.5 + 8)
        yield svg('text', { class: `zone-word ${zone.key}`, x: (cuts[i] + cuts[i + 1]) / 2, y: 14, 'text-anchor': 'middle' }, text);
    }
  }

  *#row(row, top) {
    const sorted = this.scores[row.key];
    yield svg('text', { class: `row-word ${row.key}`, x: 0, y: top + ROW / 2 - 2 }, row.word);
    yield svg('text', { class: 'row-count', x: 0, y: top + ROW / 2 + 14 }, many(sorted.length, 'Image', 'Images'));
    const bars = Math.max(10, Math.floor(this.width / BAR));
    const counts = histogram(sorted, this.range, bars);
    const most = Math.max(...counts);
    const wide = this.width / bars;
    let path = '';
    counts.forEach((count, i) => {
      if (!count) return;
      // One image must be seen beside ten thousand.
      const height = Math.max(3, (count / most) * (ROW - 6));
      path += `M${(LEFT + i * wide + 0.5).toFixed(1)} ${top + ROW}v${(-height).toFixed(1)}h${(wide - 1).toFixed(1)}v${height.toFixed(1)}z`;
    });
    yield svg('path', { class: `bars ${row.key}`, d: path });
    yield svg('line', { class: 'base', x1: LEFT, x2: LEFT + this.width, y1: top + ROW, y2: top + ROW });
  }

  *#axis(top) {
    for (const tick of ticks(this.range, Math.max(3, Math.floor(this.width / 90))))
      yield svg('text', { class: 'tick', x: this.#x(tick), y: top + 10, 'text-anchor': 'middle' }, String(tick));
    yield svg('text', { class: 'tick', x: 0, y: top + 10 }, say('RawScore'));
  }

  *#cost(top) {
    const samples = Math.min(240, Math.floor(this.width / 2));
    const at = Array.from({ length: samples + 1 }, (_, i) => this.range.low + (i / samples) * (this.range.high - this.range.low));
    const cost = (line) => costOf(countLine(this.scores, line), this.costs);
    // Each threshold over its own stretch: T1 never lies above T2.
    const curves = [
      { key: 't1', points: at.filter((t) => t <= this.line.t2).map((t) => [t, cost({ t1: t, t2: this.line.t2 })]) },
      { key: 't2', points: at.filter((t) => t >= this.line.t1).map((t) => [t, cost({ t1: this.line.t1, t2: t })]) },
    ];
    const { best } = this;
    const [least, now] = [cost(best), cost(this.line)];
    // Where everything escapes a curve leaves the picture: what matters is near its lowest point.
    const most = Math.max(now, Math.min(Math.max(...curves.flatMap((curve) => curve.points.map(([, c]) => c))), Math.max(least, now) * 3)) || 1;
    const y = (c) => top + COST - 14 - (Math.min(c, most) / most) * (COST - 28);
    yield svg('text', { class: 'row-word', x: 0, y: top + COST / 2 - 4 }, say('CostOf'));
    yield svg('text', { class: 'row-word', x: 0, y: top + COST / 2 + 12 }, say('N100Parts'));
    yield svg('line', { class: 'base', x1: LEFT, x2: LEFT + this.width, y1: y(0), y2: y(0) });
    for (const { key, points } of curves) {
      yield svg('path', { class: `cost ${key}`, d: points.map(([t, c], i) => `${i ? 'L' : 'M'}${this.#x(t).toFixed(1)} ${y(c).toFixed(1)}`).join('') });
      yield svg('circle', { class: `cost-now ${key}`, cx: this.#x(this.line[key]), cy: y(now), r: 4 });
      yield svg('path', { class: 'cheapest', d: `M${this.#x(best[key])} ${y(least) - 6}l6 6l-6 6l-6 -6z` });
    }
  }

  #handle(which) {
    const handle = document.createElement('div');
    handle.className = `fs-line-handle ${which}`;
    handle.dataset.handle = which;
    handle.tabIndex = 0;
    handle.setAttribute('role', 'slider');
    handle.setAttribute('aria-orientation', 'horizontal');
    handle.setAttribute('aria-label', which === 't1' ? say('T1UpToHereCertainlyGood') : say('T2FromHereCertainlyDefective'));
    const grip = document.createElement('span');
    grip.textContent = which.toUpperCase();
    handle.append(grip);
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener('pointermove', (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const x = event.clientX - this.host.getBoundingClientRect().left - LEFT;
      this.#to(which, rounded(this.range.low + (x / this.width) * (this.range.high - this.range.low), this.range));
    });
    handle.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const target = keyTarget(event.key, event.shiftKey, this.line[which], this.range);
      if (target === null) return;
      event.preventDefault();
      this.#to(which, target);
    });
    this.host.append(handle);
    return handle;
  }

  #to(which, value) {
    const line = moveHandle(this.line, which, value, this.range);
    if (line.t1 === this.line.t1 && line.t2 === this.line.t2) return;
    this.line = line;
    this.draw();
    this.moved(line);
  }

  #place(bottom) {
    const counts = countLine(this.scores, this.line);
    const total = (verdict) => counts.good[verdict] + counts.defective[verdict] + counts.unlabelled[verdict];
    for (const handle of this.handles) {
      const which = handle.dataset.handle;
      handle.style.left = `${this.#x(this.line[which])}px`;
      handle.style.height = `${bottom - 20}px`;
      const ends = which === 't1' ? [this.range.low, this.line.t2] : [this.line.t1, this.range.high];
      handle.setAttribute('aria-valuemin', String(ends[0]));
      handle.setAttribute('aria-valuemax', String(ends[1]));
      handle.setAttribute('aria-valuenow', String(this.line[which]));
      handle.setAttribute('aria-valuetext', say('NormalUncertainDefect', this.line[which], total('normal'), total('uncertain'), total('defect')));
    }
  }
}
