/*
 * What the desk decides by itself: sections, live changes, addresses, likely choices.
 */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const NOW = Date.parse('2026-09-07T09:30:00+08:00');
const HOUR = 3_600_000;
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString();
const store = new Map<string, string>();

beforeAll(async () => {
  await import('vue'); /* looks for a document when it is loaded, and may not find half of one */
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => store.get(name) ?? null,
    setItem: (name: string, value: string) => store.set(name, value),
  });
  vi.stubGlobal('navigator', { language: 'zh-CN' });
  vi.stubGlobal('document', { documentElement: {} });
});
beforeEach(() => store.clear());

describe('the sections of what waits', () => {
  it('are by the day of Chinese standard time, late before all', async () => {
    const { sectionOf } = await import('../src/desk/inbox/section');
    expect(sectionOf({ overdue: true, due_at: null }, NOW)).toBe('overdue');
    expect(sectionOf({ overdue: false, due_at: at(-0.1) }, NOW)).toBe('overdue');
    expect(sectionOf({ overdue: false, due_at: '2026-09-07T23:59:00+08:00' }, NOW)).toBe('today');
    expect(sectionOf({ overdue: false, due_at: '2026-09-08T00:00:00+08:00' }, NOW)).toBe('later');
    expect(sectionOf({ overdue: false, due_at: null }, NOW)).toBe('undated');
  });

  it('leave out what is empty and keep the order inside', async () => {
    const { divide } = await import('../src/desk/inbox/section');
    const row = (name: string, due_at: string | null) => ({ name, overdue: false, due_at });
    const parts = divide([row('a', at(40)), row('b', at(1)), row('c', at(30))], NOW);
    expect(parts.map((part) => [part.section, part.rows.map((one) => one.name)])).toEqual([
      ['today', ['b']],
      ['later', ['a', 'c']],
    ]);
  });
});

describe('a fresh look at a list', () => {
  const row = (name: string, word = '', part?: number) => ({ case: name, word, ...(part === undefined ? {} : { part }) });

  it('renews what stands there, marks what left, and keeps what is new aside', async () => {
    const { merge } = await import('../src/desk/inbox/merge');
    const merged = merge([row('a', 'old'), row('b')], [row('n'), row('a', 'new')], true);
    expect(merged.rows).toEqual([row('a', 'new'), row('b')]);
    expect([...merged.gone]).toEqual(['b.0']);
    expect(merged.arrived).toEqual([row('n')]);
  });

  it('knows parts of one case apart', async () => {
    const { merge } = await import('../src/desk/inbox/merge');
    expect(merge([row('a', '', 1)], [row('a', '', 2)], true).arrived).toEqual([row('a', '', 2)]);
  });

  it('says nothing of rows beyond the page it saw', async () => {
    const { merge } = await import('../src/desk/inbox/merge');
    const merged = merge([row('a'), row('b'), row('c')], [row('n'), row('a')], false);
    expect([...merged.gone]).toEqual(['b.0']);
    expect(merge([row('a'), row('b')], [row('a')], false).gone.size).toBe(0);
  });
});

describe('deadlines in words', () => {
  it('name the day while that is clear', async () => {
    const { lang } = await import('../src/desk/texts');
    const { near } = await import('../src/desk/time');
    lang.value = 'zh';
    expect(near('2026-09-07T17:30:00+08:00', NOW)).toBe('今天 17:30');
    expect(near('2026-09-08T00:10:00+08:00', NOW)).toBe('明天 00:10');
    expect(near('2026-09-06T23:50:00+08:00', NOW)).toBe('昨天 23:50');
    expect(near('2026-09-11T09:00:00+08:00', NOW)).toBe('周五 09:00');
    expect(near('2026-09-14T09:00:00+08:00', NOW)).toBe('9月14日 09:00');
    lang.value = 'en';
    expect(near('2026-09-08T09:00:00+08:00', NOW)).toBe('tomorrow 09:00');
  });
});

