/** One uPlot of the losses chart with its own legend: values at the cursor, the last ones while there is none. */

import { SERIES, formatLoss } from './losses-data.js';
import { say } from './texts.js';

/** Colour and dash together, so that the lines differ without colour. Swatches in chart.css follow the same order. */
const STROKES = {
  taskLoss: { colour: '--fs-accent', width: 2, dash: [] },
  discriminatorLoss: { colour: '--fs-uncertain', width: 1.5, dash: [7, 3] },
  adversarialLoss: { colour: '--fs-text-2', width: 1.5, dash: [2, 3] },
  discriminatorAccuracy: { colour: '--fs-uncertain', width: 1.5, dash: [] },
};
const AXIS_WIDTH = 52;

const element = (tag, className, parent, text = '') => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
};

export class LossPlot {
  /**
   * @param {any} uPlot the library
   * @param {HTMLElement} parent
   * @param {{title: string, names: string[], height: number, sync: string, percent?: boolean, columns: import('./losses-data.js').LossColumns}} what
   */
  constructor(uPlot, parent, what) {
    this.what = what;
    this.root = element('div', 'fs-chart-panel', parent);
    const head = element('div', 'fs-chart-head', this.root);
    element('h3', 'fs-chart-title', head, what.title);
    this.at = element('span', 'fs-chart-at', head);
    const legend = element('ul', 'fs-chart-legend', head);
    this.values = what.names.map((name) => {
      const item = element('li', 'fs-chart-key', legend);
      element('span', `fs-chart-swatch is-${name}`, item);
      // One accuracy line under its own title needs no name twice.
      if (!what.percent) element('span', 'fs-chart-label', item, SERIES.find((series) => series.name === name).label);
      return element('span', 'fs-chart-value', item);
    });
    this.area = element('div', 'fs-chart-area', this.root);
    this.area.setAttribute('aria-hidden', 'true'); // the summary says it in words
    this.plot = new uPlot(this.#options(), this.#data(), this.area);
    this.#tell(null);
  }

  update() {
    const { min, max } = this.plot.scales.x;
    const [x] = this.plot.data;
    const zoomed = min > x[0] || max < x[x.length - 1];
    this.plot.setData(this.#data(), !zoomed);
    if (zoomed) this.plot.redraw(); // who looks closely at a stretch keeps it while steps go on coming
    this.#tell(this.plot.cursor.idx);
  }

  resize() {
    const width = this.area.clientWidth;
    if (width && width !== this.plot.width) this.plot.setSize({ width, height: this.what.height });
  }

  dispose() {
    this.plot.destroy();
    this.root.remove();
  }

  #data() {
    const { columns, names } = this.what;
    return [columns.step, ...names.map((name) => columns[name])];
  }

  #tell(index) {
    const { columns, names } = this.what;
    const i = index ?? columns.length - 1;
    names.forEach((name, n) => (this.values[n].textContent = formatLoss(name, columns[name][i])));
    // The accuracy lies under the losses and shares their cursor; saying the step once is enough.
    this.at.textContent = columns.length && !this.what.percent ? say('StepEpochInText', columns.step[i].toLocaleString('en'), columns.epoch[i]) : '';
  }

  #options() {
    const { names, height, sync, percent } = this.what;
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim() || style.color;
    const font = `12px ${style.fontFamily}`;
    const axis = {
      stroke: colour('--fs-text-2'),
      font,
      grid: { stroke: colour('--fs-border'), width: 1 },
      ticks: { show: false },
    };
    const thousands = (_, splits) => splits.map((v) => (Number.isInteger(v) ? v.toLocaleString('en') : ''));
    return {
      width: this.area.clientWidth || 640,
      height,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync },
        y: false,
        drag: { x: true, y: false, setScale: true },
        points: { size: 6 },
      },
      scales: { x: { time: false }, y: percent ? { range: [0, 1] } : { range: lossRange } },
      axes: [
        { ...axis, size: 28, grid: { show: false }, values: thousands },
        percent
          ? { ...axis, size: AXIS_WIDTH, splits: () => [0, 0.5, 1], values: (_, splits) => splits.map((v) => `${v * 100} %`) }
          : { ...axis, size: AXIS_WIDTH, space: 32 },
      ],
      series: [
        {},
        ...names.map((name) => ({
          stroke: colour(STROKES[name].colour),
          width: STROKES[name].width,
          dash: STROKES[name].dash,
          spanGaps: false,
          // One step is a point; from two on, lines speak.
          points: { show: (u) => u.data[0].length < 3, size: 6 },
        })),
      ],
      hooks: {
        setCursor: [(u) => this.#tell(u.cursor.idx)],
        ...(percent && { drawAxes: [(u) => drawChance(u, colour('--fs-text-2'))] }),
      },
    };
  }
}

/** From zero while losses are positive, so that a fall by half looks like half. */
function lossRange(_, min, max) {
  if (min === null || max === null) return [0, 1];
  const span = max - Math.min(0, min) || 1;
  return [Math.min(0, min - (min < 0 ? span * 0.05 : 0)), max + span * 0.05];
}

/** 50 %: a discriminator that can only guess, which is where adversarial training wants it. */
function drawChance(u, colour) {
  const { ctx, bbox } = u;
  const y = Math.round(u.valToPos(0.5, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
