/**
 * Printing, once every picture of the page is there: a browser prints what it has, and paper does not load later.
 */

/**
 * @param {{images: Iterable<{complete: boolean, addEventListener: Function}>}} page
 * @param {() => void} print
 */
export async function printPage(page = document, print = () => window.print()) {
  await Promise.all([...page.images].filter((image) => !image.complete).map(settled));
  print();
}

/** A picture that fails is printed as missing rather than waited for. */
function settled(image) {
  return new Promise((resolve) => {
    image.addEventListener('load', resolve, { once: true });
    image.addEventListener('error', resolve, { once: true });
  });
}
