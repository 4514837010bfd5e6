/*
 * Points and things as people meet them: a passbook with its code, points exchanged on a phone and
 * fetched at the desk, a wish from wished to claimed, a box by the code on its lid, a pilot's money.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, clock, look, staff, visitor } from '../api/lib/world';
import { DESKTOP, PHONE, inspect, openScreen } from './lib/screen';
import { come, doAction, openAtDesk, send, signInAtDesk, tick } from './lib/steps';

const row = async (register: string, fields: Record<string, unknown>): Promise<any> => {
  const desk = await staff('desk');
  const made = await desk.must('addRow', { path: { register }, json: { fields } });
  return desk.must('getRow', { path: { register, row: made.row } });
};
const open = async (playbook: string, fields: Record<string, unknown>): Promise<string> =>
  (await (await staff('desk')).must('openCase', { json: { playbook, area: COMMUNITY, via: 'desk', fields } })).case as string;

/* Puts an amount where the walk begins. */
const stocked = async (gift: string, passbook: string): Promise<void> => {
  const desk = await staff('desk');
  const checker = await staff('checker');
  const stock = await open('stock-intake', { kind: 'intake', gift, pieces: 5 });
  await act(desk, stock, 'hand_in');
  await act(checker, stock, 'enter');
  const rule = (await row('earning-rules', { label: '社区值守', place: COMMUNITY, rate: 10 })).row;
  const deed = await open('good-deed', { passbook, rule, what: '值守', begins: '2026-01-05T08:00:00+08:00', hours: 80 });
  await act(desk, deed, 'hand_in');
  await act(checker, deed, 'confirm', {});
};