describe('a table of deadlines', () => {
  const head = 'table,edition,since,until,stage,class,level,length,of';
  const sheet = [head, 'service,2026,2026-01-01,,filed,event:01,urgent,30m,calendar', 'service,2026,2026-01-01,2027-01-01,,,,5d,work', 'ceiling,a,2026-01-01,,,4403,,800000,yuan', ''].join('\n');

  it('is read and written alike', async () => {
    const { linesOf, sheetOf } = await import('../src/desk/settings/deadline');
    const rows = linesOf(sheet).map((row) => (row.number === undefined ? row : { ...row, money: true }));
    expect(sheetOf(rows)).toBe(sheet);
    expect(linesOf(sheetOf(rows))).toEqual(linesOf(sheet));
  });

  it('tells line by line what another edition changes, and what cannot stand', async () => {
    const { changes, draftOf, lineOf, linesOf, wrongLine } = await import('../src/desk/settings/deadline');
    const before = linesOf(sheet).slice(0, 2).map(draftOf);
    expect(changes(before, before.map((line) => ({ ...line })))).toEqual([]);
    const after = [{ ...before[0]!, amount: '45' }, { ...before[1]!, stage: 'sent' }];
    expect(changes(before, after).map((one) => [one.where, one.was?.amount, one.is?.amount])).toEqual([
      ['filed\nevent:01\nurgent', '30', '45'],
      ['sent\n\n', undefined, '5'],
      ['\n\n', '5', undefined],
    ]);
    expect(wrongLine({ ...after[0]!, amount: '0' }, after)).toBe('limit_no_amount');
    expect(wrongLine({ ...after[0]! }, after)).toBe('limit_twice');
    expect(wrongLine(after[0]!, after)).toBeUndefined();
    const line = { table: 'service', edition: '2027', since: '2027-01-01' };
    expect(lineOf(after[0]!, line)).toEqual({ ...line, until: null, stage: 'filed', class: 'event:01', level: 'urgent', length: '45m of calendar' });
    expect(lineOf({ ...after[0]!, amount: '8', of: 'yuan' }, line)).toMatchObject({ number: 800 });
  });
});

describe('addresses', () => {
  it('lead where they came from', async () => {
    const { href, readRoute } = await import('../src/desk/route');
    const routes = [
      { name: 'mine', tenant: 'nanshan', query: '' },
      { name: 'all', tenant: 'nanshan', query: 'q=%E8%B7%AF%E7%81%AF&overdue=yes' },
      { name: 'intake', tenant: 'nanshan', query: '' },
      { name: 'case', tenant: 'nanshan', id: '0123456789ABC' },
      { name: 'sign-in', tenant: 'nanshan' },
    ] as const;
    for (const route of routes) expect(readRoute(href(route))).toEqual(route);
  });

  it('that say nothing lead to the door', async () => {
    const { readRoute } = await import('../src/desk/route');
    expect(readRoute('')).toEqual({ name: 'sign-in', tenant: '' });
    expect(readRoute('#/nanshan/nonsense')).toEqual({ name: 'sign-in', tenant: 'nanshan' });
    expect(readRoute('#/nanshan/case')).toEqual({ name: 'sign-in', tenant: 'nanshan' });
  });
});

describe('likely choices', () => {
  it('are those of the same matter, then the frequent ones', async () => {
    const { likely, noteHabit, usual } = await import('../src/desk/habit');
    noteHabit('t', 'organization', 'rubbish', 'cleaning', 1);
    noteHabit('t', 'organization', 'rubbish', 'cleaning', 2);
    noteHabit('t', 'organization', 'lamp', 'lamps', 3);
    noteHabit('t', 'organization', 'road', 'roads', 4);
    expect(likely('t', 'organization', 'lamp')).toEqual(['lamps', 'cleaning', 'roads']);
    expect(usual('t', 'organization', 'lamp')).toBe('lamps');
    expect(usual('t', 'organization', 'noise')).toBeUndefined();
    expect(likely('other', 'organization', 'lamp')).toEqual([]);
  });

  it('survive a broken memory', async () => {
    const { likely } = await import('../src/desk/habit');
    store.set('linli.habit.t.organization', '{');
    expect(likely('t', 'organization', 'lamp')).toEqual([]);
  });
});

describe('finding by typing', () => {
  it('wants every word, in the name or beside it, and puts beginnings first', async () => {
    const { matching } = await import('../src/desk/action/choice');
    const choices = [
      { value: '1', label: '大新社区', note: '南头街道' },
      { value: '2', label: '新城社区', note: '南山街道' },
    ];
    expect(matching(choices, '新').map((one) => one.value)).toEqual(['2', '1']);
    expect(matching(choices, '南头 新').map((one) => one.value)).toEqual(['1']);
    expect(matching(choices, '  ')).toEqual(choices);
    expect(matching(choices, '无')).toEqual([]);
  });
});

