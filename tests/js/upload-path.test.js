import './texts.js';
import test from 'node:test';
import assert from 'node:assert/strict';
import { formatBytes, isAccepted, isLitter, isMaskPath, sift } from '../../src/Portal/wwwroot/js/upload-path.js';
import { rowView, trayTitle } from '../../src/Portal/wwwroot/js/upload-words.js';

test('a mask lies under ground_truth and ends in _mask', () => {
  for (const path of ['bottle/ground_truth/broken_large/000_mask.png', 'ground_truth/000_mask.PNG', 'a/b/ground_truth/x/y/1_mask.tiff'])
    assert.ok(isMaskPath(path), path);
  for (const path of ['bottle/test/good/000.png', 'bottle/test/x/000_mask.png', 'ground_truth/x/000.png', 'my_ground_truth/000_mask.png', '000_mask.png'])
    assert.ok(!isMaskPath(path), path);
});

test('what file managers leave behind is litter', () => {
  for (const path of ['a/.DS_Store', 'Thumbs.db', 'a/desktop.ini', '__MACOSX/a/b.png', 'a/.git/x.png', '.hidden']) assert.ok(isLitter(path), path);
  for (const path of ['a/000.png', 'a.b/c.png', 'thumbs.png']) assert.ok(!isLitter(path), path);
});

test('accept knows endings, types and families', () => {
  const png = { name: 'A.PNG', type: 'image/png' };
  assert.ok(isAccepted(png, '.png,.jpg'));
  assert.ok(isAccepted(png, ' image/* '));
  assert.ok(isAccepted(png, ''));
  assert.ok(isAccepted({ name: 'x.tiff', type: '' }, 'image/png,.tiff'));
  assert.ok(!isAccepted({ name: 'readme.txt', type: 'text/plain' }, '.png,image/*'));
});

test('other files of a folder are left out, a file chosen by hand gets a reason', () => {
  const found = (path, fromFolder, size = 5) => ({ file: { name: path.split('/').at(-1), type: '', size }, path, fromFolder });
  const { files, leftOut } = sift(
    [found('b/readme.txt', true), found('b/1.png', true), found('note.txt', false), found('b/.DS_Store', true), found('2.png', false, 99), found('3.png', false, 0)],
    { accept: '.png', maxBytes: 50 },
  );
  assert.equal(leftOut, 1);
  assert.deepEqual(files.map((f) => [f.path, f.refusal]), [
    ['b/1.png', undefined], ['note.txt', 'Not an image format that can be read here'], ['2.png', 'Larger than 50 B'], ['3.png', 'The file is empty'],
  ]);
});

test('sizes in words', () => {
  assert.deepEqual([900, 1536, 50 * 2 ** 20, 3.2 * 2 ** 30].map(formatBytes), ['900 B', '1.5 KB', '50 MB', '3.2 GB']);
});

test('the tray counts in words', () => {
  const base = { total: 83, done: 3, duplicate: 0, failed: 1, cancelled: 0, finished: false };
  assert.equal(trayTitle(base), '3 of 83 uploaded, 1 failed');
  assert.equal(trayTitle({ ...base, total: 0, done: 0, failed: 0, finished: true }), 'No files to upload');
  assert.equal(trayTitle({ ...base, done: 83, failed: 0, finished: true }), '83 files uploaded');
  assert.equal(trayTitle({ ...base, total: 1, done: 1, failed: 0, finished: true }), '1 file uploaded');
  assert.equal(trayTitle({ ...base, total: 2000, done: 1990, duplicate: 4, cancelled: 9, finished: true }), '1,990 of 2,000 files uploaded, 1 failed, 9 cancelled, 4 already there');
});

test('a row always has a word, and an action only where one helps', () => {
  for (const state of ['waiting', 'sending', 'pausing', 'done', 'duplicate', 'cancelled', 'failed']) {
    const view = rowView({ state, path: 'a/b.png', progress: 0.5, message: '', mask: false, retryable: true });
    assert.equal(view.name, 'b.png');
    assert.match(view.words, /^[A-Z].+ · a$/);
  }
  assert.equal(rowView({ state: 'failed', path: 'b.png', message: 'Cut off', retryable: false }).action, null);
});
