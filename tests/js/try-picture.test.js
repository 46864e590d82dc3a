import './texts.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRefusal, pictureOf } from '../../src/Portal/wwwroot/js/try-picture.js';

const answer = {
  thresholds: { t1: 1, t2: 2, pixel: 3, scaleLow: 0.5, scaleHigh: 5.5 },
  map: '/api/v1/scores/1/map',
  heatmap: '/api/v1/scores/1/heatmap.png',
};

test('a picture is drawn on the model\'s fixed scale', () => {
  const picture = { imageUrl: 'blob:1', mapUrl: answer.map, low: 0.5, high: 5.5, threshold: 3, alt: 'a.png' };
  assert.deepEqual(pictureOf(answer, 'blob:1', 'a.png'), picture);
});

test('the heatmap stands in for what a browser cannot draw', () => {
  assert.deepEqual(pictureOf(answer, null, 'a.tif'), { imageUrl: answer.heatmap, alt: 'Heatmap of a.tif' });
});

test('a refusal is told in the portal\'s own words', () => {
  assert.equal(explainRefusal(400, { title: 'No', detail: 'The file is empty.' }), 'The file is empty.');
  assert.equal(explainRefusal(503, { title: 'Not available right now' }), 'Not available right now');
  assert.match(explainRefusal(500, null), /500/);
  assert.match(explainRefusal(0, null), /cannot be reached/);
  assert.match(explainRefusal(401, { detail: 'key' }), /signed out/);
});
