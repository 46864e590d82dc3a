/** The strip of all images of a list: its rows are virtual, so that the one shown is brought into sight by its number. */

/**
 * @param {HTMLElement} strip @param {number} index @param {number} height of a row in CSS pixels
 * @param {boolean} [centre] in the middle even when it is in sight already
 */
export function bringIntoSight(strip, index, height, centre = false) {
  const top = scrollFor({ top: strip.scrollTop, height: strip.clientHeight }, index, height, centre);
  if (top !== strip.scrollTop) strip.scrollTop = top;
}

/** @param {{top: number, height: number}} sight @returns {number} where to scroll to; the same when the row is in sight with its neighbours */
export function scrollFor(sight, index, row, centre = false) {
  const [above, below] = [(index - 1) * row, (index + 2) * row];
  if (!centre && above >= sight.top && below <= sight.top + sight.height) return sight.top;
  return Math.max(0, (index + 0.5) * row - sight.height / 2);
}
