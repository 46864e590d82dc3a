/** Paints what is drawn over a stage: areas of the two layers, the region of the whole project, handles, crosshair and brush. */

import { outlineOf } from './annotate-geometry.js';

const COLOURS = { defect: '#FF6B35', ignore: '#8AB4F8' };
const LINE = '#FFFFFF';
const HALO = 'rgba(16, 18, 22, 0.85)';
const HANDLE = 9;

/** Diagonal lines: an ignored area must not pass for a defect to who does not see the colour. */
function hatch(context, colour, ratio) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(8 * ratio);
  const pen = tile.getContext('2d');
  // Dark below light: it shows on bright metal and on black alike.
  pen.fillStyle = 'rgba(16, 24, 40, 0.55)';
  pen.fillRect(0, 0, tile.width, tile.height);
  pen.strokeStyle = colour;
  pen.lineWidth = 2 * ratio;
  for (const shift of [-1, 0, 1]) {
    pen.moveTo(shift * tile.width, tile.height);
    pen.lineTo((shift + 1) * tile.width, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

/** A white-on-black mask with its black made clear. @param {ImageBitmap} bitmap */
export function clearMask(bitmap) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data[i + 3] = pixels.data[i];
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function trace(context, points, closed) {
  context.beginPath();
  context.moveTo(points[0], points[1]);
  for (let i = 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
  if (closed) context.closePath();
}

/** Shapes in their order; an eraser takes away what is there. @param {CanvasRenderingContext2D} pen */
function fillShapes(pen, shapes) {
  pen.lineCap = pen.lineJoin = 'round';
  // Opaque: a pattern that is left over from another layer would leave holes.
  pen.fillStyle = pen.strokeStyle = '#fff';
  for (const shape of shapes) {
    const isStroke = shape.tool === 'brush' || shape.tool === 'erase';
    pen.globalCompositeOperation = shape.tool === 'erase' ? 'destination-out' : 'source-over';
    if (isStroke && shape.points.length === 2) {
      pen.beginPath();
      pen.arc(shape.points[0], shape.points[1], shape.radius, 0, 2 * Math.PI);
      pen.fill();
      continue;
    }
    trace(pen, outlineOf(shape), !isStroke);
    pen.lineWidth = 2 * (shape.radius ?? 0);
    if (isStroke) pen.stroke();
    else pen.fill('nonzero');
  }
}

/** Shapes as a mask: opaque where they are. @param {{width: number, height: number, shapes: object[]}} region */
export function maskOf({ width, height, shapes }) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  fillShapes(canvas.getContext('2d'), shapes);
  return canvas;
}

export class Layers {
  /** Masks below the shapes. @type {{defect: HTMLCanvasElement | null, project: HTMLCanvasElement | null}} */ masks = { defect: null, project: null };
  opacity = 0.5;
  #scratch = document.createElement('canvas');

  /** @param {HTMLCanvasElement} canvas over the stage, of its size @param {{view: import('./view-transform.js').View}} stage */
  constructor(canvas, stage) {
    Object.assign(this, { canvas, stage });
    this.context = canvas.getContext('2d');
  }

  /** @param {import('./annotate-tools.js').Tools} tools @param {boolean} useBase @param {{x: number, y: number} | null} hover */
  paint(tools, useBase, hover) {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    for (const canvas of [this.canvas, this.#scratch]) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
    const { context } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (!width || !height) return;
    const { view } = this.stage;
    const place = [view.scale * ratio, 0, 0, view.scale * ratio, view.x * ratio, view.y * ratio];
    const shapes = tools.shown;
    if (this.masks.project) this.#layer([], this.masks.project, hatch(context, '#C3C9D2', ratio), place, tools.size, 0.6);
    this.#layer(shapes.filter((shape) => shape.layer === 'ignore'), null, hatch(context, COLOURS.ignore, ratio), place, tools.size, 1);
    this.#layer(shapes.filter((shape) => shape.layer === 'defect'), useBase ? this.masks.defect : null, COLOURS.defect, place, tools.size, 1);
    context.setTransform(...place);
    const unit = 1 / (view.scale * ratio);
    this.#handles(tools, unit * ratio);
    this.#pen(tools, hover, unit * ratio);
  }

  /** Shapes in their order over a mask, then all of it in one colour: where two areas overlap it does not get darker. */
  #layer(shapes, below, fill, place, size, strength) {
    if (!shapes.length && !below) return;
    const pen = this.#scratch.getContext('2d');
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.#scratch.width, this.#scratch.height);
    pen.setTransform(...place);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, size.width, size.height);
    pen.clip();
    pen.imageSmoothingEnabled = false;
    if (below) pen.drawImage(below, 0, 0, size.width, size.height);
    fillShapes(pen, shapes);
    pen.restore();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalCompositeOperation = 'source-in';
    pen.fillStyle = fill;
    pen.fillRect(0, 0, this.#scratch.width, this.#scratch.height);
    pen.globalCompositeOperation = 'source-over';
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.globalAlpha = this.opacity * strength;
    this.context.drawImage(this.#scratch, 0, 0);
    this.context.globalAlpha = 1;
  }

  /** The chosen shape with its corners, and the polygon that is being set. */
  #handles({ doc, selected, vertex, pending, shown, cursor }, pixel) {
    const chosen = doc.shapes[selected] && shown[selected];
    if (chosen) {
      const isStroke = chosen.tool === 'brush' || chosen.tool === 'erase';
      this.#line(outlineOf(chosen), !isStroke, pixel, []);
      if (!isStroke) this.#dots(chosen.points, vertex, pixel);
    }
    if (!pending || pending.tool === 'brush' || pending.tool === 'erase') return;
    const points = pending.tool === 'box' ? outlineOf(pending) : cursor ? [...pending.points, cursor.x, cursor.y] : pending.points;
    if (points.length > 2) this.#line(points, pending.tool === 'box', pixel, [5, 4]);
    if (pending.tool === 'polygon') this.#dots(pending.points, 0, pixel);
  }

  #line(points, closed, pixel, dash) {
    const { context } = this;
    trace(context, points, closed);
    context.lineJoin = 'round';
    for (const [colour, width, dashes] of [[HALO, 3.5, []], [LINE, 1.5, dash]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * pixel;
      context.setLineDash(dashes.map((length) => length * pixel));
      context.stroke();
    }
    context.setLineDash([]);
  }

  #dots(points, marked, pixel) {
    const { context } = this;
    const side = HANDLE * pixel;
    for (let i = 0; i < points.length; i += 2) {
      context.fillStyle = i / 2 === marked ? '#FFD54A' : LINE;
      context.strokeStyle = HALO;
      context.lineWidth = 1.5 * pixel;
      context.beginPath();
      context.rect(points[i] - side / 2, points[i + 1] - side / 2, side, side);
      context.fill();
      context.stroke();
    }
  }

  /** The brush's rim where the pointer is, and the crosshair of the keyboard. */
  #pen({ tool, radius, cursor }, hover, pixel) {
    const { context } = this;
    const at = cursor ?? hover;
    if (at && (tool === 'brush' || tool === 'erase')) {
      for (const [colour, width] of [[HALO, 3], [LINE, 1.25]]) {
        context.beginPath();
        context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
        context.strokeStyle = colour;
        context.lineWidth = width * pixel;
        context.stroke();
      }
    }
    if (!cursor) return;
    const arm = 14 * pixel;
    const gap = 3 * pixel;
    for (const [colour, width] of [[HALO, 3.5], [LINE, 1.5]]) {
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(cursor.x + dx * gap, cursor.y + dy * gap);
        context.lineTo(cursor.x + dx * arm, cursor.y + dy * arm);
      }
      context.strokeStyle = colour;
      context.lineWidth = width * pixel;
      context.stroke();
    }
  }
}
