/*
 * All of them, in one file of vitest, so that they share one server and the last
 * can say which operations of the contract nobody tried.
 */
import { describe, expect, it } from 'vitest';
import { tried } from './lib/client';
import { contract } from './lib/contract';

await import('./house');
await import('./ground');
await import('./registers'); // before anybody moves the clock into another year
await import('./lifecycle');
await import('./party');
await import('./pass');
await import('./lists');
await import('./links');
await import('./together');
await import('./orders');
await import('./refusal');
await import('./office');
await import('./programmes');
await import('./duty');
await import('./emergency');
await import('./overview');
await import('./photo');
await import('./document');
await import('./unspoken');
await import('./pages');
await import('./square');
await import('./deadline');
await import('./open311');
await import('./open311_client');
await import('./people');
await import('./behalf');
await import('./paper');
await import('./books');
await import('./points');
await import('./joined');
await import('./night'); // into a summer without holidays
await import('./rhythm'); // moves the clock into another month
await import('./ballots'); // and another one
await import('./secrets'); // fills every register: what others count in them is counted before
await import('./messages'); // two years on: points expire

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
