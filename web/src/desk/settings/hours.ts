/*
 * Office hours as somebody edits them: spans of a day, and what is wrong with them.
 */
import type { OfficeHours } from '../api';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
export type Span = OfficeHours[Day][number];
export type Wrong = 'hours_missing' | 'hours_backwards' | 'hours_overlap';

export const MOST_SPANS = 4;

export function copied(hours: OfficeHours): OfficeHours {
  return Object.fromEntries(DAYS.map((day) => [day, hours[day].map((span) => ({ ...span }))])) as OfficeHours;
}

/* The first thing wrong with a day, if any. */
export function wrongWith(spans: readonly Span[]): Wrong | undefined {
  for (const [index, span] of spans.entries()) {
    if (span.from === '' || span.to === '') return 'hours_missing';
    if (span.from >= span.to) return 'hours_backwards';
    const before = spans[index - 1];
    if (before !== undefined && span.from < before.to) return 'hours_overlap';
  }
  return undefined;
}

/* A field for times knows no 24:00: the end of a day is said by its first minute. */
export function endOf(shown: string): string {
  return shown === '00:00' ? '24:00' : shown;
}

export function shownEnd(to: string): string {
  return to === '24:00' ? '00:00' : to;
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/* Hours of a day, for a sum beside it. */
export function length(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + Math.max(0, minutes(span.to) - minutes(span.from)), 0) / 60;
}

/* Where another span would begin: an hour after the last, or in the morning. */
export function another(spans: readonly Span[]): Span {
  const last = spans.at(-1);
  if (last === undefined) return { from: '09:00', to: '12:00' };
  const from = Math.min(minutes(last.to) + 60, 23 * 60);
  const text = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
  return { from: text(from), to: text(Math.min(from + 4 * 60, 24 * 60)) };
}
