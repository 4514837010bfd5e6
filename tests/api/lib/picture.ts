/*
 * Pictures and forms for tests, made by hand: what a camera writes, what a browser
 * sends, and what somebody sends who means harm.
 */
import { deflateSync } from 'node:zlib';

/* 48 by 32: left red, right blue; a JPEG without any metadata. */
const TINY = [
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBD',
  'ARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAgADAD',
  'ASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAA',
  'BQYE/8QAGBEBAAMBAAAAAAAAAAAAAAAAAAVCgcH/2gAMAwEAAhEDEQA/AIgDCqhOUU45D3zoeVpvAA4GUQEOsROUU45D3zoeVpvA',
  'A4Gf/9k=',
].join('');

export const jpeg = () => Buffer.from(TINY, 'base64');

interface Exif {
  orientation?: number;
  taken?: string; // '2026:09:06 18:30:00'
  lon?: number;
  lat?: number;
}

type Entry = [tag: number, type: number, count: number, data: Buffer];

const ascii = (tag: number, text: string): Entry => [tag, 2, text.length + 1, Buffer.from(`${text}\0`, 'latin1')];
const short = (tag: number, value: number): Entry => [tag, 3, 1, Buffer.from([value & 255, value >> 8, 0, 0])];
function long(tag: number, value: number): Entry {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value);
  return [tag, 4, 1, data];
}
function degrees(tag: number, value: number): Entry {
  const data = Buffer.alloc(24);
  const whole = Math.floor(value);
  const minutes = Math.floor((value - whole) * 60);
  const seconds = Math.round(((value - whole) * 60 - minutes) * 60 * 10000);
  [whole, 1, minutes, 1, seconds, 10000].forEach((one, i) => data.writeUInt32LE(one, 4 * i));
  return [tag, 5, 3, data];
}

/* A directory of TIFF: its entries, and behind them what does not fit in four bytes. */
function directory(at: number, entries: Entry[]): Buffer {
  const head = Buffer.alloc(2 + 12 * entries.length + 4);
  const rest: Buffer[] = [];
  let free = at + head.length;
  head.writeUInt16LE(entries.length);
  entries.forEach(([tag, type, count, data], i) => {
    head.writeUInt16LE(tag, 2 + 12 * i);
    head.writeUInt16LE(type, 4 + 12 * i);
    head.writeUInt32LE(count, 6 + 12 * i);
    if (data.length <= 4) {
      data.copy(head, 10 + 12 * i);
    } else {
      head.writeUInt32LE(free, 10 + 12 * i);
      rest.push(data);
      free += data.length;
    }
  });
  return Buffer.concat([head, ...rest]);
}

/* The tiny picture as a telephone would have written it. */
export function camera({ orientation = 1, taken, lon, lat }: Exif): Buffer {
  const main: Entry[] = [ascii(0x010f, 'SecretMaker'), short(0x0112, orientation)];
  const length = (entries: number, texts: number) => 2 + 12 * entries + 4 + texts;
  let at = 8 + length(4, 12);
  const photo = taken === undefined ? Buffer.alloc(0) : directory(at, [ascii(0x9003, taken)]);
  if (photo.length > 0) main.push(long(0x8769, at));
  at += photo.length;
  if (lon !== undefined && lat !== undefined) main.push(long(0x8825, at));
  const gps =
    lon === undefined || lat === undefined
      ? Buffer.alloc(0)
      : directory(at, [
          ascii(1, lat < 0 ? 'S' : 'N'),
          degrees(2, Math.abs(lat)),
          ascii(3, lon < 0 ? 'W' : 'E'),
          degrees(4, Math.abs(lon)),
        ]);
  const first = directory(8, main);
  const padding = Buffer.alloc(8 + length(4, 12) - 8 - first.length);
  const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), first, padding, photo, gps]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  const comment = Buffer.from('\xff\xfe\x00\x10secret comment', 'latin1');
  const plain = jpeg();
  return Buffer.concat([plain.subarray(0, 2), marker, body, comment, plain.subarray(2)]);
}

export function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(name: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(name, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/* A grey PNG of nothing; small however large it claims to be. */
export function png(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = deflateSync(Buffer.alloc((width + 1) * rows), { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/* Width and height as a JPEG's frame header says them. */
export function sizeOf(bytes: Buffer): [number, number] {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xc2) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
  throw new Error('no frame in this JPEG');
}

export interface Part {
  name: string;
  bytes: Buffer | string;
  file?: string;
}

/* As a browser sends it. */
export function form(parts: Part[], boundary = 'linli-boundary-7f3a'): { type: string; body: Buffer } {
  const pieces = parts.flatMap(({ name, bytes, file }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (file === undefined ? '' : `; filename="${file}"\r\nContent-Type: application/octet-stream`) +
        '\r\n\r\n',
    ),
    Buffer.from(bytes as Buffer),
    Buffer.from('\r\n'),
  ]);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
