/*
 * Maps over tiles of a district's own: chosen at the desk, from a server on this machine, in a
 * bent coordinate system; and what must stand on them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromWgs84, type Crs } from '../../web/src/kit/coordinate';
import { TILE, pmtiles } from '../api/lib/pmtiles';
import { COMMUNITY, data, newKey, staff, visitor } from '../api/lib/world';
import { inspect, openScreen } from './lib/screen';
import { come, send, signInAtDesk } from './lib/steps';

const AT = { lon: 113.93437, lat: 22.53981 };
const APPROVAL = 'GS(2024)0650号';

let tiles: Server;
let origin: string;
const asked: string[] = [];

beforeAll(async () => {
  tiles = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('Content-Type', 'image/png');
    response.end(TILE);
  });
  await new Promise<void>((done) => tiles.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(tiles.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await (await staff('admin')).must('putSettings', { json: { map: { kind: 'none' } } });
  tiles.closeAllConnections();
  await new Promise((done) => tiles.close(done));
});

const choose = async (crs: Crs) =>
  (await staff('admin')).must('putSettings', { json: { map: { kind: 'tiles', url: `${origin}/{z}/{x}/{y}.png`, crs, approval: APPROVAL } } });

/* Where the pin points to, in tiles of its zoom; and that zoom. */
const pinned = (page: Page): Promise<{ x: number; y: number; z: number }> =>
  page.evaluate(() => {
    const pin = document.querySelector('.map-pin')!.getBoundingClientRect();
    const image = document.querySelector<HTMLImageElement>('.leaflet-tile-loaded')!;
    const tile = image.getBoundingClientRect();
    const [z, x, y] = /(\d+)\/(\d+)\/(\d+)\.png/.exec(image.src)!.slice(1).map(Number) as [number, number, number];
    return { z, x: x + (pin.left + pin.width / 2 - tile.left) / tile.width, y: y + (pin.bottom - tile.top) / tile.height };
  });

/* A tile of the file is there, in the colours of the picture it is. */
const drawn = (page: Page, map: string) =>
  page.waitForFunction((where) => {
    const tile = document.querySelector<HTMLCanvasElement>(`${where} canvas.leaflet-tile-loaded`);
    return tile?.width === 8 && tile.getContext('2d')!.getImageData(4, 4, 1, 1).data[3] === 255;
  }, map);

function tileOf({ lon, lat }: { lon: number; lat: number }, z: number): { x: number; y: number } {
  const phi = (lat * Math.PI) / 180;
  return { x: ((lon + 180) / 360) * 2 ** z, y: ((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * 2 ** z };
}

describe('maps', () => {
  it('lie over the tiles a district chose at the desk, from that one host, with their approval number', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const panel = page.getByRole('region', { name: '底图' });
    await panel.getByLabel('用什么底图').selectOption('tiles');
    await panel.getByLabel('瓦片地址，含 {x} {y} {z}').fill(`${origin}/{z}/{x}/{y}.png`);
    await panel.getByLabel('瓦片的坐标系').selectOption('gcj02');
    await panel.getByLabel('审图号', { exact: true }).fill(APPROVAL);
    await inspect(page, 'desk-map-setting');
    await send(panel.getByRole('button', { name: '保存' }));
    await panel.getByText('已保存。').waitFor();
    const answer = await page.goto('/nanshan/public');
    expect(answer?.headers()['content-security-policy']).toContain(`img-src 'self' data: ${origin};`);
    await page.locator('.map .leaflet-tile-loaded').first().waitFor();
    await page.locator('.leaflet-control-attribution', { hasText: `审图号：${APPROVAL}` }).waitFor();
    expect(asked.length).toBeGreaterThan(0);
    await inspect(page, 'public-tiles');
    expect((await page.goto('/nanshan/'))?.headers()['content-security-policy']).toContain("img-src 'self' data:;");
    expect((await page.goto('/xifeng/public'))?.headers()['content-security-policy']).toContain("img-src 'self' data:;");
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it.each(['gcj02', 'bd09', 'cgcs2000'] as const)('set a pin where tiles in %s have the place', async (crs) => {
    await choose(crs);
    const opened = await visitor().must('openCase', {
      json: { playbook: 'service-request', area: COMMUNITY, fields: { topic: 'lamp', description: '路灯不亮', place: { ...AT, crs: 'cgcs2000' } } },
      key: newKey(),
    });
    const screen = await come('desk', opened.case);
    const { page } = screen;
    await page.locator('.map-pin').waitFor();
    await page.locator('.leaflet-tile-loaded').first().waitFor();
    const { x, y, z } = await pinned(page);
    const there = tileOf(fromWgs84(crs, AT), z);
    expect(z).toBeGreaterThan(12);
    expect([Math.abs(x - there.x) < 0.02, Math.abs(y - there.y) < 0.02]).toEqual([true, true]);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });

  it('lie over a file on this server, named at the desk, for residents, the desk and an outline that is drawn', async () => {
    await mkdir(join(data(), 'maps'), { recursive: true });
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'admin');
    await page.goto('/desk/#/nanshan/settings');
    const panel = page.getByRole('region', { name: '底图' });
    await panel.getByLabel('用什么底图').selectOption('pmtiles');
    await panel.getByLabel('文件名').fill('town.pmtiles');
    await panel.getByLabel('瓦片的坐标系').selectOption('gcj02');
    await panel.getByLabel('审图号', { exact: true }).fill(APPROVAL);
    await send(panel.getByRole('button', { name: '保存' }));
    await panel.getByText('服务器上还没有这个文件').waitFor();
    await writeFile(join(data(), 'maps/town.pmtiles'), pmtiles());
    await page.reload();
    await panel.getByText('图片瓦片，第 0 到 15 级').waitFor();
    await inspect(page, 'desk-map-file');
    const area = page.locator('.area-editor');
    const where = area.getByRole('combobox').first();
    await where.fill('马家龙');
    await page.getByRole('option', { name: /马家龙社区/ }).waitFor();
    await where.press('Enter');
    await drawn(page, '.map-draw');
    await area.locator('.map-corner').first().waitFor();
    await inspect(page, 'desk-area-file');
    await page.goto('/nanshan/public');
    await drawn(page, '.map');
    await page.locator('.leaflet-control-attribution', { hasText: `审图号：${APPROVAL}` }).waitFor();
    await inspect(page, 'public-file');
    expect(screen.faults(/404/)).toEqual([]);
    await screen.close();
  });

  it('say the same on the wall', async () => {
    await choose('gcj02');
    const screen = await openScreen({ viewport: { width: 1920, height: 1080 } });
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.goto('/screen/#/nanshan/440305001');
    await page.locator('.leaflet-tile-loaded').first().waitFor();
    await page.locator('.leaflet-control-attribution', { hasText: APPROVAL }).waitFor();
    await inspect(page, 'screen-tiles');
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
