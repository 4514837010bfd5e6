/*
 * All of them, in one file of vitest, so that they share one server and the last
 * can say which operations of the contract nobody tried.
 */
import { describe, expect, it } from 'vitest';
import { tried } from './lib/client';
import { contract } from './lib/contract';

await import('./house');
await import('./ground');
await import('./lifecycle');
await import('./party');
await import('./lists');
await import('./refusal');
await import('./office');
await import('./photo');
await import('./pages');
await import('./deadline');
await import('./open311');
await import('./people');

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
