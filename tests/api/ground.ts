/*
 * Areas, from the district down to a building: one, where a point lies, and the
 * map.  Boundaries of the demo are generated, so what is asked is how they fit.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, visitor } from './lib/world';

type Ring = [number, number][];

const grids = async () =>
  (await visitor().must('areaMap', { query: { kind: 'grid', parent: COMMUNITY } })).features as any[];

/* Twice the area of a ring; the sign is its direction. */
const size = (ring: Ring) =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0);

describe('areas', () => {
  it('are shown one by one, with what they lie in and what is drawn of them', async () => {
    const area = await visitor().must('getArea', { path: { area: COMMUNITY } });
    expect(area).toMatchObject({ code: COMMUNITY, kind: 'community', retired: false, aliases: [] });
    expect(area.chain.map((one: any) => one.kind)).toEqual(['province', 'city', 'county', 'street', 'community']);
    expect(area.chain.at(-1).code).toBe(COMMUNITY);
    expect(area.shape.type).toBe('MultiPolygon');
    expect(area.position.lon).toBeGreaterThan(113);
    const province = await visitor().must('getArea', { path: { area: '44' } });
    expect([province.shape, province.position, province.parent]).toEqual([null, null, undefined]);
    expect((await visitor().call('getArea', { path: { area: '440305001999' } })).status).toBe(404);
    expect((await visitor().call('getArea', { path: { area: 'nowhere' } })).status).toBe(422);
  });

  it('go down to grids, lanes, compounds, buildings and points', async () => {
    for (const kind of ['grid', 'lane', 'compound', 'building', 'point']) {
      const { items } = await visitor().must('listAreas', { query: { kind, parent: COMMUNITY } });
      expect([kind, items.length > 0]).toEqual([kind, true]);
      expect(items.every((one: any) => one.kind === kind)).toBe(true);
      const { chain } = await visitor().must('getArea', { path: { area: items[0].code } });
      expect(chain.map((one: any) => one.code)).toContain(COMMUNITY);
    }
    expect((await visitor().call('listAreas', { query: { kind: 'pond' } })).status).toBe(422);
  });

  it('are found by a part of a name or a code, the highest first', async () => {
    const find = async (query: Record<string, string>) => (await visitor().must('listAreas', { query })).items as any[];
    const found = await find({ q: ' 马家龙 ' });
    expect(found[0]).toMatchObject({ code: COMMUNITY, kind: 'community' });
    expect(found.every((one) => one.name.includes('马家龙'))).toBe(true);
    const building = (await find({ kind: 'building', parent: COMMUNITY }))[0];
    expect((await find({ q: building.code.toLowerCase() })).map((one) => one.code)).toContain(building.code);
    const inside = await find({ q: building.name, parent: COMMUNITY, kind: 'building' });
    expect(inside.map((one) => one.code)).toContain(building.code);
    expect(inside.every((one) => one.kind === 'building' && one.code.startsWith(COMMUNITY))).toBe(true);
    expect((await find({ q: '4403' })).length).toBe(50);
    expect(await find({ q: '%' })).toEqual([]);
    expect(await find({ q: '_' })).toEqual([]);
    expect((await find({ q: ' ', kind: 'street' })).length).toBe((await find({ kind: 'street' })).length);
  });

  it('tile their community', async () => {
    const features = await grids();
    const whole = (await visitor().must('getArea', { path: { area: COMMUNITY } })).shape.coordinates[0][0] as Ring;
    const parts = features.map((one) => Math.abs(size(one.geometry.coordinates[0][0] as Ring)));
    const total = parts.reduce((sum, one) => sum + one, 0);
    expect(features.length).toBeGreaterThanOrEqual(4);
    expect(features.every((one) => one.properties.parent === COMMUNITY && one.id === one.properties.code)).toBe(true);
    expect(Math.abs(total / Math.abs(size(whole)) - 1)).toBeLessThan(1e-6);
    expect((await visitor().call('areaMap', { query: { parent: '999999' } })).status).toBe(404);
  });

  it('are found from a point, in any system', async () => {
    for (const feature of await grids()) {
      const { position } = await visitor().must('getArea', { path: { area: feature.id } });
      const found = await visitor().must('locate', { query: { lon: position.lon, lat: position.lat } });
      expect(found.area.code).toBe(feature.id);
      expect(found.chain.at(-2).code).toBe(COMMUNITY);
    }
    const { position } = await visitor().must('getArea', { path: { area: COMMUNITY } });
    const at = async (crs: string) =>
      (await visitor().call('locate', { query: { lon: position.lon, lat: position.lat, crs } })).body.area?.code;
    expect(await at('cgcs2000')).toBe(await at('wgs84'));
    expect(await at('gcj02')).not.toBe(await at('wgs84')); // five hundred metres away
  });

  it('do not cover the world', async () => {
    const answer = await visitor().call('locate', { query: { lon: 0, lat: 51.5 } });
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
    for (const query of [{ lon: 200, lat: 0 }, { lon: 'here', lat: 0 }, { lon: 1, lat: 1, crs: 'mars' }]) {
      expect((await visitor().call('locate', { query })).status).toBe(422);
    }
  });
});
