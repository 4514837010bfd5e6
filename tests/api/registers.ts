/*
 * Registers: what is kept about standing things, from adding a row to what anybody sees.
 */
import { describe, expect, it } from 'vitest';
import { staff, visitor } from './lib/world';
import type { Client } from './lib/client';
import { form } from './lib/picture';

const SHOP = {
  shop: '新开张茶铺',
  place: '440305001003',
  address: '前进路99号',
  trade: 'food',
  duties: 'three',
  keeper: '周海',
  phone: '13900001234',
  signed_on: '2026-09-01',
  expires_on: '2026-09-30',
};
const path = { register: 'shops' };
const shops = (client: Client, query: Record<string, string> = {}) => client.must('listRows', { path, query });

function table(text: string | Buffer, more: Record<string, string> = {}) {
  const { type, body } = form([
    { name: 'file', file: 'shops.csv', bytes: Buffer.from(text as string) },
    ...Object.entries(more).map(([name, value]) => ({ name, bytes: Buffer.from(value) })),
  ]);
  return { path, headers: { 'Content-Type': type }, body };
}

describe('registers', () => {
  it('are listed with who asks for them, and say what they keep', async () => {
    const desk = await staff('desk');
    const { items } = await desk.must('listRegisters');
    expect(items.find((one: any) => one.register === 'shops')).toMatchObject({ title: { zh: '门前三包门店' }, may_write: true, public: true });
    const shops = await desk.must('getRegister', { path });
    expect(shops).toMatchObject({ name: 'shop', place: 'place', until: 'expires_on', find: ['trade', 'duties', 'checked'], required: expect.arrayContaining(['shop', 'address']) });
    expect(shops.fields.find((one: any) => one.name === 'phone')).toMatchObject({ type: 'phone', personal: true });
    expect((await desk.call('getRegister', { path: { register: 'nothing' } })).status).toBe(404);
    expect((await visitor().call('listRegisters')).status).toBe(401);
    expect((await visitor('nobody').call('listRegisters')).status).toBe(404);
  });

  it('take a row, change it, show what became of it, and end it', async () => {
    const desk = await staff('desk');
    const { row, code, rev } = await desk.must('addRow', { path, json: { fields: SHOP } });
    const where = { ...path, row };
    expect(code).toMatch(/^MD-\d+$/);
    const seen = await desk.must('getRow', { path: where });
    expect(seen).toMatchObject({ name: SHOP.shop, state: 'now', may_write: true, area: { code: SHOP.place }, propose: null, cases: [] });
    expect(seen.fields.find((one: any) => one.name === 'phone')).toMatchObject({ masked: true, text: { zh: '139****1234' } });
    expect(JSON.stringify(seen)).not.toContain(SHOP.phone);

    const bad = await desk.call('changeRow', { path: where, json: { rev, fields: { trade: 'magic', address: null } } });
    expect(bad.status).toBe(422);
    expect(bad.body.errors.map((one: any) => one.pointer).sort()).toEqual(['/fields/address', '/fields/trade']);
    const changed = await desk.must('changeRow', { path: where, json: { rev, fields: { address: '前进路101号', keeper: null } } });
    expect((await desk.call('changeRow', { path: where, json: { rev, fields: { trade: 'retail' } } })).body.code).toBe('stale');
    const after = await desk.must('getRow', { path: where });
    expect(after.timeline.map((one: any) => one.action)).toEqual(['add', 'change']);
    expect(after.timeline[1]).toMatchObject({ values: [{ name: 'address', text: { zh: '前进路101号' } }], emptied: ['keeper'] });
    expect(after.timeline[0].values.find((one: any) => one.name === 'address').text.zh).toBe(SHOP.address);
    expect(after.fields.some((one: any) => one.name === 'keeper')).toBe(false);

    const shown = await desk.must('revealRow', { path: where, json: { field: 'phone' } });
    expect(shown.value).toBe(SHOP.phone);
    expect((await desk.call('revealRow', { path: where, json: { field: 'address' } })).status).toBe(404);
    await desk.must('endRow', { path: where, json: { rev: shown.rev } });
    const ended = await desk.must('getRow', { path: where });
    expect(ended).toMatchObject({ state: 'ended', may_write: false });
    expect(ended.timeline.map((one: any) => one.action)).toEqual(['add', 'change', 'reveal', 'end']);
    expect((await desk.call('endRow', { path: where, json: { rev: changed.rev } })).status).toBe(409);
    expect((await shops(desk, { state: 'ended' })).items.map((one: any) => one.row)).toContain(row);
    expect((await shops(desk)).items.map((one: any) => one.row)).not.toContain(row);
  });

  it('find rows by place, value, last day and words, page by page', async () => {
    const desk = await staff('desk');
    const all = await shops(desk);
    expect(all.items.length).toBeGreaterThanOrEqual(4);
    const names = (list: any) => list.items.map((one: any) => one.name);
    expect(names(await shops(desk, { q: '饺子' }))).toEqual(['东北饺子馆']);
    expect(names(await shops(desk, { q: '绝无此店' }))).toEqual([]);
    expect((await desk.call('listRows', { path, query: { q: '。' } })).status).toBe(422);
    expect(names(await shops(desk, { f1: 'repair' }))).toEqual(['顺达修车铺']);
    expect(names(await shops(desk, { area: '440305001001', f1: 'food' }))).toEqual(['老街面馆']);
    expect((await desk.call('listRows', { path, query: { area: '440305001999' } })).status).toBe(404);
    expect(names(await shops(desk, { state: 'expired' }))).toEqual([]);
    let next: string | null = null;
    const seen: string[] = [];
    do {
      const page: any = await shops(desk, { limit: '1', ...(next === null ? {} : { before: next }) });
      seen.push(...names(page));
      next = page.next;
    } while (next !== null);
    expect(seen).toEqual(names(all));
    const tally = await desk.must('tallyRows', { path });
    const trades = tally.items.find((one: any) => one.field.name === 'trade').values;
    expect(trades).toContainEqual({ value: 'repair', text: { zh: '维修', en: 'Repairs' }, count: 1 });
    expect((await desk.call('tallyRows', { path: { register: 'nothing' } })).status).toBe(404);
  });

  it('are counted as they are', async () => {
    const desk = await staff('desk');
    const count = async (query: Record<string, string>) => {
      const rows = (await shops(desk, { limit: '200', ...query })).items;
      const tally = (await desk.must('tallyRows', { path, query })).items.find((one: any) => one.field.name === 'trade').values;
      return Object.fromEntries(tally.map((one: any) => [one.value, [one.count, rows.filter((row: any) => row.fields.some((field: any) => field.name === 'trade' && field.value === one.value)).length]]));
    };
    const { row, rev } = await desk.must('addRow', { path, json: { fields: { ...SHOP, shop: '数一数', trade: 'repair' } } });
    const others = await count({});
    expect(Object.values(others).every(([told, there]: any) => told === there && there > 0)).toBe(true);
    const changed = await desk.must('changeRow', { path: { ...path, row }, json: { rev, fields: { trade: 'food', place: '440305001001' } } });
    const moved = await count({ area: '440305001001' });
    expect(Object.values(moved).every(([told, there]: any) => told === there && there > 0)).toBe(true);
    expect((await count({})).repair[0]).toBe(others.repair[0] - 1);
    await desk.must('endRow', { path: { ...path, row }, json: { rev: changed.rev } });
    expect((await count({ area: '440305001001' })).food[0]).toBe(moved.food[0] - 1);
  });

  it('are kept by their posts inside their own places', async () => {
    const [handler, elsewhere] = [await staff('handler'), await staff('desk', 'xifeng')];
    const refused = await handler.call('addRow', { path, json: { fields: SHOP } });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const { items } = await shops(await staff('desk'));
    expect((await elsewhere.call('getRow', { path: { ...path, row: items[0].row } })).status).toBe(404);
    expect((await shops(elsewhere)).items).toEqual([]);
    expect((await elsewhere.call('addRow', { path, json: { fields: SHOP } })).body.errors[0].pointer).toBe('/fields/place');
  });

  it('take in a table whole or not at all, and give it out in the same columns', async () => {
    const desk = await staff('desk');
    const heading = '店名,辖区,门牌,种类,责任内容,联系电话,备注\r\n';
    const good = heading + '"甲""乙茶馆",大新社区,前进路1号,餐饮,three,13900005555,老店\r\n丙书店,大新社区,前进路3号,零售,三包（卫生、绿化、秩序）,,\r\n';
    const columns = JSON.stringify({ 店名: 'shop', 辖区: 'place', 门牌: 'address', 种类: 'trade', 责任内容: 'duties', 联系电话: 'phone', 备注: '' });
    const before = (await shops(desk)).items.length;

    const bad = await desk.must('importRows', table(good + '丁店,没有的社区,前进路5号,修鞋,three,139,\r\n丙书店,大新社区,前进路3号,零售,three,,\r\n', { columns }));
    expect(bad.written).toBe(false);
    expect(bad.faults.map((one: any) => [one.line, one.heading])).toEqual([[4, '辖区'], [4, '种类'], [5, '']]);
    expect(bad.faults[2].why.zh).toContain('第3行');
    expect((await shops(desk)).items).toHaveLength(before);
    expect(await desk.must('importRows', table(good, { columns, dry: 'true' }))).toMatchObject({ written: false, added: 2, faults: [] });
    expect(await desk.must('importRows', table(good, { columns }))).toMatchObject({ written: true, added: 2, changed: 0 });
    // the columns are remembered; what is blank above the heading counts as lines
    expect((await desk.must('importRows', table(`\r\n\r\n${good}丁店,没有的社区,前进路5号,餐饮,three,,\r\n`))).faults.map((one: any) => [one.line, one.heading])).toEqual([[6, '辖区']]);
    expect(await desk.must('importRows', table(good))).toMatchObject({ written: true, added: 0, changed: 0, same: 2 });
    const unnamed = await desk.must('importRows', table('甲,乙\r\n1,2\r\n'));
    expect(unnamed.faults).toHaveLength(1);
    expect((await (await staff('handler')).must('importRows', table(good))).faults[0].why.zh).toContain('不归您的岗位');
    expect((await desk.call('importRows', { ...table('x'), path: { register: 'nothing' } })).status).toBe(404);
    expect((await desk.call('importRows', table(Buffer.from([0x81, 0x0a, 0xff])))).status).toBe(400);

    const csv = (await desk.call('exportRowsCsv', { path, query: { area: '440305001003' } })).text;
    expect(csv.split('\r\n')[0]).toBe('\ufeff"店名","辖区","门牌","种类","责任内容","联系电话","备注"');
    expect(csv).toContain('"甲""乙茶馆","大新社区","前进路1号","餐饮"');
    expect(csv).toContain('139****5555');
    expect(await desk.must('importRows', table(csv))).toMatchObject({ added: 0, changed: 0, faults: [] });
    expect((await desk.call('exportRowsCsv', { path: { register: 'nothing' } })).status).toBe(404);
    const sheet = await desk.call('exportRowsXlsx', { path });
    expect(sheet.status).toBe(200);
    expect(sheet.text.startsWith('PK')).toBe(true);
    expect((await visitor().call('exportRowsXlsx', { path })).status).toBe(401);

    const [row] = (await shops(desk, { q: '丙书店' })).items;
    expect((await desk.must('getRow', { path: { ...path, row: row.row } })).timeline.map((one: any) => one.action)).toEqual(['import']);
  });

  it('show everybody what the register names, and nothing else', async () => {
    const anyone = visitor();
    const list = await anyone.must('listPublicRows', { path, query: { q: '饺子馆' } });
    expect(list.items).toHaveLength(1);
    expect(list.items[0].fields.map((one: any) => one.name)).toEqual(['shop', 'address', 'duties', 'expires_on']);
    expect(JSON.stringify(list)).not.toContain('赵敏');
    expect((await anyone.call('listPublicRows', { path: { register: 'nothing' } })).status).toBe(404);
    const page = await anyone.call('pageRegister', { path, query: { q: '饺子馆' } });
    expect(page.text).toContain('东北饺子馆');
    expect(page.text).not.toContain('赵敏');
    expect((await anyone.call('pageRegister', { path: { register: 'nothing' } })).status).toBe(404);
    const { row } = list.items[0];
    const plaque = (await anyone.call('pageRow', { path: { ...path, row } })).text;
    expect(plaque).toContain('/nanshan/report?area=440305001003');
    expect(plaque).not.toContain('赵敏');
    expect((await anyone.call('pageRow', { path: { ...path, row: '0000000000000' } })).status).toBe(404);
  });

  it('are printed as a table, as sheets and as labels', async () => {
    const desk = await staff('desk');
    const print = async (query: Record<string, string>) => (await desk.call('pageRegisterPrint', { path, query })).text;
    expect(await print({})).toContain('<td>东北饺子馆</td>');
    expect(await print({ as: 'letters', q: '饺子馆' })).toContain('责任单位（签字）');
    expect(await print({ as: 'labels', lang: 'en' })).toContain('<svg viewBox');
    const [one] = (await shops(desk, { q: '饺子' })).items;
    expect(await print({ row: one.row })).not.toContain('老街面馆');
    expect((await visitor().call('pageRegisterPrint', { path })).status).toBe(401);
  });
});