describe('points of a volunteer', () => {
  it('are read and exchanged on a phone, and fetched by the code', async () => {
    const passbook = await row('passbooks', { label: '山茶花阿姨', place: COMMUNITY, since: '2026-01-01' });
    const gift = await row('gifts', { label: '护手霜', place: COMMUNITY, price: 30 });
    await stocked(gift.row, passbook.row);

    const desk = await openScreen({ viewport: DESKTOP });
    await signInAtDesk(desk.page, 'desk');
    await desk.page.goto(`/desk/#/nanshan/registers?reg=passbooks&row=${passbook.row}`);
    await desk.page.locator('.row-values', { hasText: passbook.holder_code.slice(4) }).waitFor();
    await inspect(desk.page, 'desk-passbook-desktop');

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto('/nanshan/?lang=zh');
    await phone.page.getByRole('link', { name: '查存折、核验证明' }).click();
    await inspect(phone.page, 'resident-check-phone');
    await phone.page.getByLabel('编号（证明编号或存折编号）').fill(passbook.code);
    await phone.page.getByLabel('八位核验码').fill(passbook.holder_code);
    await phone.page.getByRole('button', { name: '查询' }).click();
    await phone.page.getByRole('heading', { name: '山茶花阿姨' }).waitFor();
    await inspect(phone.page, 'resident-passbook-phone');
    await phone.page.getByRole('heading', { name: '积分兑换' }).waitFor(); // points-exchange
    await phone.page.getByLabel('换什么').selectOption({ label: '护手霜' });
    await phone.page.getByRole('button', { name: '兑换' }).click();
    await phone.page.getByRole('heading', { name: '待领取' }).waitFor();
    const code = ((await phone.page.locator('.told').textContent()) ?? '').replace(' ', '');
    expect(code).toMatch(/^[0-9]{8}$/);
    await inspect(phone.page, 'resident-pickup-phone');

    const clerk = await staff('desk');
    const { cases } = await clerk.must('getRow', { path: { register: 'gifts', row: gift.row } });
    const held = cases.find((one: any) => one.number.includes('DH')).case as string;
    const counter = await come('desk', held, { viewport: PHONE });
    await doAction(counter.page, '凭取货码领取', (dialog) => dialog.getByLabel('取货码').fill(code));
    await counter.page.locator('.case-head', { hasText: '已领取' }).waitFor();
    expect((await look(clerk, held)).state.name).toBe('handed');
    for (const one of [counter, phone, desk]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });
});

describe('a wish', () => {
  it('is wished on a phone, published by somebody else, claimed and met', async () => {
    const phone = await openScreen({ viewport: PHONE });
    const { page } = phone;
    await page.goto('/nanshan/?lang=zh');
    await page.getByRole('link', { name: '微心愿' }).click();
    await tick(page.getByRole('radio', { name: '一件物品' }));
    await tick(page.getByLabel('老年人').or(page.getByRole('radio', { name: '老年人' })).first());
    await page.locator('#wish').fill('一台收音机');
    await page.locator('#contact').fill('13800138000');
    await page.locator('select[name=area]').selectOption({ label: '马家龙社区' });
    await inspect(page, 'resident-wish-phone');
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(/\/nanshan\/progress\/[0-9A-Z]{26}/);
    expect(phone.faults()).toEqual([]);
    await phone.close();

    const desk = await staff('desk');
    const { case: id } = await visitor().must('openCase', {
      json: { playbook: 'wish', area: COMMUNITY, fields: { kind: 'thing', whose: 'elder', wish: '一台收音机', contact: '13800138000' } },
    });
    await act(desk, id, 'hand_in', {});
    const checker = await come('checker', id, { viewport: DESKTOP });
    await doAction(checker.page, '发布', (dialog) => dialog.getByLabel('公开的说法').fill('一位老人想要一台收音机'));
    await checker.page.locator('.case-head', { hasText: '等人认领' }).waitFor();
    await inspect(checker.page, 'desk-wish-desktop');
    expect(checker.faults()).toEqual([]);
    await checker.close();
    const shown = JSON.stringify(await visitor().must('listPublicCases', {}));
    expect(shown).not.toContain('收音机');
    await clock().sync();
    const neighbour = await openScreen({ viewport: PHONE });
    await neighbour.page.goto('/nanshan/square?kind=wish&lang=zh');
    await neighbour.page.getByRole('link', { name: /一位老人想要一台收音机/ }).click();
    await neighbour.page.locator('summary', { hasText: '居民认领' }).click();
    await neighbour.page.locator('details.act[open] [name=claimer]').fill('王先生');
    await neighbour.page.locator('details.act[open] [name=claimer_phone]').fill('13900139000');
    await inspect(neighbour.page, 'resident-wish-claim-phone');
    await send(neighbour.page.locator('details.act[open] button[type=submit]'));
    await neighbour.page.getByText('谢谢，已交给工作人员核对').waitFor();
    expect(await neighbour.page.content()).not.toContain('王先生');
    expect(neighbour.faults()).toEqual([]);
    await neighbour.close();
    const counter = await come('desk', id, { viewport: PHONE });
    await doAction(counter.page, '圆梦了', (dialog) => dialog.getByLabel('怎么圆的').fill('送到家里'));
    await counter.page.locator('.case-head', { hasText: '已圆' }).waitFor();
    expect(counter.faults()).toEqual([]);
    await counter.close();
  });
});

describe('a shared box', () => {
  it('is taken from by the code on its lid, and asks to be restocked', async () => {
    const box = await row('boxes', { label: '三号楼药箱', place: COMMUNITY, kind: 'medicine', spot: '三号楼大堂', keeper: '演示管理人', phone: '13800138000' });
    const item = await row('box-items', { label: '退烧药', box: box.row, place: COMMUNITY, most: 2, least: 3 });
    const desk = await staff('desk');
    await act(desk, await open('shared-box', { kind: 'restock', box: box.row, item: item.row, pieces: 4 }), 'restock', {});

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto(`/nanshan/check?lang=zh&number=${box.code}`);
    await phone.page.getByLabel('八位核验码').fill(box.holder_code);
    await phone.page.getByRole('button', { name: '查询' }).click();
    await phone.page.getByLabel('办什么').selectOption({ label: '取' });
    await phone.page.getByLabel('哪样东西').selectOption({ label: '退烧药' });
    await phone.page.getByLabel('几件').fill('2');
    await inspect(phone.page, 'resident-box-phone');
    await phone.page.locator('form button[type=submit]').first().click();
    await phone.page.getByRole('heading', { name: '已取走，箱里不多了，要补' }).waitFor();
    await inspect(phone.page, 'resident-box-taken-phone');
    expect(await phone.page.content()).not.toContain('演示管理人');
    expect(phone.faults()).toEqual([]);
    await phone.close();
  });
});

describe('a pilot', () => {
  it('spends no more than was approved, and says what is left', async () => {
    const screen = await openScreen({ viewport: DESKTOP });
    await signInAtDesk(screen.page, 'desk');
    const { id } = await openAtDesk(screen.page, 'pilot', async (form) => {
      await form.getByLabel('试点什么').fill('生活垃圾分类收运');
      await form.getByLabel('想解决什么、怎么算成功').fill('桶满不过夜');
      await form.getByLabel('几个小区').fill('9');
      await form.getByLabel('试到哪天').fill('2030-08-31');
    });
    const chief = await come('chief', id, { viewport: PHONE });
    await doAction(chief.page, '批准，拨付经费', (dialog) => dialog.getByLabel('批准经费').fill('700000'));
    await chief.page.locator('.case-head', { hasText: '试点中' }).waitFor();
    await chief.close();
    await screen.page.reload();
    await doAction(screen.page, '其他支出', async (dialog) => {
      await dialog.getByLabel('金额').fill('10000');
      await dialog.getByLabel('凭证号').fill('FP-3');
      await dialog.getByLabel('检查情况').fill('宣传和培训');
    });
    await screen.page.getByText('690,000').first().waitFor();
    await inspect(screen.page, 'desk-pilot-desktop');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
