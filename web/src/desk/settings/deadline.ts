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

/* What a line says, in the two last cells of a sheet: ["5d", "work"], ["800000", "yuan"]. */
function cellsOf(row: Deadline): [string, string] {
  if (row.length !== undefined) return [row.length.split(' ')[0]!, row.length.endsWith('of work') ? 'work' : 'calendar'];
  return row.money === true ? [String((row.number ?? 0) / 100), 'yuan'] : [String(row.number ?? 0), 'number'];
}

/* A sheet of lines, as `linesOf` reads it. */
export function sheetOf(rows: readonly Deadline[]): string {
  const lines = rows.map((row) => [row.table, row.edition, row.since, row.until ?? '', row.stage ?? '', row.class ?? '', row.level ?? '', ...cellsOf(row)].join());
  return [COLUMNS.join(), ...lines, ''].join('\n');
}

/* A line as somebody edits it. */
export interface Draft {
  stage: string;
  class: string;
  level: string;
  amount: string;
  unit: 'm' | 'h' | 'd' | 'w' | 's' | '';
  of: 'work' | 'calendar' | 'yuan' | 'number';
}

export function draftOf(row: Deadline): Draft {
  const [said, of] = cellsOf(row);
  const [, amount = said, unit = ''] = /^(\d+)([smhdw])$/.exec(said) ?? [];
  return { stage: row.stage ?? '', class: row.class ?? '', level: row.level ?? '', amount, unit: unit as Draft['unit'], of: of as Draft['of'] };
}

export const isNumber = (draft: Draft): boolean => draft.of === 'yuan' || draft.of === 'number';
const whereOf = (draft: Draft): string => [draft.stage, draft.class, draft.level].map((one) => one.trim()).join('\n');

/* What is wrong with a line among the others of its edition, if anything. */
export function wrongLine(draft: Draft, all: readonly Draft[]): 'limit_no_amount' | 'limit_twice' | undefined {
  if (!/^\d{1,6}$/.test(draft.amount) && !(isNumber(draft) && /^\d{1,10}$/.test(draft.amount))) return 'limit_no_amount';
  if (!isNumber(draft) && Number(draft.amount) < 1) return 'limit_no_amount';
  return all.some((other) => other !== draft && whereOf(other) === whereOf(draft)) ? 'limit_twice' : undefined;
}

export function lineOf(draft: Draft, head: Pick<Deadline, 'table' | 'edition' | 'since'>): Deadline {
  const line = { ...head, until: null, stage: draft.stage.trim(), class: draft.class.trim(), level: draft.level.trim() };
  if (isNumber(draft)) return { ...line, number: Number(draft.amount) * (draft.of === 'yuan' ? 100 : 1) };
  return { ...line, length: `${draft.amount}${draft.unit} of ${draft.of}` };
}

export interface Change {
  where: string;
  was: Draft | undefined;
  is: Draft | undefined;
}

/* What differs between two editions, line by line. */
export function changes(before: readonly Draft[], after: readonly Draft[]): Change[] {
  const same = (a: Draft, b: Draft) => a.amount === b.amount && a.of === b.of && (isNumber(a) || a.unit === b.unit);
  const gone = before.filter((was) => !after.some((is) => whereOf(is) === whereOf(was)));
  return [
    ...after.flatMap((is): Change[] => {
      const was = before.find((one) => whereOf(one) === whereOf(is));
      return was !== undefined && same(was, is) ? [] : [{ where: whereOf(is), was, is }];
    }),
    ...gone.map((was): Change => ({ where: whereOf(was), was, is: undefined })),
  ];
}
