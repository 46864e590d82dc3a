// Tells a virtual grid how many tiles fit side by side.

const GAP = 16;

/**
 * @param {HTMLElement} host
 * @param {{invokeMethodAsync: (name: string, count: number) => Promise<void>}} dotnet
 * @param {number} tileWidth smallest width of a tile in CSS pixels
 */
export function watchColumns(host, dotnet, tileWidth) {
  let told = 0;
  const measure = () => {
    const fits = Math.max(1, Math.floor((host.clientWidth + GAP) / (tileWidth + GAP)));
    if (host.clientWidth > 0 && fits !== told) {
      told = fits;
      dotnet.invokeMethodAsync("OnColumns", fits).catch(() => { /* the circuit closed while the window was resized */ });
    }
  };
  const observer = new ResizeObserver(measure);
  observer.observe(host);
  measure();
  return { dispose: () => observer.disconnect() };
}
