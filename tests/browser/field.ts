/*
 * The field face outdoors: what was taken along is read and handled without network, what
 * was done waits on the phone, survives the page, and is sent once; what others overtook
 * is shown and decided.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { act, look, report, staff, type Opened } from '../api/lib/world';
import { DESKTOP, NARROW, PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { send, signInInField, takenAlong, tick } from './lib/steps';

const COMPOUND = '440305001001C001'; /* where the account team is the compound's team */
const AWAY = /ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_/;

async function come(login: string, viewport = PHONE): Promise<Screen> {
  const screen = await openScreen({ viewport });
  await signInInField(screen.page, login);
  await takenAlong(screen.page);
  return screen;
}

const tab = (page: Page, name: string) => page.locator('.tabs').getByRole('link', { name: new RegExp(`^${name}`) });

async function openCase(page: Page, opened: Opened): Promise<void> {
  await page.goto(`/field/#/nanshan/case/${opened.case}`);
  await page.getByRole('heading', { name: opened.number, level: 1 }).waitFor();
}

async function doIt(page: Page, label: string, words?: string): Promise<void> {
  await page.locator('.acts').getByRole('link', { name: label, exact: true }).press('Enter');
  await page.getByRole('heading', { name: label, level: 1 }).waitFor();
  if (words !== undefined) await page.locator('form textarea').first().fill(words);
  await send(page.locator('form button[type=submit]'));
  await page.locator('.acts, .notice').first().waitFor();
}

const matter = (text: string) => report({ topic: 'lamp', description: text, spot: '3栋楼下' }, COMPOUND);
const did = async (opened: { case: string }, action: string) => (await look(await staff('desk'), opened.case)).timeline.filter((one: any) => one.action === action);

/* A photo as a phone takes it, drawn in the page. */
async function takePhoto(page: Page): Promise<void> {
  const bytes = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 480 });
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = '#567';
    pen.fillRect(0, 0, 640, 480);
    const blob = await new Promise<Blob>((done) => canvas.toBlob((made) => done(made!), 'image/jpeg'));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  await page.locator('form input[type=file][multiple]').first().setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(bytes) });
  await page.locator('.photo-new').first().waitFor();
}

