/** What the tray says. Plain words, counts with what they count. */

import { many, say } from './texts.js';

/** @param {{total: number, done: number, duplicate: number, failed: number, cancelled: number, finished: boolean}} summary */
export function trayTitle({ total, done, duplicate, failed, cancelled, finished }) {
  const n = (value) => value.toLocaleString('en');
  if (!total) return say('NoFilesToUpload');
  const parts = [];
  if (!finished) parts.push(say('OfUploaded', n(done), n(total)));
  else if (done === total) parts.push(many(total, 'FileUploaded', 'FilesUploaded'));
  else parts.push(many(total, 'OfFileUploaded', 'OfFilesUploaded', n(done)));
  if (failed) parts.push(say('Failed', n(failed)));
  if (cancelled) parts.push(say('Cancelled', n(cancelled)));
  if (duplicate && finished) parts.push(say('AlreadyThere', n(duplicate)));
  return parts.join(', ');
}

/**
 * @param {import('./upload-queue.js').UploadItem} item
 * @returns {{name: string, words: string, icon: string, action: 'retry' | 'close' | null}}
 */
export function rowView(item) {
  const slash = item.path.lastIndexOf('/');
  const name = item.path.slice(slash + 1);
  const folder = slash > 0 ? item.path.slice(0, slash) : '';
  const row = (word) => [word, item.message, folder].filter(Boolean).join(' · ');
  switch (item.state) {
    case 'waiting':
      return { name, words: row(item.mask ? say('WaitingForTheImages') : say('Waiting')), icon: 'waiting', action: 'close' };
    case 'sending':
      return { name, words: row(item.progress >= 1 ? say('Checking') : say('UploadingPercent', Math.round(item.progress * 100))), icon: 'sending', action: 'close' };
    case 'pausing':
      return { name, words: row(say('TryingAgain')), icon: 'pausing', action: 'close' };
    case 'done':
      return { name, words: row(say('Uploaded')), icon: 'done', action: null };
    case 'duplicate':
      return { name, words: row(say('AlreadyThereWord')), icon: 'duplicate', action: null };
    case 'cancelled':
      return { name, words: row(say('CancelledWord')), icon: 'cancelled', action: 'retry' };
    default:
      return { name, words: row(say('FailedWord')), icon: 'failed', action: item.retryable ? 'retry' : null };
  }
}
