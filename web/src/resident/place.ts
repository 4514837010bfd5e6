/*
 * Where it is, besides its community: a point from the phone, a photo or a map,
 * kept in a hidden field as the interface takes it.  The server says which
 * community a point lies in; nothing here knows a border.
 */
import type { Point } from './exif';
import { round } from './exif';

export interface Place extends Point {
  accuracy?: number;
  how: 'gps' | 'photo' | 'pin' | 'code';
}

export interface NamedArea {
  code: string;
  kind: string;
  name: string;
}

export interface Located {
  area: NamedArea;
  chain: NamedArea[];
}

/* The place as text for the hidden field, and back. */
export const writePlace = (place: Place) => JSON.stringify({ ...place, lon: round(place.lon), lat: round(place.lat) });

export function readPlace(text: string): Place | undefined {
  if (text === '') return undefined;
  try {
    const place = JSON.parse(text) as Place;
    return Number.isFinite(place.lon) && Number.isFinite(place.lat) ? place : undefined;
  } catch {
    return undefined;
  }
}

/* "马家龙社区 · 第3网格": the names a resident knows, widest first, from the community down. */
export function placeName(located: Located): string {
  const wide = new Set(['province', 'city', 'county', 'street']);
  const below = located.chain.filter((one) => !wide.has(one.kind));
  return (below.length > 0 ? below : [located.area]).map((one) => one.name).join(' · ');
}

export const communityOf = (located: Located) => located.chain.find((one) => one.kind === 'community');

/* Undefined when the point lies outside what is served here. */
export async function locate(tenant: string, place: Point): Promise<Located | undefined> {
  const response = await fetch(`/api/v1/${tenant}/locate?lon=${place.lon}&lat=${place.lat}&crs=wgs84`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`locate: ${response.status}`);
  const located = (await response.json()) as Located;
  /* the chain may run either way and with or without the area itself */
  const chain = [...located.chain].sort((a, b) => a.code.length - b.code.length);
  if (!chain.some((one) => one.code === located.area.code)) chain.push(located.area);
  return { area: located.area, chain };
}

/* Metres between two points near each other. */
export function metres(a: Point, b: Point): number {
  const radian = Math.PI / 180;
  const x = (b.lon - a.lon) * radian * Math.cos(((a.lat + b.lat) / 2) * radian);
  const y = (b.lat - a.lat) * radian;
  return Math.hypot(x, y) * 6_371_000;
}
