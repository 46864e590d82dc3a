/** Reads what was dropped or picked, folders included, with the paths inside them. */

/** @typedef {{file: File, path: string, fromFolder: boolean}} FoundFile */

/** Handed on in portions: the first files of a large folder are on their way while the rest is being read. */
const PORTION = 200;
const byName = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });

/** @param {FileSystemDirectoryEntry} directory @returns {Promise<FileSystemEntry[]>} */
async function list(directory) {
  const reader = directory.createReader();
  const entries = [];
  for (;;) {
    // A reader returns a hundred at a time, and an empty list at the end.
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!portion.length) return entries.sort(byName);
    entries.push(...portion);
  }
}

/** @param {FileSystemEntry} entry @returns {AsyncGenerator<FoundFile>} */
async function* walk(entry, fromFolder) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    yield { file, path: entry.fullPath.replace(/^\//, ''), fromFolder };
    return;
  }
  for (const child of await list(entry)) yield* walk(child, true);
}

/**
 * Must be called within the drop event: the items are gone after it.
 * @param {DataTransfer} transfer
 * @returns {AsyncGenerator<FoundFile[]>}
 */
export function readDrop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = entries.length ? [] : readFiles(transfer.files);
  return (async function* () {
    if (plain.length) yield plain;
    let portion = [];
    for (const entry of entries.sort(byName)) {
      for await (const found of walk(entry, false)) {
        portion.push(found);
        if (portion.length === PORTION) {
          yield portion;
          portion = [];
        }
      }
    }
    if (portion.length) yield portion;
  })();
}

/** @param {FileList} files from an input @returns {FoundFile[]} */
export function readFiles(files) {
  return [...files].map((file) => ({
    file,
    path: file.webkitRelativePath || file.name,
    fromFolder: Boolean(file.webkitRelativePath),
  }));
}

/**
 * Opens the system's file dialog.
 * @param {{accept?: string, folder: boolean}} options
 * @param {(files: FoundFile[]) => void} chosen
 */
export function pick({ accept, folder }, chosen) {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  if (folder) input.webkitdirectory = true;
  else if (accept) input.accept = accept;
  input.addEventListener('change', () => chosen(readFiles(input.files)), { once: true });
  input.click();
}
