import test from 'node:test';
import assert from 'node:assert/strict';
import { LOOK, parseLook, readLook, saveLook } from '../../src/Portal/wwwroot/js/look.js';

const store = (text) => {
  const kept = new Map(text === undefined ? [] : [['fs-look', text]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
};

test('a look that was saved is read as it was', () => {
  for (const look of [
    { opacity: 0, colourMap: 'viridis', heatmap: false, contour: false, beside: true },
    { opacity: 100, colourMap: 'jet', heatmap: true, contour: false, beside: false },
  ]) {
    const storage = store();
    saveLook(look, storage);
    assert.deepEqual(readLook(storage), look);
  }
});

test('what is kept may be anything: what makes no sense falls back by itself', () => {
  for (const text of [undefined, '', 'null', '7', '[]', '{', '"turbo"', '{"opacity":"much","colourMap":"rainbow","contour":1,"x":2}']) assert.deepEqual(readLook(store(text)), LOOK);
  assert.deepEqual(parseLook('{"opacity":140.4,"contour":false}'), { ...LOOK, opacity: 100, contour: false });
  assert.equal(parseLook('{"opacity":-3}').opacity, 0);
});

test('a browser that keeps nothing shows the usual look, and saving does not fail', () => {
  const forbidden = { getItem: () => { throw new Error('denied'); }, setItem: () => { throw new Error('full'); } };
  assert.deepEqual(readLook(forbidden), LOOK);
  saveLook(LOOK, forbidden);
});
