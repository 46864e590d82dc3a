/** Names and paths of what is dropped: which are images, which are masks, which are nobody's business. */

import { say } from './texts.js';

/** In the MVTec layout a mask lies under ground_truth and is called NNN_mask.png. @param {string} path */
export const isMaskPath = (path) => /(^|\/)ground_truth\/(.+\/)?[^/]+_mask\.[a-z0-9]+$/i.test(path);

/** What file managers leave behind. @param {string} path */
export const isLitter = (path) =>
  /(^|\/)(\.[^/]*|__MACOSX\/.*|Thumbs\.db|desktop\.ini)$/i.test(path) || /(^|\/)(__MACOSX|\.[^/]+)\//i.test(path);

/**
 * @param {{name: string, type?: string}} file
 * @param {string} accept as in <input accept>: ".png,image/jpeg,image/*"; empty accepts everything
 */
export function isAccepted(file, accept) {
  const rules = (accept ?? '').split(',').map((rule) => rule.trim().toLowerCase()).filter(Boolean);
  if (!rules.length) return true;
  const name = file.name.toLowerCase();
  const type = (file.type ?? '').toLowerCase();
  return rules.some((rule) => {
    if (rule.startsWith('.')) return name.endsWith(rule);
    return rule.endsWith('/*') ? type.startsWith(rule.slice(0, -1)) : type === rule;
  });
}

/** @param {number} bytes @returns {string} such as "50 MB" */
export function formatBytes(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = [say('KB'), say('MB'), say('GB')];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * Splits what was chosen into what is sent or refused and what is left out without a word per file.
 * A folder's other files (readme, licence) are left out; a single file somebody chose by hand gets a reason.
 * @param {{file: File, path: string, fromFolder: boolean}[]} found
 * @param {{accept?: string, maxBytes?: number}} limits
 */
export function sift(found, { accept = '', maxBytes = Infinity }) {
  const files = [];
  let leftOut = 0;
  for (const { file, path, fromFolder } of found) {
    if (isLitter(path)) continue;
    if (!isAccepted(file, accept)) {
      if (fromFolder) leftOut++;
      else files.push({ file, path, refusal: say('NotAnImageFormatThatCanBe') });
    } else if (file.size > maxBytes) files.push({ file, path, refusal: say('LargerThan', formatBytes(maxBytes)) });
    else if (file.size === 0) files.push({ file, path, refusal: say('TheFileIsEmpty') });
    else files.push({ file, path });
  }
  return { files, leftOut };
}
