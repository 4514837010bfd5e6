/*
 * Where a photo was taken, out of its EXIF (JPEG APP1, TIFF 6.0, GPS IFD of EXIF
 * 2.3).  Read on the phone before the photo is made smaller, because drawing it
 * anew loses it.  Whatever does not parse is a photo without a place.
 */
export interface Point {
  lon: number;
  lat: number;
}

const GPS_IFD = 0x8825;
const LAT_REF = 1;
const LAT = 2;
const LON_REF = 3;
const LON = 4;

/* Where the TIFF header begins. */
function tiffOf(view: DataView): number | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/* Tag -> offset of its entry. */
function entries(view: DataView, tiff: number, at: number, little: boolean): Map<number, number> {
  const found = new Map<number, number>();
  const count = view.getUint16(tiff + at, little);
  for (let i = 0; i < count && i < 256; i++) {
    const entry = tiff + at + 2 + 12 * i;
    found.set(view.getUint16(entry, little), entry);
  }
  return found;
}

function degrees(view: DataView, tiff: number, entry: number, little: boolean): number {
  const at = tiff + view.getUint32(entry + 8, little);
  const part = (i: number) => view.getUint32(at + 8 * i, little) / view.getUint32(at + 8 * i + 4, little);
  return part(0) + part(1) / 60 + part(2) / 3600;
}

function read(view: DataView): Point | undefined {
  const tiff = tiffOf(view);
  if (tiff === undefined) return undefined;
  const little = view.getUint16(tiff) === 0x4949;
  const pointer = entries(view, tiff, view.getUint32(tiff + 4, little), little).get(GPS_IFD);
  if (pointer === undefined) return undefined;
  const gps = entries(view, tiff, view.getUint32(pointer + 8, little), little);
  const [latAt, lonAt] = [gps.get(LAT), gps.get(LON)];
  if (latAt === undefined || lonAt === undefined) return undefined;
  const sign = (tag: number, negative: string) => {
    const entry = gps.get(tag);
    return entry !== undefined && String.fromCharCode(view.getUint8(entry + 8)) === negative ? -1 : 1;
  };
  const lat = sign(LAT_REF, 'S') * degrees(view, tiff, latAt, little);
  const lon = sign(LON_REF, 'W') * degrees(view, tiff, lonAt, little);
  const real = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0);
  return real ? { lon: round(lon), lat: round(lat) } : undefined;
}

export const round = (degree: number) => Math.round(degree * 1e6) / 1e6;

export function placeOfPhoto(bytes: ArrayBuffer): Point | undefined {
  try {
    return read(new DataView(bytes));
  } catch {
    return undefined; // an offset beyond the end
  }
}
