// Puts a field's text on the clipboard. Over plain HTTP browsers keep the clipboard's interface to themselves: there the text is
// selected and the old command tried, and when that fails too it stays selected for the person's own Ctrl+C.
export async function copyField(field) {
  field.select();
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Refused by the browser's settings: the old way may still do.
    }
  }
  return document.execCommand("copy");
}
