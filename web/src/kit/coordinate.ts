/*
 * WGS-84 (and CGCS2000, the same to a metre's thousandth) as GCJ-02 and BD-09, and back: for
 * laying our outlines over tiles of maps that speak those.  The server's base/coordinate.c
 * says the same; nothing is stored in them.
 */
export interface Degrees {
  lon: number;
  lat: number;
}
export type Crs = 'wgs84' | 'cgcs2000' | 'gcj02' | 'bd09';

const AXIS = 6378245; /* Krasovsky 1940, metres */
const ECCENTRICITY = 0.006693421622965943; /* squared */
const TURN = (Math.PI * 3000) / 180;
const ROUNDS = 30;
const NEAR = 1e-10;

const { PI, abs, atan2, cos, hypot, sin, sqrt } = Math;

/* GCJ-02 bends only what lies in this box. */
const isInside = ({ lon, lat }: Degrees) => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

const ripple = (x: number) => ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
const wave = (x: number, first: number, third: number, twelfth: number, last: number) =>
  ((first * sin(x * PI) + third * sin((x / 3) * PI)) * 2) / 3 + ((twelfth * sin((x / 12) * PI) + last * sin((x / 30) * PI)) * 2) / 3;

function toGcj02(d: Degrees): Degrees {
  if (!isInside(d)) return d;
  const [x, y, phi] = [d.lon - 105, d.lat - 35, (d.lat / 180) * PI];
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple(x) + wave(y, 20, 40, 160, 320);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple(x) + wave(x, 20, 40, 150, 300);
  const flat = 1 - ECCENTRICITY * sin(phi) ** 2;
  const root = sqrt(flat);
  return {
    lon: d.lon + (east * 180) / ((AXIS / root) * cos(phi) * PI),
    lat: d.lat + (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / (flat * root)) * PI),
  };
}

function toBd09(d: Degrees): Degrees {
  const far = hypot(d.lon, d.lat) + 0.00002 * sin(d.lat * TURN);
  const turn = atan2(d.lat, d.lon) + 0.000003 * cos(d.lon * TURN);
  return { lon: far * cos(turn) + 0.0065, lat: far * sin(turn) + 0.006 };
}

/* What `forward` makes `wanted` of. */
function inverse(forward: (d: Degrees) => Degrees, wanted: Degrees): Degrees {
  const guess = { ...wanted };
  for (let i = 0; i < ROUNDS; i++) {
    const got = forward(guess);
    const [lon, lat] = [wanted.lon - got.lon, wanted.lat - got.lat];
    guess.lon += lon;
    guess.lat += lat;
    if (abs(lon) < NEAR && abs(lat) < NEAR) break;
  }
  return guess;
}

export function fromWgs84(crs: Crs, d: Degrees): Degrees {
  if (crs === 'gcj02') return toGcj02(d);
  return crs === 'bd09' ? toBd09(toGcj02(d)) : d;
}

export function toWgs84(crs: Crs, d: Degrees): Degrees {
  const gcj = crs === 'bd09' ? inverse(toBd09, d) : d;
  return (crs === 'gcj02' || crs === 'bd09') && isInside(gcj) ? inverse(toGcj02, gcj) : gcj;
}
