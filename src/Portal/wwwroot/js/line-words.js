/** What the page of the line says in words. No DOM in here. */

import { wilson } from './line-scores.js';

const ENOUGH = 20;

/** @param {number} share 0..1 */
export const percent = (share) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

const count = (n) => n.toLocaleString('en');

/** A share with how far it may be off. @param {string} what the images are */
export function rate(hits, all, what) {
  const interval = wilson(hits, all);
  if (!interval) return `no ${what} images to tell by`;
  return `${percent(hits / all)} · ${count(hits)} of ${count(all)} · 95 %: ${percent(interval[0])} to ${percent(interval[1])}`;
}

/** @param {{from: string, to: string, images: number}[]} flips */
export function changes(flips) {
  const images = flips.reduce((sum, flip) => sum + flip.images, 0);
  if (!images) return 'No image changes its verdict.';
  const which = flips.map((flip) => `${count(flip.images)} ${flip.from} → ${flip.to}`).join(', ');
  return `${count(images)} ${images === 1 ? 'image changes' : 'images change'}: ${which}.`;
}

/** What these labels can decide and what they cannot; empty where nothing is missing. */
export function advice({ good, defective, unlabelled }) {
  if (!good.images && !defective.images) {
    return unlabelled.images
      ? 'No test image has a label, so nobody can say which verdicts are right. The line from normal shots stands by itself; the counts show how many parts it would send to people. Label some good and defective images to see escapes, false alarms and costs.'
      : 'This model has scored no image yet. The line from normal shots stands by itself; score test images to see what it makes of them.';
  }
  if (!defective.images)
    return 'Only good images have a label: false alarms can be told, escapes cannot. Label defective images before you raise T1 or T2.';
  if (!good.images) return 'Only defective images have a label: escapes can be told, false alarms cannot. Label good images before you lower T1 or T2.';
  const few = [[good, 'good'], [defective, 'defective']].filter(([part]) => part.images < ENOUGH).map(([part, word]) => `${part.images} ${word}`);
  return few.length
    ? `${few.join(' and ')} ${few.length === 1 && few[0].startsWith('1 ') ? 'image is' : 'images are'} few: the intervals say how little is known. F1 and cheapest follow these very images, so they look better here than they will be.`
    : '';
}
