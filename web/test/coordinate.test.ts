/*
 * The conversions of the web are those of the server: published pairs, and there and back.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fromWgs84, toWgs84 } from '../src/kit/coordinate';

/* name, then lon and lat in WGS-84, GCJ-02 and BD-09 */
const PAIRS: [string, ...number[]][] = [
  ['驻马店市', 114.0164322, 33.0133556, 114.022306, 33.0115324, 114.0287781, 33.0176697],
  ['邵阳市', 111.4622119, 27.242124, 111.4677938, 27.2388981, 111.4742271, 27.2451662],
  ['邢台市', 114.498916, 37.0700925, 114.5048503, 37.0705911, 114.5113116, 37.0766797],
];
const more = fileURLToPath(new URL('../../../shared/data/gcj02-vectors.csv', import.meta.url));
const lines = existsSync(more) ? readFileSync(more, 'utf8').trim().split('\n').slice(1) : [];
const all = [...PAIRS, ...lines.map((line) => line.split(',').map((cell, at) => (at === 0 ? cell : Number(cell))) as [string, ...number[]])];
const NEAR = 1e-5; /* degrees: a metre, to which the published pairs agree */

describe('coordinates of tiles', () => {
  it.each(all)('%s lies where the maps say', (_, lon, lat, gcjLon, gcjLat, bdLon, bdLat) => {
    const at = { lon: lon!, lat: lat! };
    for (const [crs, x, y] of [['gcj02', gcjLon, gcjLat], ['bd09', bdLon, bdLat]] as const) {
      const there = fromWgs84(crs, at);
      expect(Math.abs(there.lon - x!)).toBeLessThan(NEAR);
      expect(Math.abs(there.lat - y!)).toBeLessThan(NEAR);
      const back = toWgs84(crs, there);
      expect(back.lon).toBeCloseTo(at.lon, 8);
      expect(back.lat).toBeCloseTo(at.lat, 8);
    }
  });

  it('bends nothing outside the country, and nothing that is ours already', () => {
    for (const crs of ['wgs84', 'cgcs2000'] as const) expect(fromWgs84(crs, { lon: 114, lat: 22 })).toEqual({ lon: 114, lat: 22 });
    expect(fromWgs84('gcj02', { lon: 2.35, lat: 48.85 })).toEqual({ lon: 2.35, lat: 48.85 });
  });
});
