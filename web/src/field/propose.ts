/*
 * Which classes words may mean, from the lists that were taken along: for where the
 * server, which knows better, cannot be asked.
 */
export interface Class {
  code: string;
  name: { zh: string; en: string };
}

const MOST = 3;

const pairs = (text: string): string[] => [...text].slice(1).map((sign, at) => [...text][at]! + sign);

/* Of a name of two signs both, of a longer one half of its pairs stand in the words. */
export function classesIn(text: string, classes: readonly Class[]): Class[] {
  return classes
    .map((one) => ({ one, all: pairs(one.name.zh) }))
    .map(({ one, all }) => ({ one, hits: all.filter((pair) => text.includes(pair)).length, all: all.length }))
    .filter(({ hits, all }) => hits > 0 && hits * 2 >= all)
    .sort((a, b) => b.hits / b.all - a.hits / a.all || b.hits - a.hits)
    .slice(0, MOST)
    .map(({ one }) => ({ code: one.code, name: one.name }));
}
