/*
 * One person and two places, one board and what hangs on it: passbooks of two districts read
 * together on a phone, with a certificate; a board's list and its sheet.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, act, clock, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { send } from './lib/steps';

/* A passbook with some hours in it. */
async function passbook(tenant: string, label: string, hours: number) {
  const [desk, checker] = [await staff('desk', tenant), await staff('checker', tenant)];
  const area = tenant === 'nanshan' ? COMMUNITY : ((await desk.must('listAreas', { query: { kind: 'community' } })).items[0].code as string);
  const add = async (register: string, fields: Record<string, unknown>) =>
    (await desk.must('addRow', { path: { register }, json: { fields: { ...fields, place: area } } })).row as string;
  const row = await add('passbooks', { label, since: '2026-01-01' });
  const rule = await add('earning-rules', { label: `${label}值守`, rate: 10 });
  const fields = { passbook: row, rule, what: '值守', begins: '2026-01-05T08:00:00+08:00', hours };
  const { case: id } = await desk.must('openCase', { json: { playbook: 'good-deed', area, via: 'desk', fields } });
  await act(desk, id, 'hand_in');
  await act(checker, id, 'confirm', {});
  return desk.must('getRow', { path: { register: 'passbooks', row } });
}

describe('double check-in', () => {
  it('is read together on a phone: digits of one place, carried to the other, and a certificate', async () => {
    const home = await passbook('nanshan', '兰姐（居住地）', 35);
    const work = await passbook('xifeng', '兰姐（工作地）', 20);
    const phone = await openScreen({ viewport: PHONE });
    const { page } = phone;
    const look = async (code: string) => {
      await page.getByLabel('八位核验码').fill(code);
      await send(page.getByRole('button', { name: '查询' }));
      await page.getByRole('heading', { name: '双报到：和另一个地方的存折合看' }).waitFor();
    };
    await page.goto(`/xifeng/check?lang=zh&number=${work.code}`);
    await look(work.holder_code);
    await page.locator('summary', { hasText: '开一个合看码，带到另一边' }).click();
    await page.locator('#m-place').selectOption('nanshan');
    await page.locator('#m-number').fill(home.code);
    await inspect(page, 'resident-join-make-phone');
    await send(page.getByRole('button', { name: '开合看码' }));
    await page.locator('.code-to-scan').waitFor();
    await inspect(page, 'resident-join-code-phone');
    await page.getByRole('link', { name: '现在就到另一边输入' }).click();
    await page.waitForURL(/\/nanshan\/check/);
    expect(await page.locator('#number').inputValue()).toBe(home.code);
    await look(home.holder_code);
    await send(page.getByRole('button', { name: '合在一起看' }));
    await page.locator('.both-parts', { hasText: '5.5' }).waitFor();
    await inspect(page, 'resident-joined-phone');
    await send(page.getByRole('button', { name: '出具合并证明' }));
    await page.getByRole('heading', { name: '双报到志愿服务合并证明' }).waitFor();
    await inspect(page, 'resident-both-phone');
    const number = (await page.locator('.plaque .note').first().textContent()) ?? '';
    const code = (await page.locator('.told').textContent()) ?? '';
    await page.goto(`/nanshan/check?lang=en&number=${number}`);
    await page.getByLabel('Code of eight digits').fill(code);
    await send(page.getByRole('button', { name: 'Look up' }));
    await page.getByRole('heading', { name: 'Certificate of service in two places' }).waitFor();
    expect(await page.content()).not.toContain('兰姐');
    await inspect(page, 'resident-both-checked-phone-en');
    expect(phone.faults()).toEqual([]);
    await phone.close();
  });
});

describe('a board', () => {
  it('says what hangs on it, prints it, and drops what somebody says is wrong', async () => {
    const desk = await staff('desk');
    const fields = { board: '三号院东门栏', place: COMMUNITY, spot: '东门内侧', kind: 'board', condition: 'good' };
    const { row } = await desk.must('addRow', { path: { register: 'boards' }, json: { fields } });
    const put = async (heading: string, details: string) => {
      const asked = { sort: 'letting', heading, details, price: 320000, answer_to: '社区服务站窗口', contact: '13800138333' };
      const opened = await visitor().must('openCase', { json: { playbook: 'posting', area: COMMUNITY, fields: asked } });
      await act(desk, opened.case, 'put_up', { until: '2030-12-01', boards: row });
    };
    await put('两居室出租，近地铁', '三楼朝南，家电齐全，随时看房。');
    await put('一居室出租', '一楼带小院。');
    await clock().sync();
    const phone = await openScreen({ viewport: PHONE });
    const { page } = phone;
    await page.goto(`/nanshan/registers/boards/${row}?lang=zh`);
    await page.getByRole('heading', { name: '现在张贴的' }).waitFor();
    await inspect(page, 'resident-board-phone');
    await page.getByRole('link', { name: '打印这块栏的清单（A4）' }).click();
    await page.getByText('扫码看最新清单').waitFor();
    await inspect(page, 'resident-board-sheet-phone');
    expect(await page.content()).not.toContain('13800138333');
    await page.goto(`/nanshan/registers/boards/${row}?lang=zh`);
    await page.getByRole('link', { name: /一居室出租/ }).click();
    await page.locator('summary', { hasText: '这条有问题' }).click();
    await page.getByLabel('哪里不对').fill('已经租出去了');
    await send(page.locator('details.act[open] button[type=submit]'));
    await page.getByText('谢谢，已交给工作人员核对').waitFor();
    for (const address of ['', '/sheet']) {
      await page.goto(`/nanshan/registers/boards/${row}${address}?lang=zh`);
      await page.getByText('两居室出租，近地铁').waitFor();
      expect(await page.content()).not.toContain('一居室出租');
    }
    expect(phone.faults(/410/)).toEqual([]);
    await phone.close();
  });
});