describe('a form', () => {
  it('sends only what was answered', async () => {
    const { answered, fieldOf, isEmpty } = await import('../src/desk/field');
    expect(answered({ a: ' ', b: 'x', c: undefined, d: false, e: 0, f: [] })).toEqual({ b: 'x', d: false, e: 0 });
    expect(isEmpty(false)).toBe(false);
    expect(fieldOf('/body/fields/place/lon')).toBe('place');
    expect(fieldOf('/fields/unit')).toBe('unit');
    expect(fieldOf('/area')).toBe('area');
  });
});

describe('the next case', () => {
  it('is the one beside it in the list one came from', async () => {
    const { neighbours } = await import('../src/desk/queue');
    expect(neighbours(['a', 'b', 'c'], 'b')).toEqual({ at: 2, of: 3, before: 'a', after: 'c' });
    expect(neighbours(['a'], 'a')).toEqual({ at: 1, of: 1, before: undefined, after: undefined });
    expect(neighbours(['a'], 'x')).toBeUndefined();
  });
});

describe('office hours', () => {
  it('are in order, forwards, and none over another', async () => {
    const { wrongWith } = await import('../src/desk/settings/hours');
    expect(wrongWith([])).toBeUndefined();
    expect(wrongWith([{ from: '09:00', to: '12:00' }, { from: '12:00', to: '18:00' }])).toBeUndefined();
    expect(wrongWith([{ from: '09:00', to: '' }])).toBe('hours_missing');
    expect(wrongWith([{ from: '12:00', to: '09:00' }])).toBe('hours_backwards');
    expect(wrongWith([{ from: '09:00', to: '12:00' }, { from: '11:59', to: '18:00' }])).toBe('hours_overlap');
  });

  it('are added up, and another span fits behind the last', async () => {
    const { another, length, wrongWith } = await import('../src/desk/settings/hours');
    const spans = [{ from: '09:00', to: '12:30' }];
    expect(length(spans)).toBe(3.5);
    expect(wrongWith([...spans, another(spans)])).toBeUndefined();
    expect(wrongWith([another([])])).toBeUndefined();
    expect(wrongWith([{ from: '09:00', to: '22:30' }, another([{ from: '09:00', to: '22:30' }])])).toBeUndefined();
  });
});

describe('filters', () => {
  it('stand in the address and come back from it', async () => {
    const { countFilter, readFilter, writeFilter } = await import('../src/desk/inbox/filter');
    const filter = { q: '路灯 3栋', state: 'open', area: '440305001007', class: 'event:0102', level: 'urgent', overdue: 'yes', opened_from: '2026-09-01' } as const;
    expect(readFilter(writeFilter(filter))).toEqual(filter);
    expect(countFilter(filter)).toBe(6);
    expect(writeFilter({})).toBe('');
  });

  it('leave out what can only be a mistake', async () => {
    const { readFilter } = await import('../src/desk/inbox/filter');
    expect(readFilter('q=%20&level=most&opened_to=yesterday&overdue=1&nonsense=x')).toEqual({});
  });
});

describe('the form for a call', () => {
  it('asks who, what is wrong and what kind of matter first, then where, then the rest', async () => {
    const { inOrder } = await import('../src/desk/intake/order');
    const field = (name: string, type: string, max?: number) => ({ name, type, label: { zh: name, en: name }, personal: false, ...(max === undefined ? {} : { max }) });
    const fields = [field('topic', 'choice'), field('spot', 'text', 200), field('description', 'text', 2000), field('place', 'point'), field('contact', 'phone'), field('answer_by', 'choice')];
    const order = inOrder({ fields, open: { fields: fields.map((one) => one.name), required: ['topic', 'description'] } } as never);
    const names = (list: { field: { name: string } }[]) => list.map((one) => one.field.name);
    expect([names(order.what), names(order.where), names(order.more)]).toEqual([['contact', 'description', 'topic'], ['spot', 'place'], ['answer_by']]);
  });
});

