/*
 * The page that asks for a voting code, opened from the QR code of a slip: the code stands behind
 * the # of its address, which no browser sends.  It is put into the form, taken out of the
 * address (and so out of the history of a borrowed telephone), and sent as if it had been typed.
 */
export function takeCode(hash: string): string | undefined {
  const letters = decodeURIComponent(hash.replace(/^#/, '')).replace(/[\s-]/g, '').toUpperCase();
  return /^[0-9A-Z]{16}$/.test(letters) ? letters : undefined;
}

export function enhanceSlip(form: HTMLFormElement): void {
  const open = (): void => {
    const code = takeCode(location.hash);
    const field = form.elements.namedItem('code');
    if (code === undefined || !(field instanceof HTMLInputElement)) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    field.value = code;
    form.requestSubmit();
  };
  addEventListener('hashchange', open);
  open();
}
