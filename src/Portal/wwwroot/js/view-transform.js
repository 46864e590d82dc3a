/**
 * Zoom and pan as plain numbers: stage point = image point × scale + offset, in CSS pixels.
 * @typedef {{scale: number, x: number, y: number}} View
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point
 */

/** Stage pixels per image pixel at most: beyond it a single pixel fills the hand. */
export const MAX_SCALE = 40;
/** Above this, single pixels are what the eye wants to see. */
export const CRISP_ABOVE = 4;
export const FIT_PADDING = 12;

const centre = (image, stage, scale) => ({
  scale,
  x: (stage.width - image.width * scale) / 2,
  y: (stage.height - image.height * scale) / 2,
});

/** @param {Size} image @param {Size} stage @returns {number} */
export function fitScale(image, stage, padding = FIT_PADDING) {
  const w = Math.max(1, stage.width - 2 * padding);
  const h = Math.max(1, stage.height - 2 * padding);
  return Math.min(w / image.width, h / image.height);
}

/** The whole image, centred. @param {Size} image @param {Size} stage @returns {View} */
export const fitView = (image, stage) => centre(image, stage, fitScale(image, stage));

/** @param {View} view @param {Point} point @returns {Point} */
export const toStage = (view, { x, y }) => ({ x: x * view.scale + view.x, y: y * view.scale + view.y });

/** @param {View} view @param {Point} point @returns {Point} */
export const toImage = (view, { x, y }) => ({ x: (x - view.x) / view.scale, y: (y - view.y) / view.scale });

/** Keeps the image in reach: never smaller than fitted, centred while it fits, edge to edge when it does not. */
export function clampView(view, image, stage) {
  const least = fitScale(image, stage);
  const scale = Math.min(Math.max(view.scale, least), Math.max(MAX_SCALE, least));
  const axis = (offset, side, room) => {
    const slack = room - side * scale;
    return slack >= 0 ? slack / 2 : Math.min(0, Math.max(slack, offset));
  };
  return { scale, x: axis(view.x, image.width, stage.width), y: axis(view.y, image.height, stage.height) };
}

/**
 * Zooms so that what lies under the point stays under it (up to the clamp at the edges).
 * @param {View} view @param {number} factor @param {Point} point in stage coordinates
 */
export function zoomAt(view, factor, point, image, stage) {
  const least = fitScale(image, stage);
  const scale = Math.min(Math.max(view.scale * factor, least), Math.max(MAX_SCALE, least));
  const under = toImage(view, point);
  return clampView({ scale, x: point.x - under.x * scale, y: point.y - under.y * scale }, image, stage);
}

/** @param {View} view @param {number} dx @param {number} dy in stage pixels */
export const panBy = (view, dx, dy, image, stage) =>
  clampView({ scale: view.scale, x: view.x + dx, y: view.y + dy }, image, stage);

/** Carries the view to a stage of another size: the same image point stays in the middle; a fitted view stays fitted. */
export function resizeView(view, image, before, after) {
  if (view.scale <= fitScale(image, before) * 1.001) return fitView(image, after);
  const middle = toImage(view, { x: before.width / 2, y: before.height / 2 });
  return clampView(
    { scale: view.scale, x: after.width / 2 - middle.x * view.scale, y: after.height / 2 - middle.y * view.scale },
    image,
    after,
  );
}

/**
 * The same part of another picture on another stage: as many times as large as fitted, and the same point of the picture in the middle.
 * Pictures of one part have one frame; of another size they are still looked at in the same place.
 * @param {View} view @param {Size} image @param {Size} stage @param {Size} otherImage @param {Size} otherStage @returns {View}
 */
export function carryView(view, image, stage, otherImage, otherStage) {
  const middle = toImage(view, { x: stage.width / 2, y: stage.height / 2 });
  const scale = (view.scale / fitScale(image, stage)) * fitScale(otherImage, otherStage);
  return clampView(
    {
      scale,
      x: otherStage.width / 2 - (middle.x / image.width) * otherImage.width * scale,
      y: otherStage.height / 2 - (middle.y / image.height) * otherImage.height * scale,
    },
    otherImage,
    otherStage,
  );
}

/** A wheel event as a zoom factor. Lines and pages are made pixels; a pinch on a touch pad comes as Ctrl and small steps. */
export function wheelFactor({ deltaY, deltaMode = 0, ctrlKey = false }) {
  const pixels = deltaY * [1, 16, 400][deltaMode];
  const step = Math.max(-240, Math.min(240, pixels)) * (ctrlKey ? 0.01 : 0.002);
  return Math.exp(-step);
}
