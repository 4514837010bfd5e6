/*
 * What a reading of the inbox is narrowed to, and how it stands in the address.
 */
import type { Owner, Post } from '../api';

export const READINGS = ['unit', 'today', 'overdue'] as const;
export type Reading = (typeof READINGS)[number];

export interface Waiting {
  reading: Reading;
  post?: Post;
  at?: string;
  organization?: string;
}

export function readWaiting(query: string): Waiting {
  const given = new URLSearchParams(query);
  const waiting: Waiting = { reading: READINGS.find((one) => one === given.get('reading')) ?? 'unit' };
  for (const name of ['post', 'at', 'organization'] as const) {
    const value = given.get(name);
    if (value !== null && value !== '') Object.assign(waiting, { [name]: value }); /* the server knows the posts */
  }
  return waiting;
}

export function writeWaiting(reading: Reading, owner?: NonNullable<Owner>): string {
  const query = new URLSearchParams({ reading });
  if (owner !== undefined) {
    query.set('post', owner.post);
    query.set('at', owner.area.code);
    if (owner.organization !== undefined) query.set('organization', owner.organization.id);
  }
  return query.toString();
}

export function sameOwner(waiting: Waiting, owner: NonNullable<Owner>): boolean {
  return waiting.post === owner.post && waiting.at === owner.area.code && waiting.organization === owner.organization?.id;
}
