/** The steps of a training run as columns for a chart, and what is said about them in words. */

import { say } from './texts.js';

/**
 * @typedef {object} Step
 * @property {number} step @property {number} epoch
 * @property {number} taskLoss
 * @property {number | null} [discriminatorLoss] @property {number | null} [adversarialLoss]
 * @property {number | null} [discriminatorAccuracy] share 0..1
 */

/** @type {{name: keyof Step, label: string, plot: 'losses' | 'accuracy'}[]} */
export const SERIES = [
  { name: 'taskLoss', label: say('Task'), plot: 'losses' },
  { name: 'discriminatorLoss', label: say('Discriminator'), plot: 'losses' },
  { name: 'adversarialLoss', label: say('Adversarial'), plot: 'losses' },
  { name: 'discriminatorAccuracy', label: say('DiscriminatorAccuracy'), plot: 'accuracy' },
];

// A loss that ran away (null, NaN as text, infinity) is a gap in the line, not a zero.
const finite = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** @param {string} name @param {number | null | undefined} value @returns {string} */
export function formatLoss(name, value) {
  if (value === null || value === undefined) return '–';
  if (name === 'discriminatorAccuracy') return `${(value * 100).toFixed(0)} %`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 10000)) return value.toExponential(2);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 4);
}

export class LossColumns {
  constructor() {
    this.clear();
  }

  clear() {
    this.step = [];
    this.epoch = [];
    for (const { name } of SERIES) this[name] = [];
  }

  get length() {
    return this.step.length;
  }

  /** A run that was resumed goes back to its checkpoint: steps from there on replace those told before. @param {Step[]} steps */
  append(steps) {
    for (const entry of steps) {
      if (!Number.isFinite(entry?.step)) continue;
      while (this.length && this.step[this.length - 1] >= entry.step) this.#pop();
      this.step.push(entry.step);
      this.epoch.push(entry.epoch);
      for (const { name } of SERIES) this[name].push(finite(entry[name]));
    }
  }

  #pop() {
    this.step.pop();
    this.epoch.pop();
    for (const { name } of SERIES) this[name].pop();
  }

  /** Names of the series with at least one value: a method without a discriminator has one line, not three empty ones. */
  present() {
    return SERIES.filter(({ name }) => this[name].some((value) => value !== null)).map(({ name }) => name);
  }

  /** @param {number} count @returns {object[]} the newest first */
  latest(count) {
    const rows = [];
    for (let i = this.length - 1; i >= Math.max(0, this.length - count); i--)
      rows.push(Object.fromEntries(['step', 'epoch', ...SERIES.map((s) => s.name)].map((name) => [name, this[name][i]])));
    return rows;
  }

  /** @returns {string} for a screen reader */
  summary() {
    if (!this.length) return say('LossesAppearAfterTheFirstStep');
    const last = this.length - 1;
    const values = this.present().map((name) => {
      const { label, plot } = SERIES.find((series) => series.name === name);
      return plot === 'losses' ? say('CountedLoss', label, formatLoss(name, this[name][last])) : `${label} ${formatLoss(name, this[name][last])}`;
    });
    return say('StepEpoch', this.step[last], this.epoch[last], values.join(', '));
  }
}
