import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printPage } from '../../src/Portal/wwwroot/js/print.js';

function picture(complete) {
  const image = new EventTarget();
  image.complete = complete;
  return image;
}

test('it prints at once when every picture is there', async () => {
  let printed = 0;
  await printPage({ images: [picture(true), picture(true)] }, () => printed++);
  assert.equal(printed, 1);
});

test('it waits for pictures that are on their way, and not for ever for one that fails', async () => {
  let printed = 0;
  const [coming, failing] = [picture(false), picture(false)];
  const done = printPage({ images: [picture(true), coming, failing] }, () => printed++);
  coming.dispatchEvent(new Event('load'));
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(printed, 0);
  failing.dispatchEvent(new Event('error'));
  await done;
  assert.equal(printed, 1);
});
