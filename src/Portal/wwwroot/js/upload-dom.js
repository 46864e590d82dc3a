/** Elements and icons of the tray. Icons are drawn here: a tray on the body cannot count on a component's markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** 20 × 20, stroked in the current colour. Each state has its own shape, so that colour is never the only sign. */
const ICONS = {
  chevron: 'm5 7.5 5 5 5-5',
  close: 'm5.5 5.5 9 9m0-9-9 9',
  retry: 'M15.5 10a5.5 5.5 0 1 1-1.7-4M14.5 2.8v3.4h-3.4',
  waiting: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M10 6.5V10l2.5 1.5',
  sending: 'M10 15.5V5m-4.2 4L10 4.8 14.2 9',
  pausing: 'M15.5 10a5.5 5.5 0 1 1-1.7-4M14.5 2.8v3.4h-3.4',
  done: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M7 10.2l2.1 2.1L13.2 8',
  duplicate: 'M7.5 7.5h8v8h-8zM5 12.5h-.5v-8h8V5',
  failed: 'M10 3.2 17.3 16H2.7zM10 8v3.7m0 2v.1',
  cancelled: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.6 14.4l8.8-8.8',
};

/** @param {string} tag @param {string} className @param {Element} [parent] */
export function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent?.append(made);
  return made;
}

/** @param {string} className @param {string} text @param {Element} parent @param {() => void} clicked */
export function button(className, text, parent, clicked) {
  const made = element('button', className, parent);
  made.type = 'button';
  if (text) made.textContent = text;
  made.addEventListener('click', clicked);
  return made;
}

/** @param {keyof ICONS} name @param {Element} parent */
export function icon(name, parent) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'fs-upload-icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  parent.append(svg);
  return svg;
}
