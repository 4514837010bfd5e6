/* Tables that come in: rosters and lists of duties, as offices save them. */
import { describe, expect, it } from 'vitest';
import { readRoster, rangeOf } from '../src/desk/duty/roster';
import { readDuties } from '../src/desk/settings/duties';
import { readWaiting, sameOwner, writeWaiting } from '../src/desk/waiting/waiting';
import { readCsv } from '../src/kit/csv';

describe('a table', () => {
  it('is read with quotes, other marks, a byte order mark, and without empty rows', () => {
    expect(readCsv('\uFEFFa,b\r\n"x ""y"", z",2\r\n,\r\n')).toEqual([['a', 'b'], ['x "y", z', '2']]);
    expect(readCsv('a;b\n"1\n2";3')).toEqual([['a', 'b'], ['1\n2', '3']]);
    expect(readCsv('a\tb\n1\t2')).toEqual([['a', 'b'], ['1', '2']]);
  });
});

describe('a roster', () => {
  const persons = [
    { person: 'A', name: '王晓岚' },
    { person: 'B', name: '同名' },
    { person: 'C', name: '同名' },
  ];

  it('has a line a turn, through the night when it ends earlier than it begins', () => {
    const { rows, wrong } = readRoster('日期,岗位,姓名,开始,结束\n2026年9月7日,值班员,王晓岚,18:00,8:30\n2026/9/30,带班领导,王晓岚,,\n', persons);
    expect(wrong).toEqual([]);
    expect(rows).toEqual([
      { post: 'duty_officer', person: 'A', since: '2026-09-07T18:00:00+08:00', until: '2026-09-08T08:30:00+08:00' },
      { post: 'duty_leader', person: 'A', since: '2026-09-30T08:30:00+08:00', until: '2026-10-01T08:30:00+08:00' },
    ]);
  });

  it('says which line is wrong, and why', () => {
    const read = (line: string) => readRoster(`日期,岗位,姓名\n${line}`, persons).wrong;
    expect(read('九月七日,值班员,王晓岚')).toEqual([{ line: 2, what: 'no_day' }]);
    expect(read('2026-9-7,司机,王晓岚')).toEqual([{ line: 2, what: 'no_post' }]);
    expect(read('2026-9-7,值班员,同名')).toEqual([{ line: 2, what: 'no_person' }]);
    expect(readRoster('时间,谁\n1,2', persons).wrong).toEqual([{ line: 1, what: 'no_heading' }]);
  });

  it('is shown from a Chinese day on', () => {
    expect(rangeOf(Date.parse('2026-09-07T17:00:00Z'), 1)).toEqual({ from: '2026-09-08', to: '2026-09-09' });
  });
});

describe('lists of duties', () => {
  it('are told apart by a word of their name, and units are found by theirs', () => {
    const { rows, wrong } = readDuties('清单,事项,分类,牵头单位\n上级部门收回事项清单,路灯,part:0118,市灯光中心\n基本履职,井盖,event:01,市政队\n', [{ id: 'U', name: '市政队' }]);
    expect(wrong).toEqual([]);
    expect(rows.map((row) => [row.kind, row.class, row.department, row.organization])).toEqual([
      ['reclaimed', 'part:0118', '市灯光中心', undefined],
      ['basic', 'event:01', '市政队', 'U'],
    ]);
    expect(readDuties('清单,事项,分类\n其他,x,y:1\n配合,,y:1\n配合,x,\n', []).wrong).toEqual([
      { line: 2, what: 'no_kind' },
      { line: 3, what: 'no_item' },
      { line: 4, what: 'no_class' },
    ]);
  });
});

describe('a reading of the inbox', () => {
  it('stands in the address', () => {
    const owner = { post: 'desk', label: { zh: '受理员', en: 'Desk' }, area: { code: '440305001' } } as any;
    const query = writeWaiting('overdue', owner);
    expect(readWaiting(query)).toEqual({ reading: 'overdue', post: 'desk', at: '440305001' });
    expect(sameOwner(readWaiting(query), owner)).toBe(true);
    expect(readWaiting('reading=nothing')).toEqual({ reading: 'unit' });
  });
});
