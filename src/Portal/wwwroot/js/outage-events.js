/** How the scripts of a page hear of outages and tell of them, without knowing who looks after them (outage.js). */

const SUSPECT = 'outage:suspect';
const BACK = 'outage:back';

const FULL = 507;

/** Something did not come, and it may be an outage. @param {number} status of the answer, 0 = none */
export function suspect(status) {
  if (status !== 0 && status < 500) return;
  const parts = status === FULL ? ['disk'] : ['database', 'blobs'];
  globalThis.document?.dispatchEvent(new CustomEvent(SUSPECT, { detail: parts }));
}

/** @param {(parts: string[]) => void} look */
export const onSuspect = (look) => globalThis.document?.addEventListener(SUSPECT, (event) => look(event.detail));

/** Everything works again. */
export const tellBack = () => globalThis.document?.dispatchEvent(new Event(BACK));

/** @param {() => void} again @param {AbortSignal} [signal] ends the listening */
export const whenBack = (again, signal) => globalThis.document?.addEventListener(BACK, again, { signal });
