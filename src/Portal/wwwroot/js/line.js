/**
 * The page of the line: scores are read once, everything that follows from a handle is reckoned here and at once; the server hears of a
 * line that has come to rest, to say which images change.
 */

import { attachGrid } from './grid.js';
import { loadBytes } from './http.js';
import { formatScore } from './legend.js';
import { LinePlot } from './line-plot.js';
import { areCosts, cheapest, costOf, countFlips, countLine, f1Max, rankingCurves, rankingPoint, readScores } from './line-scores.js';
import { drawUnitCurve } from './line-svg.js';
import { advice, changes, percent, rate } from './line-words.js';
import { whenBack } from './outage-events.js';
import { say } from './texts.js';

const REST = 250;
const COSTS = ['escape', 'falseAlarm', 'review', 'defectPercent'];

class LineView {
  #timer = 0;

  constructor(host, dotnet, options) {
    Object.assign(this, { host, dotnet, options, inForce: options.inForce, line: { ...options.inForce } });
    this.abort = new AbortController();
    this.grid = attachGrid(host.parentElement ?? host, this.#look());
    this.#listen();
    this.costs = this.#readCosts();
    this.#show();
    this.load();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.abort.abort();
    this.plot?.dispose();
    this.grid.dispose();
  }

  /** Reads the scores; on failure says why, with a button to try again. */
  async load() {
    const plot = this.#part('plot');
    this.host.dataset.state = 'loading';
    this.#part('failed').hidden = true;
    try {
      this.scores = readScores(await loadBytes(this.options.scores, say('ListOfScores'), { signal: this.abort.signal }));
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.host.dataset.state = 'failed';
      this.#part('failed').hidden = false;
      this.#part('failed-text').textContent = error.message;
      return;
    }
    this.plot?.dispose();
    this.plot = new LinePlot(plot, this.scores, { line: this.line, inForce: this.inForce }, (line) => this.#moved({ ...this.line, ...line }));
    this.curves = rankingCurves(this.scores);
    this.plot.set({ costs: this.costs });
    this.host.dataset.state = 'ready';
    this.#show();
  }

  /** Another line is in force: saved here, or by somebody else. @param {boolean} follow whether the handles go there */
  setInForce(line, follow) {
    this.inForce = line;
    if (follow) this.line = { ...line };
    this.#show();
  }

  /** Puts the handles somewhere. */
  setLine(line) {
    this.#moved({ ...this.line, ...line });
  }

  #part(name) {
    return this.host.querySelector(`[data-part="${name}"]`);
  }

  #look(pixel = this.line.pixel) {
    const { normalPixel } = this.options;
    return { low: normalPixel, high: pixel + (pixel - normalPixel), threshold: pixel, heatmap: true, opacity: 0.6 };
  }

