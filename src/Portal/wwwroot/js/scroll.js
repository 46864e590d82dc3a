// Keeps a log at its end while lines arrive, unless a person has scrolled up to read.

const NEAR = 48;
const reading = new WeakSet();
const watched = new WeakSet();

/** @param {HTMLElement} host */
export function followEnd(host) {
  if (!host) return;
  if (!watched.has(host)) {
    watched.add(host);
    host.addEventListener("scroll", () => {
      if (host.scrollHeight - host.scrollTop - host.clientHeight > NEAR) reading.add(host);
      else reading.delete(host);
    });
  }
  if (!reading.has(host)) host.scrollTop = host.scrollHeight;
}
