/*
 * How to answer: who leaves a number expects a call, until they say otherwise.  The
 * server assumes the same of a form sent without script.
 */
export function enhanceReply(form: HTMLFormElement): void {
  const contact = form.querySelector<HTMLInputElement>('input[name=contact]');
  const ways = [...form.querySelectorAll<HTMLInputElement>('input[name=answer_by]')];
  const call = ways.find((way) => way.value === 'phone');
  if (contact === null || call === undefined) return;
  let chosen = ways.some((way) => way.checked && way !== call);
  for (const way of ways) way.addEventListener('change', () => (chosen = true));
  contact.addEventListener('input', () => {
    if (!chosen) call.checked = contact.value.trim() !== '';
  });
}
