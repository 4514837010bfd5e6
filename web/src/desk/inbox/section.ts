/*
 * How the list of what waits is divided: what is late, what has to be done today,
 * what comes later, what has no deadline.  The order inside stays the server's.
 */
import { dayOf } from '../time';

export const SECTIONS = ['overdue', 'today', 'later', 'undated'] as const;
export type Section = (typeof SECTIONS)[number];

interface Dated {
  overdue: boolean;
  due_at: string | null;
}

export function sectionOf(row: Dated, now: number): Section {
  if (row.overdue) return 'overdue';
  if (row.due_at === null) return 'undated';
  const due = Date.parse(row.due_at);
  if (due < now) return 'overdue';
  return dayOf(due) <= dayOf(now) ? 'today' : 'later';
}

export function divide<Row extends Dated>(rows: readonly Row[], now: number): { section: Section; rows: Row[] }[] {
  return SECTIONS.map((section) => ({ section, rows: rows.filter((row) => sectionOf(row, now) === section) })).filter(
    (part) => part.rows.length > 0,
  );
}
