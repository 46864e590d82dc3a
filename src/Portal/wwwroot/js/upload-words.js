/** What the tray says. Plain words, counts with what they count. */

const files = (n) => (n === 1 ? '1 file' : `${n.toLocaleString('en')} files`);

/** @param {{total: number, done: number, duplicate: number, failed: number, cancelled: number, finished: boolean}} summary */
export function trayTitle({ total, done, duplicate, failed, cancelled, finished }) {
  const n = (value) => value.toLocaleString('en');
  if (!total) return 'No files to upload';
  const parts = [];
  if (!finished) parts.push(`${n(done)} of ${n(total)} uploaded`);
  else if (done === total) parts.push(`${files(total)} uploaded`);
  else parts.push(`${n(done)} of ${files(total)} uploaded`);
  if (failed) parts.push(`${n(failed)} failed`);
  if (cancelled) parts.push(`${n(cancelled)} cancelled`);
  if (duplicate && finished) parts.push(`${n(duplicate)} already there`);
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
  const say = (word) => [word, item.message, folder].filter(Boolean).join(' · ');
  switch (item.state) {
    case 'waiting':
      return { name, words: say(item.mask ? 'Waiting for the images' : 'Waiting'), icon: 'waiting', action: 'close' };
    case 'sending':
      return { name, words: say(item.progress >= 1 ? 'Checking' : `Uploading ${Math.round(item.progress * 100)} %`), icon: 'sending', action: 'close' };
    case 'pausing':
      return { name, words: say('Trying again'), icon: 'pausing', action: 'close' };
    case 'done':
      return { name, words: say('Uploaded'), icon: 'done', action: null };
    case 'duplicate':
      return { name, words: say('Already there'), icon: 'duplicate', action: null };
    case 'cancelled':
      return { name, words: say('Cancelled'), icon: 'cancelled', action: 'retry' };
    default:
      return { name, words: say('Failed'), icon: 'failed', action: item.retryable ? 'retry' : null };
  }
}
