/*
 * What the desk says when the server refuses.
 */
import { Refusal } from './api';
import { go, route } from './route';
import { me, notice, wanted } from './session';
import { pick, t } from './texts';

/* A sentence for people.  An ended session leads to the sign-in page. */
export function sentence(error: unknown, tenant: string): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.problem === undefined) return t('unreachable');
  if (error.problem.code === 'sign-in-required' && me.value !== undefined) {
    me.value = undefined;
    notice.value = t('session_ended');
    wanted.value = route.value;
    go({ name: 'sign-in', tenant });
  }
  return pick(error.problem);
}

/* The same of a file that was sent: what is wrong with it, where the server says so. */
export function whyNot(error: unknown, tenant: string): string {
  const first = error instanceof Refusal ? error.problem?.errors?.[0] : undefined;
  return first === undefined ? sentence(error, tenant) : pick(first);
}

/* All that is wrong with it, sentence by sentence. */
export function reasons(error: unknown, tenant: string): string[] {
  const all = error instanceof Refusal ? (error.problem?.errors ?? []) : [];
  return all.length === 0 ? [sentence(error, tenant)] : all.map((one) => pick(one));
}
