/*
 * The API as a client sees it.  One server and one file, so that at the end the
 * last suite can say which operations of the contract nobody tried; the parts
 * are in the files beside it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tried } from './lib/client';
import { contract } from './lib/contract';
import { closeHouse, openHouse } from './lib/world';

beforeAll(() => openHouse());
afterAll(closeHouse);

await import('./house');
await import('./lifecycle');
await import('./refusal');
await import('./pages');
await import('./deadline');

describe('the whole contract', () => {
  it.each([...contract.values()].map((operation) => [operation.id, operation] as const))(
    '%s was answered with success, and with a refusal where it has parameters',
    (id, operation) => {
      const row = tried.get(id) ?? { passed: 0, refused: 0 };
      expect(row.passed).toBeGreaterThan(0);
      if (operation.parameters.length > 0) expect(row.refused).toBeGreaterThan(0);
    },
  );
});
