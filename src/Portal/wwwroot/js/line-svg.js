/** Small pictures of lines, by hand: nothing here needs a library. */

const SPACE = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
export function svg(name, attributes, text) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

const SIZE = 220;
const EDGE = { left: 34, right: 10, top: 8, bottom: 34 };

/**
 * A curve in the unit square with the places of T1 and T2 on it.
 * @param {HTMLElement} host
 * @param {{name: string, x: string, y: string, points: [number, number][], marks: {word: string, at: [number, number]}[], chance?: [number, number][], side: 'left' | 'right'}} what two marks, and the side of the curve with room for their words
 */
export function drawUnitCurve(host, { name, x, y, points, marks, chance, side }) {
  const wide = SIZE - EDGE.left - EDGE.right;
  const high = SIZE - EDGE.top - EDGE.bottom;
  const place = ([a, b]) => [EDGE.left + a * wide, EDGE.top + (1 - b) * high];
  const path = (list) => list.map((point, i) => `${i ? 'L' : 'M'}${place(point).map((n) => n.toFixed(1)).join(' ')}`).join('');
  const percent = (n) => `${Math.round(n * 1000) / 10} %`;
  const picture = svg('svg', {
    class: 'fs-curve', viewBox: `0 0 ${SIZE} ${SIZE}`, role: 'img',
    'aria-label': `${name}. ${marks.map(({ word, at }) => `${word}: ${x} ${percent(at[0])}, ${y} ${percent(at[1])}`).join('. ')}`,
  });
  picture.append(svg('rect', { class: 'frame', x: EDGE.left, y: EDGE.top, width: wide, height: high }));
  if (chance) picture.append(svg('path', { class: 'chance', d: path(chance) }));
  picture.append(svg('path', { class: 'curve', d: path(points) }));
  for (const n of [0, 0.5, 1]) {
    picture.append(svg('text', { class: 'tick', x: place([n, 0])[0], y: SIZE - EDGE.bottom + 14, 'text-anchor': n === 1 ? 'end' : 'middle' }, String(n)));
    picture.append(svg('text', { class: 'tick', x: EDGE.left - 5, y: place([0, n])[1] + 4, 'text-anchor': 'end' }, String(n)));
  }
  picture.append(svg('text', { class: 'tick', x: EDGE.left + wide / 2, y: SIZE - 4, 'text-anchor': 'middle' }, x));
  picture.append(svg('text', { class: 'tick', transform: `translate(9 ${EDGE.top + high / 2}) rotate(-90)`, 'text-anchor': 'middle' }, y));
  const seats = marks.map(({ word, at }) => ({ word, at: place(at) }));
  const together = Math.hypot(seats[0].at[0] - seats[1].at[0], seats[0].at[1] - seats[1].at[1]) < 24;
  seats.forEach(({ word, at: [px, py] }, i) => {
    picture.append(svg('circle', { class: 'mark', cx: px, cy: py, r: 4.5 }));
    if (together && i) return;
    // On the side where the curve is not, and inside the frame.
    const left = side === 'left' && px > EDGE.left + 60;
    const label = together ? `${seats[0].word} ${seats[1].word}` : word;
    picture.append(svg('text', { class: 'mark-word', x: px + (left ? -8 : 8), y: Math.min(EDGE.top + high - 4, py + 16), 'text-anchor': left ? 'end' : 'start' }, label));
  });
  host.replaceChildren(picture);
}
