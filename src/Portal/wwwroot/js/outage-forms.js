/** Plain forms (sign-in, account): one that is sent during an outage stays on the page with all that was typed, and goes out when it is over. */

import { whenBack } from './outage-events.js';

/** Longer nobody waits for the answer whether all is well: the form goes out, and what comes, comes. */
const PATIENCE_MS = 3_000;

/**
 * @param {() => Promise<boolean>} isAway asks whether a form would be refused
 * @param {() => void} held called when one has to wait
 */
export function holdForms(isAway, held) {
  /** @type {Set<HTMLFormElement>} let through the next time */
  const through = new Set();
  /** @type {Set<HTMLFormElement>} */
  const waiting = new Set();
  whenBack(() => {
    for (const form of [...waiting]) {
      waiting.delete(form);
      if (form.isConnected) form.requestSubmit();
    }
  });
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented || through.delete(form)) return;
    event.preventDefault();
    const { submitter } = event;
    const patience = new Promise((run) => setTimeout(() => run(false), PATIENCE_MS));
    if (await Promise.race([isAway(), patience])) {
      waiting.add(form);
      held();
      return;
    }
    through.add(form);
    form.requestSubmit(submitter);
  });
}
