/**
 * The page's keys. One press is one call of OnKey(name, isDown); the circuit hears of releases only for keys that are held.
 */

/** Where a key belongs to what has the focus, or to a dialog in front of the page. */
const DIALOG = 'dialog[open], [role="dialog"][aria-modal="true"], .mud-dialog-container, .mud-popover-open [role="listbox"]';
const TYPING = 'textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="combobox"]';
/** Inputs that are not typed into: they keep the arrows for themselves and leave the letters to the page. */
const POINTED = new Set(['range', 'checkbox', 'radio', 'button', 'submit', 'reset', 'file', 'color', 'image']);
const ARROWED = '[role="slider"], [role="menu"], [role="listbox"], [role="tablist"], [role="radiogroup"], [role="grid"], input';
const MOVES = /^(Arrow|Home$|End$|Page)/;

/**
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 * @returns {string} such as "a", "?", "ctrl+z", "shift+arrowleft"
 */
export function keyName(event) {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  // What Shift makes of a character is already in the character ("?", "+").
  const shift = event.shiftKey && (key.length > 1 || (event.ctrlKey && /^[a-z]$/.test(key)));
  return `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

/** @param {Element | null} target @param {string} key as in the event @returns {boolean} whether the key is somebody else's */
export function isTaken(target, key) {
  if (!target?.closest) return false;
  if (target.isContentEditable || target.closest(TYPING)) return true;
  const input = target.closest('input');
  if (input && !POINTED.has(input.type)) return true;
  if (MOVES.test(key) && target.closest(ARROWED)) return true;
  return (key === ' ' || key === 'Enter') && Boolean(target.closest('button, a, input, summary, [role="button"]'));
}

/** What a stage does by itself, without the way over the server. */
const onStage = {
  ZoomIn: (stage) => stage.zoomBy(1.25),
  ZoomOut: (stage) => stage.zoomBy(0.8),
  Fit: (stage) => stage.fit(),
};

/**
 * @param {object} dotnet has [JSInvokable] OnKey(string name, bool isDown)
 * @param {Record<string, string>} map key → name, such as {"ArrowRight": "Next", "Ctrl+z": "Undo", "h": "Peek"}; case does not matter
 * @param {object} [options]
 * @param {string[]} [options.hold] names told of their release too; by default what lies on H
 * @param {string[]} [options.repeat] names that repeat while the key stays down
 * @param {object} [options.stage] a stage: ZoomIn, ZoomOut and Fit then act on it and are not reported; Peek acts on it and is
 */
export function createKeys(dotnet, map, options = {}) {
  const names = new Map(Object.entries(map).map(([key, name]) => [key.toLowerCase(), name]));
  const hold = new Set(options.hold ?? (names.has('h') ? [names.get('h')] : []));
  const repeat = new Set(options.repeat ?? []);
  const { stage } = options;
  const stop = new AbortController();
  /** Physical keys that are down: a release may come with another Shift than the press. @type {Map<string, string>} */
  const held = new Map();

  const tell = (name, isDown) => {
    if (name === 'Peek') stage?.peek(isDown);
    dotnet.invokeMethodAsync('OnKey', name, isDown).catch(() => {}); // the circuit may be gone; keys are not worth an error
  };
  const release = (code) => {
    const name = held.get(code);
    held.delete(code);
    if (name !== undefined && hold.has(name)) tell(name, false);
  };

  const down = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = names.get(keyName(event));
    if (name === undefined || isTaken(event.composedPath()[0], event.key) || document.querySelector(DIALOG)) return;
    event.preventDefault();
    const local = stage && onStage[name];
    if (local) return local(stage);
    if (event.repeat && (hold.has(name) || !repeat.has(name))) return;
    held.set(event.code, name);
    tell(name, true);
  };

  document.addEventListener('keydown', down, { signal: stop.signal });
  document.addEventListener('keyup', (event) => release(event.code), { signal: stop.signal });
  // A window that loses the focus never hears the release.
  window.addEventListener('blur', () => [...held.keys()].forEach(release), { signal: stop.signal });

  return {
    dispose() {
      stop.abort();
      held.clear();
    },
  };
}