describe('what hangs on an entry', () => {
  it('is the cases about it, and after three of them a talk is proposed', async () => {
    const desk = await staff('desk');
    const [shop] = (await shops(desk, { q: '便利店' })).items;
    const where = { ...path, row: shop.row };
    const check = { shop: shop.row, breach: 'goods', mend_by: '2026-09-30' };
    const open = (fields: object) => desk.call('openCase', { json: { playbook: 'shop-check', area: shop.area.code, via: 'desk', fields } });
    expect((await open({ ...check, shop: '0000000000000' })).body.errors[0].pointer).toBe('/fields/shop');
    for (let i = 0; i < 2; i++) expect((await open(check)).status).toBe(201);
    expect(await desk.must('getRow', { path: where })).toMatchObject({ propose: null });
    const third = (await open(check)).body;
    const seen = await desk.must('getRow', { path: where });
    expect(seen.cases.map((one: any) => one.number)).toContain(third.number);
    expect(seen.cases).toHaveLength(3);
    expect(seen.propose.zh).toContain('约谈');
    const about = (await desk.must('getCase', { path: { case: third.case } })).fields.find((one: any) => one.name === 'shop');
    expect(about.text.zh).toBe(`${shop.code} ${shop.name}`);
  });

  it('is what points at it, and a room is not booked twice', async () => {
    const desk = await staff('desk');
    const rows = (register: string, query: Record<string, string>) => desk.must('listRows', { path: { register }, query });
    const [letter] = (await rows('letters', { q: '中山南街' })).items;
    const tasks = (await desk.must('getRow', { path: { register: 'letters', row: letter.row } })).pointers;
    expect(tasks.map((one: any) => one.name)).toEqual(expect.arrayContaining(['中山南街每日两扫', '城隍巷垃圾桶更换']));
    const printed = (await desk.call('pageRegisterPrint', { path: { register: 'letters' }, query: { as: 'letters', row: letter.row } })).text;
    for (const word of ['演示文件〔2026〕1号', '中山南街每日两扫', '演示班长甲', '责任单位（签字）']) expect(printed).toContain(word);
    const [room] = (await rows('stations', { q: '活动室' })).items;
    const booking = { purpose: '合唱排练', room: room.row, place: room.area.code, day: '2026-12-02', slot: 'evening', group: '演示合唱团' };
    const book = (fields: object) => desk.call('addRow', { path: { register: 'halls' }, json: { fields } });
    expect((await book(booking)).status).toBe(201);
    const taken = await book({ ...booking, purpose: '舞蹈' });
    expect([taken.status, taken.body.errors[0].code]).toEqual([422, 'taken']);
    expect((await book({ ...booking, slot: 'morning' })).status).toBe(201);
  });

  it('shows a private telephone only where its holder agrees', async () => {
    const list = await visitor().must('listPublicRows', { path: { register: 'plaques' } });
    const phone = (name: string) => list.items.find((one: any) => one.name === name).fields.find((one: any) => one.name === 'phone');
    expect(phone('中山南街公示牌')).toBeUndefined();
    expect(phone('城隍巷公示牌').text.zh).toBe('13800000202');
    expect((await visitor().call('listPublicRows', { path: { register: 'letters' } })).status).toBe(404);
  });
});
