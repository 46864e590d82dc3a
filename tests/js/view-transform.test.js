import test from 'node:test';
import assert from 'node:assert/strict';
import { MAX_SCALE, clampView, fitScale, fitView, panBy, resizeView, toImage, toStage, wheelFactor, zoomAt } from '../../src/Portal/wwwroot/js/view-transform.js';
import { keyAction } from '../../src/Portal/wwwroot/js/stage-input.js';

const image = { width: 900, height: 700 };
const stage = { width: 800, height: 500 };
const close = (a, b) => Object.keys(b).forEach((k) => assert.ok(Math.abs(a[k] - b[k]) < 1e-9, `${k}: ${a[k]} is not ${b[k]}`));

test('a fitted image is whole, centred and as large as fits', () => {
  const view = fitView(image, stage);
  const a = toStage(view, { x: 0, y: 0 });
  const b = toStage(view, { x: image.width, y: image.height });
  close({ x: a.x + b.x, y: a.y + b.y }, { x: stage.width, y: stage.height });
  assert.equal(Math.round(Math.min(a.x, a.y)), 12);
});

test('to the stage and back is where one was', () => {
  for (const view of [{ scale: 0.3, x: -7, y: 11 }, { scale: 17, x: 400, y: -3000 }])
    for (const point of [{ x: 0, y: 0 }, { x: 123.4, y: -5 }]) {
      close(toImage(view, toStage(view, point)), point);
      close(toStage(view, toImage(view, point)), point);
    }
});

test('zooming keeps what lies under the pointer', () => {
  let view = zoomAt(fitView(image, stage), 4, { x: 400, y: 250 }, image, stage);
  for (const [factor, point] of [[1.3, { x: 200, y: 100 }], [1.7, { x: 640, y: 420 }], [0.8, { x: 400, y: 200 }]]) {
    const under = toImage(view, point);
    view = zoomAt(view, factor, point, image, stage);
    close(toImage(view, point), under);
  }
});

test('zooming in and out at a point comes back', () => {
  const start = zoomAt(fitView(image, stage), 6, { x: 400, y: 250 }, image, stage);
  const there = zoomAt(start, 1.5, { x: 300, y: 200 }, image, stage);
  close(zoomAt(there, 1 / 1.5, { x: 300, y: 200 }, image, stage), start);
});

test('no zoom leaves the limits, whatever the factor', () => {
  const fit = fitView(image, stage);
  close(zoomAt(fit, 1e-6, { x: 1, y: 1 }, image, stage), fit);
  assert.equal(zoomAt(fit, 1e9, { x: 1, y: 1 }, image, stage).scale, MAX_SCALE);
});

test('an image smaller than the fit of the largest zoom still fits', () => {
  const dot = { width: 4, height: 4 };
  assert.ok(fitScale(dot, stage) > MAX_SCALE);
  close(zoomAt(fitView(dot, stage), 2, { x: 0, y: 0 }, dot, stage), fitView(dot, stage));
});

test('panning cannot lose the image', () => {
  const view = zoomAt(fitView(image, stage), 5, { x: 400, y: 250 }, image, stage);
  for (const [dx, dy] of [[1e6, 0], [-1e6, 0], [0, 1e6], [0, -1e6], [1e6, -1e6]]) {
    const moved = panBy(view, dx, dy, image, stage);
    const a = toStage(moved, { x: 0, y: 0 });
    const b = toStage(moved, { x: image.width, y: image.height });
    assert.ok(a.x <= 0 && a.y <= 0 && b.x >= stage.width - 1e-6 && b.y >= stage.height - 1e-6);
  }
  close(panBy(fitView(image, stage), 50, 50, image, stage), fitView(image, stage));
});

test('a clamped view stays as it is', () => {
  const view = clampView({ scale: 3, x: -500, y: -99999 }, image, stage);
  close(clampView(view, image, stage), view);
});

test('a stage that changes size keeps the middle, or the fit', () => {
  const after = { width: 500, height: 640 };
  close(resizeView(fitView(image, stage), image, stage, after), fitView(image, after));
  const view = zoomAt(fitView(image, stage), 8, { x: 380, y: 260 }, image, stage);
  const middle = toImage(view, { x: 400, y: 250 });
  close(toImage(resizeView(view, image, stage, after), { x: 250, y: 320 }), middle);
});

test('a wheel zooms in when turned away, by like steps in all units, and never wildly', () => {
  assert.ok(wheelFactor({ deltaY: -100 }) > 1);
  assert.ok(Math.abs(wheelFactor({ deltaY: -100 }) * wheelFactor({ deltaY: 100 }) - 1) < 1e-12);
  assert.equal(wheelFactor({ deltaY: 3, deltaMode: 1 }), wheelFactor({ deltaY: 48 }));
  assert.ok(wheelFactor({ deltaY: -1e6 }) < 2);
  assert.ok(wheelFactor({ deltaY: -10, ctrlKey: true }) > wheelFactor({ deltaY: -10 }));
});

test('keys of the stage: plain arrows are left to the page', () => {
  assert.equal(keyAction({ key: 'ArrowRight', shiftKey: false }), undefined);
  assert.deepEqual(keyAction({ key: 'ArrowRight', shiftKey: true }), ['pan', -60, 0]);
  assert.deepEqual(keyAction({ key: 'Z', shiftKey: true }), ['fit']);
  assert.equal(keyAction({ key: '+', shiftKey: true })[0], 'zoom');
  assert.equal(keyAction({ key: 'a', shiftKey: false }), undefined);
});