describe('the field face', () => {
  it('reports and acts without network, keeps it over a closed page, and sends it once', async () => {
    const opened = await matter('东门路灯不亮，楼梯口看不见。');
    const { page, faults, close } = await come('team');
    const context = page.context();
    await context.setOffline(true);
    await openCase(page, opened);
    await doIt(page, '我来处理');
    await page.locator('.notice', { hasText: '等待发送' }).first().waitFor();

    await tab(page, '上报').press('Enter');
    await takePhoto(page);
    await page.locator('form textarea').first().fill('小区门口环境卫生差，垃圾堆了两天。');
    await page.getByRole('radio', { name: '环境卫生' }).waitFor();
    await page.getByRole('radio', { name: '环境卫生', checked: true }).waitFor();
    await tick(page.getByLabel('已经当场处理好'));
    await inspect(page, 'field-report-phone');
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '已记下' }).waitFor();
    await page.close();

    const next = await context.newPage();
    await next.goto('/field/');
    await next.getByRole('heading', { name: '今天', level: 1 }).waitFor();
    await tab(next, '待发').press('Enter');
    await next.getByRole('heading', { name: '等待发送' }).waitFor();
    expect(await next.locator('ol.stack > li').count()).toBe(3);
    await inspect(next, 'field-outbox-phone');
    await context.setOffline(false);
    await next.getByText('没有等待发送的内容').waitFor();
    const sent = next.locator('.sent');
    expect(await sent.count()).toBe(3);
    expect((await did(opened, 'take')).length).toBe(1);
    const link = sent.getByRole('link', { name: /^\d\d-/ });
    const number = (await link.textContent())!;
    await link.press('Enter');
    await next.getByRole('heading', { name: number, level: 1 }).waitFor();
    const made = await look(await staff('desk'), next.url().split('/').at(-1)!);
    expect(made.photos.length).toBe(1);
    expect(made.fields.find((one: any) => one.name === 'description').text.zh).toContain('现场已处理好');
    expect(made.timeline.filter((one: any) => one.action === 'solve_here').length).toBe(1);
    await inspect(next, 'field-case-phone');
    expect(faults(AWAY)).toEqual([]);
    await close();
  });

  it('notes one step after another without network, keeps them over a closed page, and shows a chain that others broke', async () => {
    const [mine, theirs] = [await matter('南一门路灯不亮。'), await matter('南二门路灯不亮。')];
    const { page, faults, close } = await come('team');
    const context = page.context();
    await context.setOffline(true);
    await tab(page, '上报').press('Enter');
    await page.locator('form textarea').first().fill('楼道环境卫生差，纸箱堵着门。');
    await page.getByRole('radio', { name: '环境卫生', checked: true }).waitFor();
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '已记下' }).waitFor();
    for (const opened of [mine, theirs]) {
      await openCase(page, opened);
      await doIt(page, '我来处理');
      await page.getByText('发出后接着可以办的').waitFor();
      expect(await page.locator('.acts').getByRole('link', { name: '我来处理', exact: true }).count()).toBe(0);
      if (opened === mine) await inspect(page, 'field-chain-phone');
      await doIt(page, '当场办结', '灯泡已经换好，灯亮了。');
      await page.locator('.notice', { hasText: '已点“当场办结”' }).waitFor();
    }
    await page.close();
    await act(await staff('desk'), theirs.case, 'pass_up');

    const next = await context.newPage();
    await next.goto('/field/');
    await next.getByRole('heading', { name: '今天', level: 1 }).waitFor();
    await tab(next, '待发').press('Enter');
    await next.getByRole('heading', { name: '等待发送' }).waitFor();
    expect(await next.locator('ol.stack > li strong').allTextContents()).toEqual(['上报', '我来处理', '当场办结', '我来处理', '当场办结']);
    await context.setOffline(false);
    const held = next.locator('.held', { hasText: theirs.number });
    await held.getByText('待受理').first().waitFor();
    await next.locator('ol.stack > li', { hasText: theirs.number }).getByText('等“我来处理”定下来再发').waitFor();
    await inspect(next, 'field-chain-held-phone');
    expect(await next.locator('.sent').count()).toBe(3);
    const done = (await look(await staff('desk'), mine.case)).timeline.map((one: any) => one.action);
    expect(done.filter((one: string) => one === 'take' || one === 'solve_here')).toEqual(['take', 'solve_here']);
    await held.getByRole('button', { name: '不办了' }).press('Enter');
    await held.getByRole('button', { name: '确定不办' }).press('Enter');
    const second = next.locator('.held', { hasText: '“当场办结”没办成' });
    await second.getByText('灯泡已经换好').waitFor();
    expect((await did(theirs, 'take')).length + (await did(theirs, 'solve_here')).length).toBe(0);
    expect(faults(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_|40[39]/)).toEqual([]);
    await close();
  });

  it('proposes a class by the words, also without network', async () => {
    const { page, close } = await come('grid');
    await page.context().setOffline(true);
    await page.goto('/field/#/nanshan/report?playbook=inspection');
    await page.getByRole('heading', { name: '网格巡查', level: 1 }).waitFor();
    await page.locator('form textarea').first().fill('三号楼前的路灯不亮。');
    const proposed = page.getByRole('group', { name: '按描述推荐' }).getByRole('radio').first();
    await proposed.waitFor();
    await tick(proposed);
    await inspect(page, 'field-class-phone');
    await tick(page.getByRole('radio', { name: '要交单位办' }));
    await tick(page.getByRole('radiogroup', { name: '我的片区' }).getByRole('radio').first());
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '已记下' }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('link', { name: '待发', exact: true }).first().press('Enter');
    const link = page.locator('.sent').getByRole('link', { name: /X\d\d-/ });
    await link.waitFor();
    const id = (await link.getAttribute('href'))!.split('/').at(-1)!;
    expect((await look(await staff('dispatcher'), id)).class.label.zh).toContain('路灯');
    await close();
  });

  it('shows what others overtook, and does it again, changes it or leaves it', async () => {
    const [one, two] = [await matter('西门路灯不亮。'), await matter('南门路灯不亮。')];
    const { page, faults, close } = await come('team');
    await page.context().setOffline(true);
    for (const opened of [one, two]) {
      await openCase(page, opened);
      await doIt(page, '当场办结', '已换好灯泡，灯亮了。');
    }
    const desk = await staff('desk');
    await act(desk, one.case, 'note', { note: '居民又打电话来问。' });
    await act(desk, two.case, 'pass_up');
    await tab(page, '待发').press('Enter');
    await page.getByRole('heading', { name: '等待发送' }).waitFor();
    await page.context().setOffline(false);
    const held = page.locator('.held');
    await page.getByText('没有等待发送的内容').or(held.nth(1)).first().waitFor();
    const first = held.filter({ hasText: one.number });
    const second = held.filter({ hasText: two.number });
    await first.getByText('已换好灯泡').waitFor();
    await first.getByText('内部备注').first().waitFor();
    await second.getByText('待受理').first().waitFor();
    await inspect(page, 'field-held-phone');
    await first.getByRole('button', { name: '仍然要办' }).press('Enter');
    await page.locator('.sent', { hasText: one.number }).waitFor();
    expect((await did(one, 'solve_here')).length).toBe(1);
    await second.getByRole('button', { name: '不办了' }).press('Enter');
    await second.getByRole('button', { name: '确定不办' }).press('Enter');
    await page.getByText('没有等待发送的内容').waitFor();
    expect((await did(two, 'solve_here')).length).toBe(0);
    expect(faults(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::ERR_|409/)).toEqual([]);
    await close();
  });

  it('does nothing twice when the answer is lost', async () => {
    const opened = await matter('北门路灯不亮。');
    const { page, close } = await come('team');
    let lost = 0;
    await page.context().route('**/api/v1/nanshan/cases/*/actions/take', async (route) => {
      if (lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await openCase(page, opened);
    await doIt(page, '我来处理');
    await tab(page, '待发').press('Enter');
    await page.getByText('发过但没收到答复').waitFor();
    expect((await did(opened, 'take')).length).toBe(1);
    await page.getByRole('button', { name: '现在发送' }).press('Enter');
    await page.locator('.sent', { hasText: opened.number }).waitFor();
    expect(lost).toBe(1);
    expect((await did(opened, 'take')).length).toBe(1);
    await close();
  });

  it('ends a matter with one tap, and leaves nothing behind at sign-out', async () => {
    const opened = await matter('游乐场旁路灯不亮。');
    const { page, faults, close } = await come('team');
    const card = page.locator('.matter', { hasText: opened.number });
    await card.getByRole('button', { name: '一键当场办结' }).press('Enter');
    await page.getByText('已记下“当场办结”').waitFor();
    await tab(page, '待发').press('Enter');
    await page.locator('.sent', { hasText: opened.number }).waitFor();
    expect((await did(opened, 'solve_here')).length).toBe(1);
    await tab(page, '我的').press('Enter');
    await page.getByRole('heading', { name: '这部手机上存了什么' }).waitFor();
    await inspect(page, 'field-more-phone');
    await page.getByRole('button', { name: '退出登录' }).press('Enter');
    await page.locator('#login').waitFor();
    const left = await page.evaluate(
      () =>
        new Promise<number>((done, fail) => {
          const open = indexedDB.open('linli-field');
          open.onerror = () => fail(open.error);
          open.onsuccess = () => {
            const count = open.result.transaction('kept').objectStore('kept').count();
            count.onsuccess = () => done(count.result);
          };
        }),
    );
    expect(left).toBe(0);
    expect(faults()).toEqual([]);
    await close();
  });

  it('reads where one is at a press and then only, and names it without network', async () => {
    const screen = await openScreen({ viewport: PHONE, permissions: ['geolocation'], geolocation: { longitude: 113.9, latitude: 22.5, accuracy: 12 } });
    const { page } = screen;
    await signInInField(page, 'grid');
    await takenAlong(page);
    const inside = await page.evaluate(async () => {
      const found = await (await fetch('/api/v1/nanshan/map/areas?kind=grid&parent=440305001001')).json();
      const ring: number[][] = found.features[0].geometry.coordinates[0][0];
      const middle = (at: number) => ring.slice(1).reduce((all, one) => all + one[at]!, 0) / (ring.length - 1);
      return { longitude: middle(0), latitude: middle(1), name: found.features[0].properties.name as string };
    });
    await page.context().setGeolocation({ longitude: inside.longitude, latitude: inside.latitude, accuracy: 12 });
    await tab(page, '上报').press('Enter');
    await page.locator('form textarea').first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: '用现在的位置' }).press('Enter');
    await page.locator('.where-said', { hasText: inside.name }).waitFor();
    await page.locator('form textarea').first().fill('井盖松动，道路设施坏了。');
    await page.getByRole('radio', { name: '道路设施', checked: true }).waitFor();
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '已记下' }).waitFor();
    await page.getByRole('link', { name: '待发', exact: true }).first().press('Enter');
    await page.getByRole('heading', { name: '等待发送' }).waitFor();
    await page.context().setOffline(false);
    const link = page.locator('.sent').getByRole('link', { name: /^\d\d-/ });
    await link.waitFor();
    const id = (await link.getAttribute('href'))!.split('/').at(-1)!;
    expect((await look(await staff('desk'), id)).area.name).toBe(inside.name);
    await screen.close();
  });

  it('takes an opinion about linli, whose answer and number are public', async () => {
    const { page, close } = await come('team');
    await tab(page, '我的').press('Enter');
    await page.getByRole('link', { name: '提意见' }).press('Enter');
    await page.getByRole('heading', { name: '对邻里系统的意见', level: 1 }).waitFor();
    await page.locator('form textarea').first().fill('办结时要填的框太多，添了负担。');
    await tick(page.getByRole('radio', { name: '添了负担' }));
    await inspect(page, 'field-opinion-phone');
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: '已记下' }).waitFor();
    await page.getByRole('link', { name: '待发', exact: true }).first().press('Enter');
    const link = page.locator('.sent', { hasText: '对邻里系统的意见' }).getByRole('link').first();
    await link.waitFor();
    const id = (await link.getAttribute('href'))!.split('/').at(-1)!;
    await act(await staff('desk'), id, 'answer', { title: '办结时填的太多', answer: '本月内只留一个框。', adopted: true });
    await act(await staff('checker'), id, 'publish');
    await page.goto('/nanshan/square?kind=opinion');
    await page.getByText('办结时填的太多').first().waitFor();
    await page.getByText('收到并答复').first().waitFor();
    await inspect(page, 'field-opinions-public');
    await close();
  });

  it('keeps what was not sent over the end of a session, and shows it to nobody else', async () => {
    const opened = await matter('西侧楼道灯不亮。');
    const { page, close } = await come('team');
    await page.context().setOffline(true);
    await openCase(page, opened);
    await doIt(page, '我来处理');
    await page.locator('.notice', { hasText: '等待发送' }).first().waitFor();
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.context().setOffline(false);
    await page.getByText('登录已到期').waitFor();
    expect(cookies.length).toBeGreaterThan(0);
    await page.getByText('没发出去的内容 1 条').waitFor();
    await signInInField(page, 'grid');
    await tab(page, '待发').press('Enter');
    await page.getByText('没有等待发送的内容').waitFor();
    await tab(page, '我的').press('Enter');
    await page.getByRole('button', { name: '退出登录' }).press('Enter');
    await page.locator('#login').waitFor();
    await signInInField(page, 'team');
    await tab(page, '待发').press('Enter');
    await page.locator('.sent', { hasText: opened.number }).waitFor();
    expect((await did(opened, 'take')).length).toBe(1);
    await close();
  });

  it('is installed by itself only where the district has a filing number, and speaks English', async () => {
    const admin = await staff('admin', 'yakeshi');
    await admin.must('putSettings', { json: { field_app: { own: true, filing: '蒙ICP备00000000号-1A' } } });
    const { page, close } = await openScreen({ viewport: PHONE, locale: 'en-GB' });
    await page.goto('/field/');
    await page.locator('#district').selectOption('yakeshi');
    await page.getByText('蒙ICP备00000000号-1A').waitFor();
    await page.locator('#login').fill('desk');
    await page.locator('#password').fill('linli-demo');
    await send(page.locator('form button[type=submit]'));
    await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
    await page.locator('.brand').waitFor();
    expect(await page.locator('link[rel=manifest]').getAttribute('href')).toBe('/field/app.webmanifest');
    await page.locator('.tabs').getByRole('link', { name: 'Me' }).press('Enter');
    await page.getByRole('heading', { name: 'What lies on this phone' }).waitFor();
    await inspect(page, 'field-more-english');
    await close();
    await admin.must('putSettings', { json: { field_app: { own: false, filing: '' } } });
  });

  it.each([
    ['narrow', NARROW, 'light'],
    ['phone', PHONE, 'dark'],
    ['desktop', DESKTOP, 'light'],
  ] as const)('fits and can be read: %s', async (size, viewport, colorScheme) => {
    const opened = await matter('车棚旁路灯不亮。');
    const screen = await openScreen({ viewport, colorScheme });
    const { page } = screen;
    await page.goto('/field/');
    await page.locator('#district').waitFor();
    await inspect(page, `field-sign-in-${size}`);
    await signInInField(page, 'team');
    await page.locator('.matter', { hasText: opened.number }).getByText('下一步').waitFor();
    await inspect(page, `field-today-${size}`);
    await openCase(page, opened);
    await inspect(page, `field-case-${size}`);
    await page.locator('.acts').getByRole('link', { name: '当场办结', exact: true }).press('Enter');
    await page.getByRole('heading', { name: '当场办结', level: 1 }).waitFor();
    await inspect(page, `field-do-${size}`);
    await tab(page, '片区').press('Enter');
    await page.locator('.leaflet-container path').first().waitFor({ state: 'attached' });
    await page.locator('.matter', { hasText: opened.number }).first().waitFor();
    await inspect(page, `field-areas-${size}`);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
