/*
 * Where it is and what it looks like: the pin, photos, a scanned code, what was
 * reported nearby already, and the public map.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { camera, jpeg } from '../api/lib/picture';
import { COMMUNITY, LAMP, report, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import type { Page } from 'playwright-core';
import { send } from './lib/steps';

const TRACKED = /\/nanshan\/progress\/[0-9A-Z]{26}/;
const FORM = `/nanshan/report?area=${COMMUNITY}&lang=zh`;

let screen: Screen | undefined;
afterEach(async () => {
  await screen?.close();
  screen = undefined;
});

const open = async (options: Parameters<typeof openScreen>[0] = {}) => {
  screen = await openScreen({ viewport: PHONE, hasTouch: true, ...options });
  return screen.page;
};
const area = (code: string) => visitor().must('getArea', { path: { area: code } });
const placeOf = async (page: Page) => JSON.parse(await page.locator('input[name=place]').inputValue());
const said = (page: Page) => page.locator('[data-pin-said]');
const file = (name: string, bytes: Buffer = jpeg()) => ({ name, mimeType: 'image/jpeg', buffer: Buffer.from(bytes) });

async function buildings(community = COMMUNITY): Promise<{ code: string; name: string }[]> {
  return (await visitor().must('listAreas', { query: { parent: community, kind: 'building' } })).items;
}

describe('the pin', () => {
  it('is set and moved by keyboard alone, and the server says where that is', async () => {
    const page = await open();
    await page.goto(FORM);
    const button = page.getByRole('button', { name: '在地图上标' });
    await button.focus();
    await page.keyboard.press('Enter');
    const map = page.locator('#pin-map .map.leaflet-container');
    await map.waitFor();
    await map.focus();
    await page.keyboard.press('Enter');
    await said(page).filter({ hasText: '位置已标出：马家龙社区' }).waitFor();
    const before = await placeOf(page);
    expect(before.how).toBe('pin');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('图钉');
    await inspect(page, 'report-pin-phone');

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction((old) => document.querySelector<HTMLInputElement>('input[name=place]')!.value !== old, JSON.stringify(before));
    const after = await placeOf(page);
    expect(after.lon).toBeGreaterThan(before.lon);
    expect(after.lat).toBeGreaterThan(before.lat);

    await page.getByRole('button', { name: '取消标记' }).click();
    expect(await page.locator('input[name=place]').inputValue()).toBe('');
    expect(screen!.faults()).toEqual([]);
  });

  it('chooses the community the phone stands in', async () => {
    const { position } = await area(COMMUNITY);
    const page = await open({ geolocation: { longitude: position.lon, latitude: position.lat, accuracy: 12 }, permissions: ['geolocation'] });
    await page.goto('/nanshan/report?lang=zh');
    await page.getByRole('button', { name: '用我的位置' }).click();
    await said(page).filter({ hasText: '马家龙社区' }).waitFor();
    expect(await said(page).textContent()).toContain('误差约 12 米');
    expect(await page.locator('select[name=area]').inputValue()).toBe(COMMUNITY);
    expect(screen!.faults()).toEqual([]);
  });

  it('says so when that is somewhere else', async () => {
    const page = await open({ geolocation: { longitude: 87.6, latitude: 43.8 }, permissions: ['geolocation'] });
    await page.goto('/nanshan/report?lang=zh');
    await page.getByRole('button', { name: '用我的位置' }).click();
    await said(page).filter({ hasText: '不在这里的服务范围内' }).waitFor();
    expect(await page.locator('select[name=area]').inputValue()).toBe('');
    expect(screen!.faults(/404/)).toEqual([]);
  });

  it('begins where the scanned code hangs, and the report lies in that building', async () => {
    const desk = await staff('desk');
    const [building] = await buildings('440305001003');
    await desk.must('makeCodes', { json: { area: building!.code } });
    const code = (await desk.must('listCodes', { query: { area: building!.code } })).items.at(-1).code;
    const { position } = await area(building!.code);
    const page = await open();
    await page.goto(`/nanshan/q/${code}`);
    await said(page).filter({ hasText: '位置已标出' }).waitFor();
    expect(await page.locator('[data-area-name]').textContent()).toBe(building!.name);
    const place = await placeOf(page);
    expect(place).toMatchObject({ how: 'code' });
    expect(Math.abs(place.lon - position.lon) + Math.abs(place.lat - position.lat)).toBeLessThan(0.00001);
    await page.getByRole('radio', { name: '物业管理' }).check();
    await page.locator('#description').fill('电梯停了');
    const sent = page.waitForRequest('**/api/v1/nanshan/cases');
    await page.getByRole('button', { name: '提交' }).click();
    expect((await sent).postDataJSON()).toMatchObject({ qr: code, via: 'qr' });
    await page.waitForURL(TRACKED);
    expect(await page.locator('.facts').textContent()).toContain(building!.name);
    expect(screen!.faults()).toEqual([]);
  });
});

