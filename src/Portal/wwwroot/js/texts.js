/**
 * What scripts say to people, in the language of the page. The texts come from the resources of the portal, in a file that the page
 * loads before any module (docs/texts.md).
 */

/** @param {string} key @param {...(string | number)} values for {0}, {1}, … @returns {string} */
export function say(key, ...values) {
  const text = globalThis.fewShotTexts[key];
  if (text === undefined) throw new Error(`There is no text ${key}.`);
  return text.replace(/\{(\d+)\}/g, (_, at) => String(values[at]));
}

/** The text for one or for another number; the number is {0} in it. @param {number} count @param {string} one @param {string} other @param {...(string | number)} values for {1}, … */
export const many = (count, one, other, ...values) => say(count === 1 ? one : other, count.toLocaleString('en'), ...values);
