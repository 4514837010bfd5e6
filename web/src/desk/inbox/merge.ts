/*
 * What a fresh look at the list changes, without moving anything under somebody's
 * hand: known rows are renewed where they stand, rows that have left are marked,
 * new ones wait until they are asked for.
 */
export interface Keyed {
  case: string;
  part?: number | undefined;
}

export interface Merged<Row> {
  rows: Row[];
  gone: Set<string>;
  arrived: Row[];
}

export function keyOf(row: Keyed): string {
  return `${row.case}.${row.part ?? 0}`;
}

/*
 * `fresh` is the newest first page; `whole` says that nothing follows it.  A row
 * beyond the fresh page may just stand further down, and is left alone.
 */
export function merge<Row extends Keyed>(shown: readonly Row[], fresh: readonly Row[], whole: boolean): Merged<Row> {
  const found = new Map(fresh.map((row) => [keyOf(row), row]));
  const known = new Set(shown.map(keyOf));
  const rows = shown.map((row) => found.get(keyOf(row)) ?? row);
  const reach = whole ? shown.length : Math.min(shown.length, fresh.length);
  const gone = new Set(shown.slice(0, reach).map(keyOf).filter((key) => !found.has(key)));
  return { rows, gone, arrived: fresh.filter((row) => !known.has(keyOf(row))) };
}
