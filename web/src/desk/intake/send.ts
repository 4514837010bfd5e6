/*
 * What is done with a call in the same press that enters it: answered at once, or
 * joined to a matter that is there.
 */
import { newKey } from '../../kit/key';
import { ask, client, type Playbook } from '../api';
import { isEmpty, type Question, type Value } from '../field';
import { t } from '../texts';
import type { Like } from './IntakeLike.vue';

export interface Opened {
  case: string;
  number: string;
  tracking: string;
  tracking_number: string; /* to be told while they are on the line */
  act: boolean; /* the next step is asked for at once */
  group: boolean;
  slip: boolean; /* a slip of paper tells them */
  said: string;
  fault: string; /* of what should have come after it */
  class: string | undefined;
}

/* On which platform it is, and its number there; both empty: on none. */
export interface Elsewhere {
  source: string;
  number: string;
}

export const NOWHERE: Elsewhere = { source: '', number: '' };

export const isElsewhere = ({ source, number }: Elsewhere): boolean => source !== '' && number.trim() !== '';

/* Opened under its number there; what came before is not opened again. */
export async function take(tenant: string, { source, number }: Elsewhere, area: string, fields: Record<string, Value>): Promise<Opened & { known: boolean }> {
  const made = await ask(client.POST('/api/v1/{tenant}/orders', { params: { path: { tenant } }, body: { source, number: number.trim(), area, fields } }));
  return { ...made, tracking: '', tracking_number: '', act: false, group: false, slip: false, said: made.known ? t('elsewhere_known') : '', fault: '', class: undefined };
}

type Answering = Playbook['actions'][number];

export async function answerAtOnce(tenant: string, made: Opened, action: Answering, answer: string): Promise<Opened> {
  const path = { tenant, case: made.case };
  const found = await ask(client.GET('/api/v1/{tenant}/cases/{case}', { params: { path } }));
  if (!found.actions.some((one) => one.action === action.name && one.part === undefined)) return { ...made, fault: t('intake_answer_not') };
  await ask(
    client.POST('/api/v1/{tenant}/cases/{case}/actions/{action}', {
      params: { path: { ...path, action: action.name }, header: { 'Idempotency-Key': newKey() } },
      body: { rev: found.rev, fields: { [action.needs[0] ?? '']: answer } },
    }),
  );
  return { ...made, said: t('intake_answered') };
}

/* What is open is answered through the other; what was closed is only linked. */
export async function joinTo(tenant: string, made: Opened, playbook: string, to: Like): Promise<Opened> {
  const params = { path: { tenant, case: made.case }, header: { 'Idempotency-Key': newKey() } };
  if (to.closed || to.playbook !== playbook) {
    await ask(client.POST('/api/v1/{tenant}/cases/{case}/links', { params, body: { to: to.case, kind: 'follows' } }));
    return { ...made, said: t('intake_linked', { number: to.number }) };
  }
  await ask(client.POST('/api/v1/{tenant}/cases/{case}/merge', { params, body: { into: to.case } }));
  return { ...made, said: t('intake_joined', { number: to.number }) };
}

/* What the form needs and has not: choices as the other case has them, for words its number. */
export async function missingOf(tenant: string, to: Like, questions: readonly Question[], values: Record<string, Value | undefined>): Promise<Record<string, Value>> {
  const missing = questions.filter(({ field, needed }) => needed && isEmpty(values[field.name])).map(({ field }) => field);
  const given: Record<string, Value> = {};
  if (missing.length === 0) return given;
  const found = await ask(client.GET('/api/v1/{tenant}/cases/{case}', { params: { path: { tenant, case: to.case } } }));
  for (const field of missing) {
    const there = found.fields.find((one) => one.name === field.name)?.value;
    if (field.type === 'text') given[field.name] = t('intake_same', { number: to.number });
    else if (field.type === 'choice' && there !== undefined) given[field.name] = there;
  }
  return given;
}
