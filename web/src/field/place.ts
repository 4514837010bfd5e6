/*
 * Where one is: asked of the phone at a press and at no other time, named by the
 * outlines that were taken along.
 */
import type { Shapes } from '../desk/map/shape';

export interface Here {
  lon: number;
  lat: number;
  accuracy: number;
  how: 'gps';
}

const WAIT_MS = 15_000;
const DIGITS = 7;

export function here(): Promise<Here> {
  return new Promise((done, fail) => {
    const phone: Geolocation | undefined = navigator.geolocation;
    if (phone === undefined) return fail(new Error('no position'));
    phone.getCurrentPosition(
      ({ coords }) => done({ lon: Number(coords.longitude.toFixed(DIGITS)), lat: Number(coords.latitude.toFixed(DIGITS)), accuracy: Math.round(coords.accuracy), how: 'gps' }),
      fail,
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 },
    );
  });
}

/* Even-odd rule: how often a line to the east crosses the rings. */
function isWithin(rings: readonly (readonly (readonly number[])[])[], lon: number, lat: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let at = 0, last = ring.length - 1; at < ring.length; last = at++) {
      const [x1 = 0, y1 = 0] = ring[at] ?? [];
      const [x2 = 0, y2 = 0] = ring[last] ?? [];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}

export function areaAt(shapes: Shapes, lon: number, lat: number): { code: string; name: string } | undefined {
  return shapes.features.find((one) => one.geometry.coordinates.some((polygon) => isWithin(polygon, lon, lat)))?.properties;
}

/* What a sign on a wall says: the address it leads to, or its code alone. */
export function codeOf(scanned: string): string | undefined {
  return /(?:^|\/q\/)([0-9A-Za-z]{16})(?:[?#].*)?$/.exec(scanned.trim())?.[1];
}
