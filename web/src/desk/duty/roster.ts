/*
 * A roster from a CSV file: a line a turn, with the headings an office's own table has.
 */
import { readCsv } from '../../kit/csv';
import type { Person } from '../api';

export interface Turn {
  post: 'duty_leader' | 'duty_officer' | 'duty_standby' | 'night_route';
  person: string;
  since: string;
  until: string;
}

export interface WrongTurn {
  line: number;
  what: 'no_heading' | 'no_day' | 'no_post' | 'no_person';
}

const HEADINGS: Record<string, string> = {
  日期: 'day', date: 'day',
  岗位: 'post', 班次: 'post', post: 'post',
  姓名: 'name', 人员: 'name', name: 'name',
  开始: 'from', from: 'from',
  结束: 'to', to: 'to',
};

function postOf(text: string): Turn['post'] | undefined {
  if (/带班|leader/i.test(text)) return 'duty_leader';
  if (/备勤|stand-?by/i.test(text)) return 'duty_standby';
  if (/夜巡|night/i.test(text)) return 'night_route';
  return /值班|officer/i.test(text) ? 'duty_officer' : undefined;
}

/* "2026-9-7", "2026/09/07", "2026年9月7日" */
function dayOf(text: string): string | undefined {
  const found = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(text);
  return found === null ? undefined : `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`;
}

function hourOf(text: string, otherwise: string): string {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(text);
  return found === null ? otherwise : `${found[1]!.padStart(2, '0')}:${found[2]}`;
}

function instant(day: string, hour: string, later: number): string {
  const at = new Date(Date.parse(`${day}T00:00:00Z`) + later * 86_400_000).toISOString().slice(0, 10);
  return `${at}T${hour}:00+08:00`;
}

export function readRoster(text: string, persons: readonly Pick<Person, 'person' | 'name'>[]): { rows: Turn[]; wrong: WrongTurn[] } {
  const [head = [], ...lines] = readCsv(text);
  const names = head.map((one) => HEADINGS[one.trim()] ?? '');
  const rows: Turn[] = [];
  const wrong: WrongTurn[] = [];
  if (!['day', 'post', 'name'].every((one) => names.includes(one))) return { rows, wrong: [{ line: 1, what: 'no_heading' }] };
  lines.forEach((cells, index) => {
    const at = (name: string): string => cells[names.indexOf(name)]?.trim() ?? '';
    const line = index + 2;
    const day = dayOf(at('day'));
    const post = postOf(at('post'));
    const found = persons.filter((one) => one.name === at('name'));
    if (day === undefined) wrong.push({ line, what: 'no_day' });
    else if (post === undefined) wrong.push({ line, what: 'no_post' });
    else if (found.length !== 1) wrong.push({ line, what: 'no_person' });
    else {
      const from = hourOf(at('from'), '08:30');
      const to = hourOf(at('to'), '08:30');
      rows.push({ post, person: found[0]!.person, since: instant(day, from, 0), until: instant(day, to, to <= from ? 1 : 0) });
    }
  });
  return { rows, wrong };
}

/* From the day of an instant on, so many days; days are Chinese ones. */
export function rangeOf(now: number, days: number): { from: string; to: string } {
  const day = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
  return { from: day(now), to: day(now + days * 86_400_000) };
}
