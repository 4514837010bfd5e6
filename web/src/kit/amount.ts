/*
 * Amounts between how people write them and the whole number that is kept: "1,400.5"
 * of two places is 140050.
 */

/* undefined: it is no amount, or finer than is kept. */
export function amountOf(text: string, places: number): number | undefined {
  const match = /^(\d{1,13})(?:\.(\d*))?$/.exec(text.replace(/[,，\s]/g, ''));
  const fraction = match?.[2] ?? '';
  if (match === null || fraction.length > places) return undefined;
  return Number(match[1] + fraction.padEnd(places, '0'));
}

export function amountText(value: number | undefined, places: number): string {
  if (value === undefined) return '';
  const digits = String(value).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = places === 0 ? '' : digits.slice(-places).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
