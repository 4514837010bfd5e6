/*
 * Who is to be asked whether it is solved, and whether now is the time: nobody is
 * called at night or while they rest at noon, and who named a day is left alone until
 * then.
 */
import type { Case, TimelineEntry } from '../api';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CHINA = 8 * 60 * MINUTE; /* Chinese standard time is eight hours ahead, all year */

/* The hours in which people may be called, in minutes after midnight. */
export const HOURS: readonly (readonly [number, number])[] = [
  [8 * 60 + 30, 12 * 60],
  [14 * 60, 20 * 60 + 30],
];

/* After so many attempts without an answer a case ends as not reached. */
export const ATTEMPTS = 3;

/* When somebody may be called: now, or the instant the next such hours begin. */
export function callFrom(now: number): number {
  const midnight = Math.floor((now + CHINA) / DAY) * DAY - CHINA;
  const minute = (now - midnight) / MINUTE;
  for (const [from, to] of HOURS) {
    if (minute < from) return midnight + from * MINUTE;
    if (minute < to) return now;
  }
  return midnight + DAY + HOURS[0]![0] * MINUTE;
}

function valueOf(found: Case, name: string): string {
  const value = found.fields.find((one) => one.name === name)?.value;
  return typeof value === 'string' ? value : '';
}

/* How this person wishes to be answered, as the way to ask them. */
export function wayOf(found: Case): string {
  const wish = valueOf(found, 'answer_by');
  return wish === 'phone' ? 'call' : wish;
}

/* The attempts of this round: those before the work was done again are past. */
export function attemptsOf(found: Case): Case['parts'] {
  return found.parts.filter((part) => part.kind.name === 'attempt' && part.state.name === 'noted');
}

/* Attempts that count: another day agreed on is no refusal. */
export function countOf(found: Case): number {
  return attemptsOf(found).filter((part) => part.fields?.find((one) => one.name === 'result')?.value !== 'later').length;
}

/* The day they asked for, where it lies ahead; else nothing. */
export function agreedOn(found: Case, now: number): string | undefined {
  const last = attemptsOf(found).at(-1);
  const day = last?.fields?.find((one) => one.name === 'again_on')?.value;
  if (typeof day !== 'string') return undefined;
  return Date.parse(`${day}T00:00:00+08:00`) > now ? day : undefined;
}

export type Readiness = 'now' | 'quiet' | 'agreed' | 'visit' | 'message' | 'slip';

export function readinessOf(found: Case, now: number): Readiness {
  const way = wayOf(found);
  if (agreedOn(found, now) !== undefined) return 'agreed';
  if (way === 'visit' || way === 'message' || way === 'slip') return way;
  return callFrom(now) === now ? 'now' : 'quiet';
}

/* Whoever may be asked now comes first, and of those whoever waits longest. */
export function inTurn(cases: readonly Case[], now: number): Case[] {
  const rank: Record<Readiness, number> = { now: 0, visit: 1, message: 1, slip: 1, quiet: 2, agreed: 3 };
  const due = (one: Case) => (one.due_at === null ? Infinity : Date.parse(one.due_at));
  return [...cases].sort((a, b) => rank[readinessOf(a, now)] - rank[readinessOf(b, now)] || due(a) - due(b));
}

/* What was done, as it was said last: it is read out to who is asked. */
export function doneOf(found: Case): { zh: string; en: string } | undefined {
  return found.timeline
    .flatMap((entry) => entry.values ?? [])
    .filter((value) => value.name === 'answer')
    .at(-1)?.text;
}

export function attemptEntries(found: Case): TimelineEntry[] {
  return found.timeline.filter((entry) => entry.action === 'attempt');
}
