/** What the page of the line says in words. No DOM in here. */

import { wilson } from './line-scores.js';
import { many, say } from './texts.js';

const ENOUGH = 20;

const NONE = { good: say('NoGoodImagesToTellBy'), defective: say('NoDefectiveImagesToTellBy') };
const WITHIN = { normal: say('NormalInText'), uncertain: say('UncertainInText'), defect: say('DefectInText') };

/** @param {number} share 0..1 */
export const percent = (share) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

const count = (n) => n.toLocaleString('en');

/** A share with how far it may be off. @param {'good' | 'defective'} what the images are */
export function rate(hits, all, what) {
  const interval = wilson(hits, all);
  if (!interval) return NONE[what];
  return say('Of95PercentTo', percent(hits / all), count(hits), count(all), percent(interval[0]), percent(interval[1]));
}

/** @param {{from: string, to: string, images: number}[]} flips */
export function changes(flips) {
  const images = flips.reduce((sum, flip) => sum + flip.images, 0);
  if (!images) return say('NoImageChangesItsVerdict');
  const which = flips.map((flip) => `${count(flip.images)} ${WITHIN[flip.from]} → ${WITHIN[flip.to]}`).join(', ');
  return many(images, 'ImageChanges', 'ImagesChange', which);
}

/** What these labels can decide and what they cannot; empty where nothing is missing. */
export function advice({ good, defective, unlabelled }) {
  if (!good.images && !defective.images) {
    return unlabelled.images
      ? say('NoTestImageHasALabelSo')
      : say('ThisModelHasScoredNoImageYet');
  }
  if (!defective.images)
    return say('OnlyGoodImagesHaveALabelFalse');
  if (!good.images) return say('OnlyDefectiveImagesHaveALabelEscapes');
  const few = [good, defective].map((part) => part.images < ENOUGH);
  const which = few[0] && few[1] ? say('GoodAndDefectiveImagesAreFew', good.images, defective.images)
    : few[0] ? many(good.images, 'GoodImageIsFew', 'GoodImagesAreFew')
      : few[1] ? many(defective.images, 'DefectiveImageIsFew', 'DefectiveImagesAreFew') : '';
  return which && say('TheIntervalsSayHowLittleIsKnown', which);
}
