/*
 * The numbers people say (26-18): their last digit is a check over the others (ISO/IEC 7812-1
 * annex B), so that one digit said or written wrong, or two next to each other changed about,
 * is noticed.
 */
const NUMBER = /^[A-Z]{0,5}\d{2}-\d{2,}$/i;

/* Whether it looks like such a number and cannot be one. */
export function isMistyped(text: string): boolean {
  const said = text.trim();
  if (!NUMBER.test(said)) return false;
  const sum = [...said.replace(/\D/g, '')].reverse().reduce((all, digit, place) => {
    const weight = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return all + (weight > 9 ? weight - 9 : weight);
  }, 0);
  return sum % 10 !== 0;
}