describe('photos', () => {
  it('keep their shape when they are made smaller', async () => {
    const { fitted } = await import('../src/kit/photo');
    expect(fitted(4000, 3000, 2000)).toEqual({ width: 2000, height: 1500 });
    expect(fitted(300, 4000, 2000)).toEqual({ width: 150, height: 2000 });
    expect(fitted(100, 50, 2000)).toEqual({ width: 100, height: 50 });
    expect(fitted(9000, 1, 100)).toEqual({ width: 100, height: 1 });
  });
});

describe('gaps', () => {
  it('are told by post, in their order', async () => {
    const { byPost, endOf, startOf } = await import('../src/desk/people/post');
    const gap = (post: string, name: string) => ({ post, label: { zh: post, en: post }, area: { code: '1', kind: 'grid', name }, why: 'nobody' as const, until: null });
    expect(byPost([gap('chief', 'a'), gap('desk', 'b'), gap('chief', 'c')]).map((group) => [group.post, group.gaps.length])).toEqual([['chief', 2], ['desk', 1]]);
    expect(Date.parse(endOf('2026-01-01')) - Date.parse(startOf('2026-01-01'))).toBe(86_399_000);
  });
});

describe('offered actions', () => {
  const offer = (action: string) => ({ action, label: { zh: action, en: action }, needs: [], asks: [] });

  it('stand by what is mostly done next; words apart, what is rare behind', async () => {
    const { inOrder } = await import('../src/desk/action/order');
    const found = inOrder(['void', 'solve_here', 'note', 'decline', 'inspect', 'file', 'reply', 'file_and_dispatch'].map(offer));
    const names = (list: { action: string }[]) => list.map((one) => one.action);
    expect(found.primary?.action).toBe('file_and_dispatch');
    expect(names(found.buttons)).toEqual(['file_and_dispatch', 'solve_here', 'file', 'inspect']);
    expect(names(found.words)).toEqual(['reply', 'note']);
    expect(names(found.more)).toEqual(['decline', 'void']);
    expect(inOrder([offer('void'), offer('note')]).primary).toBeUndefined();
  });

  it('begin with the class and unit such a matter had, but no unit that has it', async () => {
    const { noteHabit } = await import('../src/desk/habit');
    const { prefilled, nearUnits } = await import('../src/desk/action/prefill');
    noteHabit('p', 'organization', 'lamp', 'lamps', 1);
    noteHabit('p', 'class', 'lamp', 'part:0118', 1);
    const field = (name: string, type: string, more = {}) => ({ name, type, label: { zh: '', en: '' }, ...more });
    const action = { ...offer('file_and_dispatch'), needs: [field('class', 'code'), field('unit', 'organization')] } as any;
    const many = { ...action, needs: [field('units', 'organization', { many: true })] };
    const found = { parts: [] } as any;
    const busy = { parts: [{ part: 1, owner: { organization: { id: 'lamps', name: '' } } }] } as any;
    expect(prefilled(found, action, 'p', 'lamp')).toEqual({ class: 'part:0118', unit: 'lamps' });
    expect(prefilled(found, action, 'p', 'road', 'roads')).toEqual({ unit: 'roads' });
    expect(prefilled(found, many, 'p', 'lamp', 'roads')).toEqual({ units: ['roads'] });
    expect(prefilled(busy, many, 'p', 'lamp')).toEqual({});
    const units = ['roads', 'lamps', 'water'].map((id) => ({ id, name: id }));
    expect(nearUnits(found, units, 'p', 'lamp', 2).map((one) => one.id)).toEqual(['lamps']);
    expect(nearUnits(busy, units, 'p', 'lamp', 2).map((one) => one.id)).toEqual(['roads', 'water']);
  });
});

describe('the end of a day', () => {
  it('is midnight, which a field for times can show', async () => {
    const { another, endOf, length, shownEnd, wrongWith } = await import('../src/desk/settings/hours');
    const late = another([{ from: '09:00', to: '21:00' }]);
    expect(late).toEqual({ from: '22:00', to: '24:00' });
    expect([shownEnd('24:00'), endOf('00:00'), endOf('18:00')]).toEqual(['00:00', '24:00', '18:00']);
    expect([wrongWith([late]), length([late])]).toEqual([undefined, 2]);
  });
});
