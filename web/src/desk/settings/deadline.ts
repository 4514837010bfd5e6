/*
 * A sheet of deadlines as its lines: commas or tabs, a heading that names the columns.
 */
import type { Deadline } from '../api';
import { locale, t } from '../texts';

const COLUMNS = ['table', 'edition', 'since', 'until', 'stage', 'class', 'level', 'length', 'of'];

/* A line that cannot be read; 1 is the heading. */
export class TableFault extends Error {
  constructor(readonly line: number) {
    super(`line ${line}`);
  }
}

function cells(line: string, gap: string): string[] {
  return line.split(gap).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

export function linesOf(text: string): Deadline[] {
  const [heading = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const gap = heading.includes('\t') ? '\t' : ',';
  if (cells(heading, gap).join() !== COLUMNS.join()) throw new TableFault(1);
  return lines.flatMap((line, index): Deadline[] => {
    if (line.trim() === '') return [];
    const [table = '', edition = '', since = '', until = '', stage = '', class_ = '', level = '', length = '', of, ...more] = cells(line, gap);
    const said = { table, edition, since, until: until === '' ? null : until, stage, class: class_, level };
    if (more.length === 0 && (of === 'yuan' || of === 'number') && /^\d{1,10}$/.test(length))
      return [{ ...said, number: Number(length) * (of === 'yuan' ? 100 : 1) }];
    if (more.length > 0 || (of !== 'work' && of !== 'calendar') || !/^\d{1,6}[smhdw]$/.test(length)) throw new TableFault(index + 2);
    return [{ ...said, length: `${length} of ${of}` }];
  });
}

/* "5 working days" */
export function span(length: string): string {
  const [, amount = '0', unit = 'd', of] = /^(\d+)([smhdw])( of work)?/.exec(length) ?? [];
  const names = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const;
  const time = new Intl.NumberFormat(locale.value, { style: 'unit', unit: names[unit as keyof typeof names], unitDisplay: 'long' }).format(Number(amount));
  return of === undefined ? time : t('deadline_work', { time });
}
