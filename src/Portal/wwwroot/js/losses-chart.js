/** The losses of a training run: two plots with one cursor, a table where the plotting library is not installed. */

import { LossColumns, SERIES, formatLoss } from './losses-data.js';
import { LossPlot } from './losses-plot.js';
import { say } from './texts.js';

// Beside this folder, also where the portal does not lie at the root of its host.
const LIBRARY = new URL('../lib/uplot/uPlot.esm.js', import.meta.url).href;
const STYLES = new URL('../lib/uplot/uPlot.min.css', import.meta.url).href;
const TABLE_ROWS = 10;

/** @type {Promise<any> | undefined} */
let library;
let charts = 0;

/** The library, once per tab; a failure is forgotten, so that the next chart tries again. */
function loadLibrary() {
  library ??= Promise.all([import(LIBRARY), addStyles()]).then(([module]) => module.default);
  library.catch(() => (library = undefined));
  return library;
}

function addStyles() {
  if ([...document.styleSheets].some((sheet) => sheet.href === STYLES)) return undefined; // the page may bring it
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href: STYLES, onload: resolve });
    link.onerror = () => {
      link.remove();
      reject(new Error('The style sheet of the plots is missing.'));
    };
    document.head.append(link);
  });
}

class LossChart {
  #columns = new LossColumns();
  #plots = [];
  #shape = '';
  #frame = 0;
  #uPlot = /** @type {any} */ (undefined); // null = could not be loaded
  #sync = `fs-losses-${++charts}`;
  #disposed = false;

  constructor(host) {
    this.root = document.createElement('div');
    this.root.className = 'fs-chart';
    this.empty = this.#part('p', 'fs-chart-empty');
    this.empty.textContent = say('LossesAppearAfterTheFirstStep');
    this.body = this.#part('div', 'fs-chart-body');
    this.summary = this.#part('p', 'fs-chart-summary');
    host.append(this.root);
    this.resizes = new ResizeObserver(() => this.#plots.forEach((plot) => plot.resize()));
    this.resizes.observe(this.root);
    this.onTheme = () => this.setTheme();
    document.addEventListener('themechange', this.onTheme);
    loadLibrary().then((uPlot) => this.#ready(uPlot), () => this.#ready(null));
    this.#redraw();
  }

  /** @param {import('./losses-data.js').Step[]} steps */
  append(steps) {
    this.#columns.append(steps);
    this.#redraw();
  }

  /** @param {import('./losses-data.js').Step[]} steps all of them, as after opening the page */
  replace(steps) {
    this.#columns.clear();
    this.append(steps);
  }

  /** Reads the theme's colours again. */
  setTheme() {
    this.#shape = '';
    this.#redraw();
  }

  dispose() {
    this.#disposed = true;
    cancelAnimationFrame(this.#frame);
    document.removeEventListener('themechange', this.onTheme);
    this.resizes.disconnect();
    this.#clear();
    this.root.remove();
  }

  #part(tag, className) {
    const made = document.createElement(tag);
    made.className = className;
    this.root.append(made);
    return made;
  }

  #ready(uPlot) {
    if (this.#disposed) return;
    this.#uPlot = uPlot;
    this.#redraw();
  }

  #redraw() {
    // Steps come in bursts; one drawing per frame is enough.
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #clear() {
    this.#plots.forEach((plot) => plot.dispose());
    this.#plots = [];
    this.body.replaceChildren();
  }

  #draw() {
    const present = this.#columns.present();
    this.summary.textContent = this.#columns.summary();
    this.empty.hidden = present.length > 0;
    if (!present.length) {
      this.#clear();
      this.#shape = '';
    } else if (this.#uPlot === null) this.#drawTable(present);
    else if (this.#uPlot) this.#drawPlots(present);
  }

  #drawPlots(present) {
    const shape = present.join();
    if (shape === this.#shape) {
      this.#plots.forEach((plot) => plot.update());
      return;
    }
    this.#shape = shape;
    this.#clear();
    const of = (kind) => SERIES.filter(({ name, plot }) => plot === kind && present.includes(name)).map(({ name }) => name);
    const add = (title, names, height, percent) => {
      if (!names.length) return;
      const what = { title, names, height, percent, sync: this.#sync, columns: this.#columns };
      this.#plots.push(new LossPlot(this.#uPlot, this.body, what));
    };
    add(say('Loss'), of('losses'), 240, false);
    add(say('DiscriminatorAccuracy'), of('accuracy'), 120, true);
  }

  #drawTable(present) {
    const table = document.createElement('table');
    table.className = 'fs-chart-table';
    const caption = table.createCaption();
    caption.textContent = say('TheLastStepsCurvesCannotBeDrawn', TABLE_ROWS);
    const head = table.createTHead().insertRow();
    const names = ['step', 'epoch', ...present];
    const label = { step: say('Step'), epoch: say('Epoch'), ...Object.fromEntries(SERIES.map((series) => [series.name, series.label])) };
    for (const name of names) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = label[name];
      head.append(cell);
    }
    const body = table.createTBody();
    for (const entry of this.#columns.latest(TABLE_ROWS)) {
      const row = body.insertRow();
      for (const name of names)
        row.insertCell().textContent = name === 'step' || name === 'epoch' ? String(entry[name]) : formatLoss(name, entry[name]);
    }
    this.body.replaceChildren(table);
  }
}

/** @param {HTMLElement} host */
export function createLossChart(host) {
  return new LossChart(host);
}
