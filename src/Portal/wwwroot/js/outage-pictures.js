/** Pictures that did not come during an outage, and are asked for again when it is over. */

import { whenBack } from './outage-events.js';

/** Only what the portal itself delivers. @param {EventTarget | null} element */
const isOurs = (element) => element instanceof HTMLImageElement && (element.getAttribute('src') ?? '').startsWith('/api/');

/** @param {() => void} missed called when one did not come */
export function mendPictures(missed) {
  /** @type {Set<HTMLImageElement>} */
  const waiting = new Set();
  const wait = (image) => {
    waiting.add(image);
    image.dataset.waits = 'true';
    missed();
  };
  document.addEventListener('error', (event) => isOurs(event.target) && wait(event.target), true);
  document.addEventListener('load', (event) => {
    if (waiting.delete(event.target)) delete event.target.dataset.waits;
  }, true);
  for (const image of document.images) if (isOurs(image) && image.complete && !image.naturalWidth) wait(image);
  whenBack(() => {
    for (const image of [...waiting]) {
      waiting.delete(image);
      delete image.dataset.waits;
      // The page may have put another picture into it meanwhile: what it names now is what is wanted.
      if (image.isConnected) image.src = image.getAttribute('src');
    }
  });
}
