/*
 * Times of a ballot between the control and the contract: always Chinese standard time, to the
 * minute; and a choice as the methods have it.
 */
import type { Ballot } from '../api';
import { absolute } from '../time';

export const METHODS = ['yes_no', 'single', 'approval', 'score', 'ranked', 'greedy', 'shares'] as const;
export const PASSES = ['half_voices', 'half_electors', 'thirds_voices', 'thirds_electors'] as const;
export const ORIGINS = ['names', 'rows', 'post', 'desk'] as const;
export type Method = (typeof METHODS)[number];

export const hasBudget = (method: Method): boolean => method === 'greedy' || method === 'shares';

/* "2026-11-30T18:00" of a control of the browser, wherever that stands. */
export const instantOf = (local: string): string => `${local.slice(0, 16)}:00+08:00`;
export const localOf = (instant: string): string => {
  const there = new Date(Date.parse(instant) + 8 * 3_600_000).toISOString();
  return there.slice(0, 16);
};

/* Midnight is 24:00 of the day it ends. */
export const deadline = (instant: string): string =>
  localOf(instant).endsWith('T00:00') ? absolute(new Date(Date.parse(instant) - 60_000).toISOString()).replace('23:59', '24:00') : absolute(instant);

export type Mark = { option: string; points?: number };

/* Values by option: picked, points, or the rank, as text. */
export function choiceOf(ballot: Ballot, given: Record<string, string>): Mark[] {
  const marks = ballot.options.filter((one) => (given[one.id] ?? '') !== '');
  if (ballot.method === 'score') return marks.map((one) => ({ option: one.id, points: Number(given[one.id]) }));
  if (ballot.method === 'ranked') return [...marks].sort((a, b) => Number(given[a.id]) - Number(given[b.id])).map((one) => ({ option: one.id }));
  return marks.map((one) => ({ option: one.id }));
}
