/*
 * The same tests on PostgreSQL: a client cannot tell which store it is.
 * LINLI_TEST_PG is its URL; tests/run.py starts one.
 */
import { afterAll, beforeAll, it } from 'vitest';
import { START, closeHouse, openHouse } from './lib/world';

const url = process.env.LINLI_TEST_PG;

if (url === undefined || url === '' || url === 'skip') {
  it.skip('needs a PostgreSQL in LINLI_TEST_PG', () => undefined);
} else {
  beforeAll(() => openHouse(START, url));
  afterAll(closeHouse);
  await import('./suites');
}