  #listen() {
    const on = (name, event, act) => this.#part(name)?.addEventListener(event, act, { signal: this.abort.signal });
    on('retry', 'click', () => this.load());
    whenBack(() => this.host.dataset.state === 'failed' && this.load(), this.abort.signal);
    on('normals', 'click', () => this.setLine(this.options.fitted));
    on('saved', 'click', () => this.setLine(this.inForce));
    on('f1', 'click', () => {
      const t2 = f1Max(this.scores);
      this.setLine({ t2, t1: Math.min(this.line.t1, t2) });
    });
    on('cheapest', 'click', () => this.setLine(cheapest(this.scores, this.costs)));
    for (const which of ['t1', 't2']) {
      on(`${which}-number`, 'change', (event) => {
        const value = event.target.valueAsNumber;
        // A number that is typed takes the other threshold along, instead of being refused.
        if (Number.isFinite(value)) this.setLine(which === 't1' ? { t1: value, t2: Math.max(value, this.line.t2) } : { t2: value, t1: Math.min(value, this.line.t1) });
        else this.#show();
      });
    }
    for (const name of ['pixel-number', 'pixel-range']) {
      on(name, 'input', (event) => {
        const value = event.target.valueAsNumber;
        if (value > this.options.normalPixel) this.#moved({ ...this.line, pixel: value }, event.target);
      });
    }
    for (const name of COSTS) {
      on(`cost-${name}`, 'input', () => {
        this.costs = this.#readCosts();
        this.plot?.set({ costs: this.costs });
        this.#show();
      });
      on(`cost-${name}`, 'change', () => {
        if (this.options.writable && areCosts(this.costs)) this.#tell('OnCosts', this.costs.escape, this.costs.falseAlarm, this.costs.review, this.costs.defectPercent);
      });
    }
  }

  #readCosts() {
    const [escape, falseAlarm, review, percent] = COSTS.map((name) => this.#part(`cost-${name}`)?.valueAsNumber);
    return { escape, falseAlarm, review, defectPercent: Number.isFinite(percent) ? percent : null };
  }

  #moved(line, typing = null) {
    this.line = line;
    this.#show(typing);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell('OnMoved', line.t1, line.t2, line.pixel), REST);
  }

  #tell(what, ...values) {
    this.dotnet.invokeMethodAsync(what, ...values).catch(() => { /* the circuit is gone: the page says so itself */ });
  }

  #text(name, text) {
    const part = this.#part(name);
    if (part && part.textContent !== text) part.textContent = text;
  }

  #show(typing = null) {
    this.grid.set(this.#look());
    for (const [name, value] of [['t1-number', this.line.t1], ['t2-number', this.line.t2], ['pixel-number', this.line.pixel], ['pixel-range', this.line.pixel]]) {
      const input = this.#part(name);
      if (input && input !== typing) input.value = String(Number(value.toPrecision(12)));
    }
    this.#text('colours', say('ColoursRunFromTo', formatScore(this.options.normalPixel), formatScore(this.#look().high)));
    if (!this.scores) return;
    this.plot.set({ line: this.line, inForce: this.inForce });
    const counts = countLine(this.scores, this.line);
    for (const group of ['good', 'defective', 'unlabelled'])
      for (const verdict of ['normal', 'uncertain', 'defect', 'images']) this.#text(`${group}-${verdict}`, counts[group][verdict].toLocaleString('en'));
    this.#part('good-defect').classList.toggle('fs-bad', counts.good.defect > 0);
    this.#part('defective-normal').classList.toggle('fs-bad', counts.defective.normal > 0);
    this.#text('escapes', rate(counts.defective.normal, counts.defective.images, 'defective'));
    this.#text('alarms', rate(counts.good.defect, counts.good.images, 'good'));
    const all = Object.values(counts).reduce((sum, part) => sum + part.images, 0);
    const review = Object.values(counts).reduce((sum, part) => sum + part.uncertain, 0);
    this.#text('reviews', all ? say('OfImages', percent(review / all), review.toLocaleString('en'), all.toLocaleString('en')) : '–');
    this.#text('advice', advice(counts));
    this.#showCost(counts);
    this.#showCurves();
    this.#showChange();
    this.#text('beyond', this.plot.range.beyond ? say('ScoresLieBeyondTheRightEndAnd', this.plot.range.beyond) : '');
  }

  #showCost(counts) {
    const cost = areCosts(this.costs) ? costOf(counts, this.costs) : null;
    const least = cost === null ? null : costOf(countLine(this.scores, this.plot.best), this.costs);
    this.#text('cost', cost === null ? '–' : cost - least > 1e-9 ? say('AHundredPartsTheCheapestLineCosts', formatScore(cost), formatScore(least)) : say('AHundredPartsTheLeastThereIs', formatScore(cost)));
    this.#text('cost-key', cost === null ? '' : say('CostDashedWhileT1MovesSolidWhile'));
    this.#part('cheapest').disabled = cost === null;
    this.#part('f1').disabled = !this.scores.good.length || !this.scores.defective.length;
  }

  #showCurves() {
    if (!this.curves) return;
    const marks = (curve) => ['t1', 't2'].map((which) => ({
      word: which.toUpperCase(),
      // From T2 on a part is a defect; above T1 it is at least looked at.
      at: rankingPoint(this.scores, which === 't1' ? above(this.line.t1) : this.line.t2)[curve],
    }));
    drawUnitCurve(this.#part('roc'), { name: say('ROCCurve'), x: say('GoodPartsFlagged'), y: say('DefectsFound'), points: this.curves.roc, marks: marks('roc'), chance: [[0, 0], [1, 1]], side: 'right' });
    const share = this.scores.defective.length / (this.scores.defective.length + this.scores.good.length);
    drawUnitCurve(this.#part('pr'), { name: say('PrecisionRecallCurve'), x: say('DefectsFound'), y: say('Precision'), points: this.curves.pr, marks: marks('pr'), chance: [[0, share], [1, share]], side: 'left' });
  }

  #showChange() {
    const flips = countFlips(this.scores, this.inForce, this.line);
    const moved = ['t1', 't2', 'pixel'].some((which) => this.line[which] !== this.inForce[which]);
    this.#text('change', moved ? changes(flips) : say('TheHandlesAreWhereTheLineIs'));
    this.host.dataset.moved = String(moved);
    this.#part('saved').disabled = !moved;
  }
}

/** The smallest number above: a score at T1 itself is normal. */
function above(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value || Number.MIN_VALUE);
  if (value) view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/**
 * @param {HTMLElement} host with the parts that the page draws
 * @param {{invokeMethodAsync: Function}} dotnet told of a line that has come to rest (OnMoved) and of costs (OnCosts)
 * @param {{scores: string, inForce: object, fitted: object, normalPixel: number, writable: boolean}} options
 */
export const attachLine = (host, dotnet, options) => new LineView(host, dotnet, options);
