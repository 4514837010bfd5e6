/*
 * What a form of a playbook holds while it is filled: nothing but values by the
 * fields' names.
 */
import type { Field } from './api';

/* A point as it was given: canonical degrees, and how somebody came by it. */
export interface Place {
  lon: number;
  lat: number;
  how: 'pin';
}

export type Value = string | number | boolean | string[] | Place;

/* For whom something is entered that they said or sent on paper. */
export type Behalf = { organization: string } | { reporter: true };

export interface Question {
  field: Field;
  needed: boolean;
}

export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined) return true;
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.length === 0;
}

/* What was answered; what was left empty is not sent. */
export function answered(values: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => !isEmpty(entry[1])));
}

/* The field an error of the server points at. */
export function fieldOf(pointer: string): string {
  return pointer.replace(/^\/(body\/)?(fields\/)?/, '').replace(/\/.*$/, '');
}
