/*
 * A table somebody has as a file, read here in the browser: XLSX or CSV (UTF-8 or
 * GB18030, as offices save it).  Its heading is the first row that is about as full as the
 * fullest; what stands above it (a title over merged cells, who filled it in and when) is
 * left out.  What a program has spoilt already is not taken but told.
 */

export interface Sheet {
  columns: string[];
  rows: string[][];
}

const BINARY = /\.(xlsx)$/i;
const OLD = /\.(xls|et)$/i; /* of twenty years ago, and of another program */
const EXACT = 1e15; /* programs keep fifteen digits of a number and make the rest noughts */
const LOOKED = 20; /* rows the heading is among */

/* What cannot be taken: an old format, or the cell whose number is no longer what was typed. */
export class SheetFault extends Error {
  constructor(
    readonly why: 'old' | 'number',
    readonly cell = '',
  ) {
    super(why);
  }
}

/* 2026-11-22 15:30 in the time of the office, whatever the browser's is. */
function dateText(date: Date): string {
  const text = date.toISOString(); /* the reader gives the cell's own figures as UTC */
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return dateText(cell);
  return String(cell).trim();
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/* Where the heading stands; -1: nowhere. */
function headingAt(rows: string[][]): number {
  const full = rows.map((row) => row.filter((cell) => cell !== '').length);
  const some = full.findIndex((count) => count > 0);
  const most = Math.max(0, ...full.slice(some, some + LOOKED));
  return full.findIndex((count) => count > 1 && count >= 0.6 * most);
}

function refuseSpoilt(rows: unknown[][]): void {
  rows.forEach((row, y) => {
    row.forEach((cell, x) => {
      if (typeof cell === 'number' && Math.abs(cell) >= EXACT) throw new SheetFault('number', `${lettersOf(x)}${y + 1}`);
    });
  });
}

/* "AB" is the 27th column after the first. */
function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function lettersOf(column: number): string {
  const own = String.fromCharCode(65 + (column % 26));
  return column < 26 ? own : lettersOf(Math.floor(column / 26) - 1) + own;
}

/* What stands once over several rows stands in each of them: offices merge the cells of a
 * community or a trade.  Across columns nothing is said: so are titles made. */
function fillDown(rows: string[][], sheet: string): void {
  const filled = rows.map((row) => row.some((cell) => cell !== ''));
  for (const [, left, top, right, bottom] of sheet.matchAll(/<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g)) {
    if (left !== right) continue;
    const column = columnOf(left!);
    const value = rows[Number(top) - 1]?.[column] ?? '';
    for (let row = Number(top); row < Number(bottom) && row < rows.length; row++) if (filled[row] && rows[row]![column] === '') rows[row]![column] = value;
  }
}

async function workbook(file: File): Promise<string[][]> {
  const [{ readSheet: readXlsx }, { unzipSync, strFromU8 }] = await Promise.all([import('read-excel-file/browser'), import('fflate')]);
  const cells = await readXlsx(file);
  refuseSpoilt(cells);
  const rows = cells.map((row) => row.map(cellText));
  const first = unzipSync(new Uint8Array(await file.arrayBuffer()), { filter: (one) => one.name === 'xl/worksheets/sheet1.xml' });
  const sheet = first['xl/worksheets/sheet1.xml'];
  if (sheet !== undefined) fillDown(rows, strFromU8(sheet));
  return rows;
}

export const isWorkbook = (file: File): boolean => BINARY.test(file.name) || OLD.test(file.name);

/* Every row of a workbook where it stands there: blank above the heading, and as long as
 * the heading. */
export async function readRows(file: File): Promise<string[][]> {
  if (OLD.test(file.name)) throw new SheetFault('old');
  const rows = await workbook(file);
  const at = headingAt(rows);
  const width = (rows[at] ?? []).reduce((most, cell, index) => (cell === '' ? most : index + 1), 0);
  return rows.map((row, index) => Array.from({ length: width }, (_, column) => (index < at ? '' : (row[column] ?? ''))));
}

function tableOf(all: string[][]): Sheet {
  const filled = all.filter((row) => row.some((cell) => cell !== ''));
  const at = headingAt(filled);
  if (at < 0) return { columns: [], rows: [] };
  const columns = filled[at]!;
  return { columns, rows: filled.slice(at + 1).map((row) => columns.map((_, index) => row[index] ?? '')) };
}

export async function readSheet(file: File): Promise<Sheet> {
  if (OLD.test(file.name)) throw new SheetFault('old');
  if (isWorkbook(file)) return tableOf(await workbook(file));
  const { default: Papa } = await import('papaparse');
  const parsed = Papa.parse<string[]>(decode(await file.arrayBuffer()), { skipEmptyLines: 'greedy' });
  return tableOf(parsed.data.map((row) => row.map(cellText)));
}

/* A date whose cell lost its format is the number that programs count days by. */
function dateOfSerial(text: string): string {
  const days = /^\d{5}(\.\d+)?$/.test(text) ? Number(text) : 0;
  return days < 30_000 || days > 80_000 ? text : dateText(new Date(Math.round((days - 25_569) * 1440) * 60_000));
}

/* An instant as sheets write it, in the time of the office: "2026-11-22 15:30",
 * "2026/11/22", "2026年11月22日 15时30分"; a day alone ends with it.  Undefined: it is none. */
export function instantOf(text: string): string | undefined {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})?分?(?::\d{1,2})?)?/.exec(dateOfSerial(text.trim()));
  if (found === null) return undefined;
  const [, year, month, day, hour = '23', minute = hour === '23' && found[4] === undefined ? '59' : '00'] = found;
  const two = (part: string): string => part.padStart(2, '0');
  const date = `${year}-${two(month!)}-${two(day!)}`;
  const at = `${date}T${two(hour)}:${two(minute)}:00+08:00`;
  return Number.isNaN(Date.parse(at)) || Number(hour) > 23 || Number(minute) > 59 ? undefined : at;
}
