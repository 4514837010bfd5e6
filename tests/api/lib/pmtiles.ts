/*
 * A PMTiles file (version 3), the smallest there is: one picture that is every tile of its zooms.
 */
export const TILE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGM40KCAFTEMLQkAisZYAbd3YOQAAAAASUVORK5CYII=',
  'base64',
);

const HEADER = 127;
const PNG = 2;
const UNCOMPRESSED = 1;

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

export function pmtiles(maxZoom = 15, tile = TILE): Buffer {
  const all = (4 ** (maxZoom + 1) - 1) / 3; /* tiles of zoom 0 to the last, numbered along one curve */
  const root = Buffer.from([1, 0, all, tile.length, 1].flatMap(varint)); /* entries, first, run, length, offset + 1 */
  const metadata = Buffer.from('{}');
  const header = Buffer.alloc(HEADER);
  header.write('PMTiles');
  header[7] = 3;
  const numbers = [HEADER, root.length, HEADER + root.length, metadata.length, 0, 0, HEADER + root.length + metadata.length, tile.length, all, 1, 1];
  numbers.forEach((number, at) => header.writeBigUInt64LE(BigInt(number), 8 + 8 * at));
  header.set([1, UNCOMPRESSED, UNCOMPRESSED, PNG, 0, maxZoom], 96);
  [-1800000000, -850000000, 1800000000, 850000000].forEach((degrees, at) => header.writeInt32LE(degrees, 102 + 4 * at));
  return Buffer.concat([header, root, metadata, tile]);
}
