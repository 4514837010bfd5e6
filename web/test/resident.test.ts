/*
 * The resident's islands without a browser: what is kept, what a photo says,
 * where a point lies.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readDraft, writeDraft } from '../src/resident/draft';
import { placeOfPhoto } from '../src/resident/exif';
import { fieldOfPointer } from '../src/resident/form';
import { forget, keep, readMine } from '../src/resident/mine';
import { about } from '../src/resident/nearby';
import { communityOf, locate, metres, placeName, readPlace, writePlace } from '../src/resident/place';
import { fit } from '../src/resident/shrink';

const HOUR = 3_600_000;

function memory(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  } as Storage;
}

beforeEach(() => vi.stubGlobal('localStorage', memory()));

describe('a draft', () => {
  const draft = { values: { topic: 'lamp' }, photos: [{ upload: 'A'.repeat(26), thumb: '' }], key: 'k' };

  it('comes back as it was, each district its own', () => {
    writeDraft('nanshan', draft, 1000);
    expect(readDraft('nanshan', 1000 + HOUR)).toMatchObject(draft);
    expect(readDraft('xifeng', 1000 + HOUR)).toBeUndefined();
    writeDraft('nanshan', undefined);
    expect(readDraft('nanshan', 1000)).toBeUndefined();
  });

  it('forgets its photos before the server does, and all of it after three days', () => {
    writeDraft('nanshan', draft, 0);
    expect(readDraft('nanshan', 21 * HOUR)?.photos).toHaveLength(1);
    expect(readDraft('nanshan', 23 * HOUR)?.photos).toBeUndefined();
    expect(readDraft('nanshan', 23 * HOUR)?.key).toBe('k');
    expect(readDraft('nanshan', 73 * HOUR)).toBeUndefined();
  });

  it('that is no draft, or cannot be kept, is none', () => {
    localStorage.setItem('linli.report.nanshan', '{"values":');
    expect(readDraft('nanshan')).toBeUndefined();
    localStorage.setItem('linli.report.nanshan', '{"at":1}');
    expect(readDraft('nanshan', 2)).toBeUndefined();
    vi.stubGlobal('localStorage', undefined);
    expect(() => writeDraft('nanshan', draft)).not.toThrow();
    expect(readDraft('nanshan')).toBeUndefined();
  });
});

describe('my reports', () => {
  const one = (letter: string, at: number) => ({ tenant: 'nanshan', tracking: letter.repeat(26), number: `26-${at}`, title: '路灯不亮', at });

  it('stand newest first, each once, at most twenty', () => {
    for (let i = 0; i < 24; i++) expect(keep(one('ABCDEFGHJKMNPQRSTVWXYZ0123'[i]!, i))).toBe(true);
    expect(readMine()).toHaveLength(20);
    expect(readMine()[0]!.number).toBe('26-23');
    keep({ ...one('Z', 99), tracking: readMine()[5]!.tracking });
    expect(readMine()).toHaveLength(20);
    expect(readMine()[5]!.at).toBe(18);
  });

  it('are forgotten one by one', () => {
    keep(one('A', 1));
    keep(one('B', 2));
    forget('A'.repeat(26));
    expect(readMine().map((kept) => kept.tracking)).toEqual(['B'.repeat(26)]);
  });

  it('are never an address that somebody else wrote there', () => {
    localStorage.setItem('linli.mine', JSON.stringify([{ ...one('A', 1), tracking: '../../evil' }]));
    expect(readMine()).toEqual([]);
    localStorage.setItem('linli.mine', '7');
    expect(readMine()).toEqual([]);
  });
});

/* A JPEG of nothing but an EXIF block with a GPS directory. */
function jpeg(little: boolean, lat: number[], lon: number[], refs = 'NE'): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(220));
  const tiff = 12;
  const entry = (at: number, tag: number, type: number, count: number, value: number | string) => {
    view.setUint16(tiff + at, tag, little);
    view.setUint16(tiff + at + 2, type, little);
    view.setUint32(tiff + at + 4, count, little);
    if (typeof value === 'number') view.setUint32(tiff + at + 8, value, little);
    else view.setUint8(tiff + at + 8, value.charCodeAt(0));
  };
  view.setUint16(0, 0xffd8);
  view.setUint16(2, 0xffe1);
  view.setUint16(4, 200);
  view.setUint32(6, 0x45786966);
  view.setUint16(tiff, little ? 0x4949 : 0x4d4d);
  view.setUint16(tiff + 2, 42, little);
  view.setUint32(tiff + 4, 8, little);
  view.setUint16(tiff + 8, 1, little);
  entry(10, 0x8825, 4, 1, 40);
  view.setUint16(tiff + 40, 4, little);
  entry(42, 1, 2, 2, refs[0]!);
  entry(54, 2, 5, 3, 100);
  entry(66, 3, 2, 2, refs[1]!);
  entry(78, 4, 5, 3, 124);
  [lat, lon].forEach((parts, row) =>
    parts.forEach((part, i) => {
      view.setUint32(tiff + 100 + 24 * row + 8 * i, Math.round(part * 100), little);
      view.setUint32(tiff + 104 + 24 * row + 8 * i, 100, little);
    }),
  );
  return view.buffer;
}