describe('photos', () => {
  it('are sent at once, shown small, taken away again, and kept with the report', async () => {
    const page = await open();
    await page.goto(FORM);
    const input = page.locator('[data-photos]:not([data-documents]) input[type=file]');
    await input.setInputFiles([file('a.jpg'), file('b.jpg')]);
    const list = page.locator('[data-photos] .photo-list li');
    await page.waitForFunction(() => document.querySelectorAll('[data-photos] img').length === 2 && document.querySelector('[data-photos] progress') === null);
    expect(await list.locator('img').first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await inspect(page, 'report-photos-phone');
    await list.first().getByRole('button', { name: '移除' }).click();
    expect(await list.count()).toBe(1);
    expect(await list.locator('img').getAttribute('alt')).toBe('照片 1');

    await page.getByRole('radio', { name: '路灯照明' }).check();
    await page.locator('#description').fill(LAMP.description);
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(TRACKED);
    const shown = page.locator('[aria-labelledby=said] .photo-list img');
    expect(await shown.count()).toBe(1);
    await shown.evaluate((image: HTMLImageElement) => image.decode());
    expect(screen!.faults()).toEqual([]);
  });

  it('that were taken elsewhere offer their place', async () => {
    const { position } = await area(COMMUNITY);
    const page = await open();
    await page.goto(FORM);
    await page.locator('[data-photos]:not([data-documents]) input[type=file]').setInputFiles(file('a.jpg', camera({ lon: position.lon, lat: position.lat })));
    await page.getByRole('button', { name: '用照片的位置' }).click();
    await said(page).filter({ hasText: '马家龙社区' }).waitFor();
    expect((await placeOf(page)).how).toBe('photo');
    expect(screen!.faults()).toEqual([]);
  });

  it('can be added later, on the progress page', async () => {
    const { tracking } = await report();
    const page = await open();
    await page.goto(`/nanshan/progress/${tracking}?lang=zh`);
    await page.locator('summary', { hasText: '补充情况' }).click();
    const form = page.locator('form', { has: page.locator('input[value=add]') });
    await send(form.locator('button[type=submit]'));
    expect(await form.locator('#add-more-error').textContent()).toBe('请填写这一项。');
    await form.locator('#add-more').fill('今晚还是黑的');
    await form.locator('input[type=file]').setInputFiles(file('later.jpg'));
    await form.locator('.photo-list img').waitFor();
    await inspect(page, 'progress-add-phone');
    await send(form.locator('button[type=submit]'));
    await page.locator('.steps', { hasText: '今晚还是黑的' }).waitFor();
    expect(await page.locator('[aria-labelledby=said] .photo-list img').count()).toBe(1);
    expect(screen!.faults()).toEqual([]);
  });
});

describe('what was reported nearby', () => {
  it('is offered before it is reported again, and followed with a tap', async () => {
    const [, other] = await buildings();
    const { position } = await area(other!.code);
    const opened = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: other!.code, fields: { topic: 'noise', description: '装修太吵', place: { lon: position.lon, lat: position.lat, how: 'pin' } } },
    });
    const page = await open({ geolocation: { longitude: position.lon, latitude: position.lat, accuracy: 5 }, permissions: ['geolocation'] });
    await page.goto('/nanshan/report?lang=zh');
    await page.getByRole('button', { name: '用我的位置' }).click();
    await page.getByRole('radio', { name: '噪声扰民' }).check();
    const join = page.getByRole('button', { name: `我也遇到: 噪声扰民 ${opened.number}` });
    await join.waitFor();
    expect(await page.locator('.nearby').textContent()).not.toContain('装修');
    await inspect(page, 'report-nearby-phone');
    await join.click();
    await page.waitForURL(TRACKED);
    expect(page.url()).not.toContain(opened.tracking);
    expect(await page.locator('.kicker').textContent()).toContain(opened.number);
    expect(await page.locator('body').textContent()).not.toContain('装修太吵');
    expect(screen!.faults()).toEqual([]);
  });
});

