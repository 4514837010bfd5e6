/*
 * The API as a client sees it, on SQLite.  The tests are in the files beside it.
 */
import { afterAll, beforeAll } from 'vitest';
import { closeHouse, openHouse } from './lib/world';

beforeAll(() => openHouse());
afterAll(closeHouse);

await import('./suites');