describe('a photo', () => {
  it.each([true, false])('says where it was taken (little endian: %s)', (little) => {
    expect(placeOfPhoto(jpeg(little, [22, 32, 24.5], [113, 55, 12.25]))).toEqual({ lon: 113.920069, lat: 22.540139 });
    expect(placeOfPhoto(jpeg(little, [33, 51, 0], [70, 40, 0], 'SW'))).toEqual({ lon: -70.666667, lat: -33.85 });
  });

  it('without a place, or broken anywhere, is a photo without a place', () => {
    const whole = jpeg(true, [22, 32, 24.5], [113, 55, 12.25]);
    for (let length = 0; length < 150; length++) expect(placeOfPhoto(whole.slice(0, length))).toBeUndefined();
    expect(placeOfPhoto(jpeg(true, [0, 0, 0], [0, 0, 0]))).toBeUndefined();
    expect(placeOfPhoto(jpeg(true, [200, 0, 0], [113, 0, 0]))).toBeUndefined();
    expect(placeOfPhoto(new TextEncoder().encode('no picture at all').buffer as ArrayBuffer)).toBeUndefined();
  });

  it('is never drawn larger, and keeps its shape', () => {
    expect(fit({ width: 4000, height: 3000 }, 1920)).toEqual({ width: 1920, height: 1440 });
    expect(fit({ width: 800, height: 600 }, 1920)).toEqual({ width: 800, height: 600 });
    expect(fit({ width: 10_000, height: 2 }, 1920)).toEqual({ width: 1920, height: 1 });
  });
});

describe('a place', () => {
  it('is kept as the interface takes it, and only if it is one', () => {
    const text = writePlace({ lon: 113.92000049, lat: 22.5, accuracy: 12, how: 'gps' });
    expect(readPlace(text)).toEqual({ lon: 113.92, lat: 22.5, accuracy: 12, how: 'gps' });
    for (const bad of ['', '{', '{"lon":"113","lat":22}', '{"lon":113}', '{}']) expect(readPlace(bad)).toBeUndefined();
  });

  const area = (code: string, kind: string, name: string) => ({ code, kind, name });
  const chain = [
    area('440305001007C012', 'compound', '马家龙小区'),
    area('440305001007', 'community', '马家龙社区'),
    area('440305001', 'street', '南头街道'),
    area('44', 'province', '广东省'),
  ];

  it('is called as residents call it, whichever way the server lists it', async () => {
    for (const order of [chain, [...chain].reverse(), chain.slice(1)]) {
      vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ area: chain[0], chain: order })));
      const located = (await locate('nanshan', { lon: 113.9, lat: 22.5 }))!;
      expect(placeName(located)).toBe('马家龙社区 · 马家龙小区');
      expect(communityOf(located)?.code).toBe('440305001007');
    }
  });

  it('outside is told apart from a server in trouble', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 404 })));
    expect(await locate('nanshan', { lon: 0, lat: 0 })).toBeUndefined();
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 503 })));
    await expect(locate('nanshan', { lon: 0, lat: 0 })).rejects.toThrow('503');
  });

  it('is so many metres from another', () => {
    expect(metres({ lon: 113.9, lat: 22.5 }, { lon: 113.9, lat: 22.501 })).toBeCloseTo(111.2, 0);
    expect(metres({ lon: 113.9, lat: 22.5 }, { lon: 113.901, lat: 22.5 })).toBeCloseTo(102.7, 0);
    expect([about(3), about(64), about(66)]).toEqual([10, 60, 70]);
  });
});

describe('a fault', () => {
  it.each([
    ['/fields/contact', 'contact'],
    ['/body/fields/photos/2', 'photos'],
    ['/area', 'area'],
    ['/body/area', 'area'],
    ['/fields/place/lon', 'place'],
  ])('at %s stands at %s', (pointer, name) => expect(fieldOfPointer(pointer)).toBe(name));
});