/* The middle of what the public map has painted in a dot's colour. */
function dotOf(page: Page): Promise<{ x: number; y: number } | undefined> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.board canvas')!;
    const probe = document.createElement('canvas').getContext('2d')!;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--lamp').trim();
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    let [x, y, count] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const away = Math.abs(data[i]! - red!) + Math.abs(data[i + 1]! - green!) + Math.abs(data[i + 2]! - blue!);
      if (away > 30 || data[i + 3]! < 200) continue;
      x += (i / 4) % width;
      y += Math.floor(i / 4 / width);
      count++;
    }
    const box = canvas.getBoundingClientRect();
    return count < 20 ? undefined : { x: box.left + (x / count) * (box.width / width), y: box.top + (y / count) * (box.height / height) };
  });
}

describe('the public list', () => {
  it('is narrowed, and its cases are dots on the map beside it', async () => {
    const { position } = await area(COMMUNITY);
    const opened = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, fields: { topic: 'welfare', description: '独居老人', place: { lon: position.lon, lat: position.lat, how: 'pin' } } },
    });
    const page = await open();
    await page.goto(`/nanshan/public?area=${COMMUNITY}&lang=zh`);
    await page.locator('#topic').selectOption({ label: '民生救助' });
    await page.locator('#state').selectOption('open');
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForURL(/topic=welfare/);
    expect(await page.locator('.case').count()).toBe(1);
    expect(await page.locator('.case-kind').textContent()).toBe('民生救助');
    expect(await page.locator('#topic').inputValue()).toBe('welfare');
    await page.locator('.board canvas').waitFor();
    await page.locator('.board .map').scrollIntoViewIfNeeded();
    expect(await page.locator('.map-note').textContent()).toContain('100');
    const dot = await dotOf(page);
    expect(dot).toBeDefined();
    await page.mouse.click(dot!.x, dot!.y);
    expect(await page.locator('.case-found').getAttribute('data-number')).toBe(opened.number);
    await inspect(page, 'public-dots-phone');
    expect(screen!.faults()).toEqual([]);
  });

  it('never has what only staff may see', async () => {
    const page = await open();
    await page.goto(FORM);
    await page.getByRole('radio', { name: '劳资欠薪' }).check();
    await page.locator('#description').fill('工地拖欠工资');
    await page.locator('summary', { hasText: '其他选项' }).click();
    await page.getByRole('radio', { name: '举报' }).check();
    await page.getByRole('button', { name: '提交' }).click();
    await page.waitForURL(TRACKED);
    const number = (await page.locator('#progress').getAttribute('data-number'))!;
    expect(await page.locator('.said').textContent()).toContain('工地拖欠工资');
    for (const path of [`/nanshan/public?area=${COMMUNITY}&topic=wages&lang=zh`, '/nanshan/?lang=zh']) {
      await page.goto(path);
      expect(await page.locator(`[data-number="${number}"]`).count()).toBe(0);
    }
    expect(screen!.faults()).toEqual([]);
  });
});
