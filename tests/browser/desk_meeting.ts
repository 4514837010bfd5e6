/*
 * Meetings at the desk, from the notice to the last item: the joint meeting, and the
 * desk that is carried to where people live.
 */
import { describe, expect, it } from 'vitest';
import { clock, look, staff } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, pressAction, send, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

describe('a joint meeting', () => {
  it('is called, places every item, and closes when the last one is done', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const { id, number } = await openAtDesk(page, 'meeting', async (form) => {
      await form.getByLabel('会议主题').fill('三号院停车与照明');
      await tick(form.getByRole('radio', { name: '部门联席会' }));
      await form.getByLabel('开会日期').fill(day(3));
    });
    await doAction(page, '通知单位参加', async (dialog) => chooseUnit(page, dialog, '请哪些单位参加', LAMPS));
    for (const matter of ['路灯不亮', '停车位不够', '井盖松动'])
      await doAction(page, '添加事项', (dialog) => dialog.getByLabel('事项').fill(matter));
    await doAction(page, '开会', async () => undefined);
    await inspect(page, 'desk-meeting-desktop');
    await doInPart(page, '参会单位', '到会');
    await doInPart(page, '停车位不够', '当场答复', (dialog) => dialog.getByLabel('答复').fill('本周划出十二个车位。'));
    await doInPart(page, '路灯不亮', '定给单位办', async (dialog) => {
      await chooseUnit(page, dialog, '承办单位', LAMPS);
      await dialog.getByLabel('办结期限').fill(day(7));
    });
    await pressAction(page, '散会');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('会议纪要').fill('三件事：一件当场答复，一件交路灯队，一件下次再议。');
    await dialog.getByLabel('到会人数').fill('14');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.case-head', { hasText: '会后落实' }).waitFor();
    await page.locator('.part', { hasText: '井盖松动' }).locator('.chip', { hasText: '带到下次会' }).waitFor();
    await page.setViewportSize(PHONE);
    await inspect(page, 'desk-meeting-phone');

    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, '路灯不亮', '办结', (one) => one.getByLabel('答复').fill('更换灯泡六只，已全部点亮。'));
    await unit.page.locator('.case-head', { hasText: '会后落实' }).waitFor();
    /* what was carried over waits in the desk's list, and is placed at the next meeting */
    await page.goto('/desk/#/nanshan/mine');
    await page.getByRole('link', { name: number, exact: true }).first().waitFor();
    await page.goto(`/desk/#/nanshan/case/${id}`);
    await doInPart(page, '井盖松动', '当场答复', (one) => one.getByLabel('答复').fill('产权单位已更换井盖。'));
    await page.locator('.case-head', { hasText: '全部落实' }).waitFor();
    const seen = await look(await staff('desk'), id);
    expect(seen.parts.map((one: any) => one.state.name).sort()).toEqual(['answered', 'answered', 'came', 'done']);
    for (const one of [screen, unit]) {
      expect(one.faults()).toEqual([]);
      await one.close();
    }
  });
});

describe('what a meeting left', () => {
  it('stands on the next one, which says where it comes from, on paper too', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    const open = (subject: string) =>
      openAtDesk(page, 'meeting', async (form) => {
        await form.getByLabel('会议主题').fill(subject);
        await tick(form.getByRole('radio', { name: '街道联席会' }));
        await form.getByLabel('开会日期').fill(day(3));
      });
    const first = await open('架空线整治');
    await doAction(page, '添加事项', (dialog) => dialog.getByLabel('事项').fill('三号杆迁改'));
    await doAction(page, '开会', async () => undefined);
    await pressAction(page, '散会');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('会议纪要').fill('下次再议。');
    await dialog.getByLabel('到会人数').fill('6');
    await send(dialog.locator('button[type=submit]'));
    await page.locator('.case-head', { hasText: '会后落实' }).waitFor();

    const next = await open('架空线整治（二）');
    await doAction(page, '接上次没定的事项', async () => undefined);
    for (let hop = 0; hop < 2; hop++) await clock().sync(); // it leaves, then it comes
    await page.locator('.part', { hasText: '三号杆迁改' }).getByText(first.number).waitFor();
    await inspect(page, 'desk-meeting-carried-desktop');
    const desk = await staff('desk');
    expect((await look(desk, first.id)).state.name).toBe('closed');
    const paper = (await desk.must('makePaper', { path: { case: next.id }, json: { paper: 'minutes' } })).no;
    const sheet = await desk.call('pagePaper', { path: { case: next.id, no: String(paper) } });
    for (const word of ['三号杆迁改', first.number]) expect(sheet.text).toContain(word);
    await doAction(page, '开会', async () => undefined);
    await doInPart(page, '三号杆迁改', '当场答复', (one) => one.getByLabel('答复').fill('下周五迁改。'));
    await pressAction(page, '散会');
    await page.getByRole('dialog').getByLabel('会议纪要').fill('已定。');
    await page.getByRole('dialog').getByLabel('到会人数').fill('6');
    await send(page.getByRole('dialog').locator('button[type=submit]'));
    await page.locator('.case-head', { hasText: '全部落实' }).waitFor();
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});

describe('the desk in the open', () => {
  it('takes what people say downstairs, and leaves nothing unplaced', async () => {
    const screen = await openScreen({ viewport: PHONE });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/desk/#/nanshan/intake');
    await openAtDesk(page, 'open-desk', async (form) => {
      await form.getByLabel('主题', { exact: true }).fill('马家龙三栋楼下');
      await tick(form.getByRole('radio', { name: '移动办公桌' }));
      await form.getByLabel('开会日期').fill(day(0));
    });
    await doAction(page, '开始接待', async () => undefined);
    for (const matter of ['楼道灯坏了两盏', '想要一把长椅'])
      await doAction(page, '添加事项', (dialog) => dialog.getByLabel('事项').fill(matter));
    await pressAction(page, '结束接待');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('小结').fill('来了九个人，两件事。');
    await dialog.getByLabel('接待人次').fill('9');
    await send(dialog.locator('button[type=submit]'));
    await dialog.locator('.notice-bad', { hasText: '还有事项没有着落' }).waitFor();
    await inspect(page, 'desk-open-desk-stopped-phone');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await doInPart(page, '楼道灯坏了两盏', '当场答复', (one) => one.getByLabel('答复').fill('物业今晚换好。'));
    await doInPart(page, '想要一把长椅', '不予办理', (one) => one.getByLabel('原因').fill('消防通道上不能放。'));
    await doAction(page, '结束接待', async (one) => {
      await one.getByLabel('小结').fill('来了九个人，两件事，都有了着落。');
      await one.getByLabel('接待人次').fill('9');
    });
    await page.locator('.case-head', { hasText: '全部落实' }).waitFor();
    await inspect(page, 'desk-open-desk-phone');
    await doInPart(page, '楼道灯坏了两盏', '回访', (one) => tick(one.getByRole('radio', { name: /^5 / })));
    expect(screen.faults(/409/)).toEqual([]);
    await screen.close();
  });
});
