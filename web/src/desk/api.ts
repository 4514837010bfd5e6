/*
 * The client generated from api/openapi.yaml, and one way to call it: an answer
 * or a Refusal that carries the server's problem.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from '../../.cache/api';
import { lang } from './texts';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Tenant = Schemas['Tenant'];
export type CaseRow = Schemas['CaseRow'];
export type Case = Schemas['Case'];
export type Part = Case['parts'][number];
export type Action = Case['actions'][number];
export type Field = Schemas['Field'];
export type Owner = NonNullable<Schemas['Owner']>;
export type Organization = Schemas['Organization'];
export type Area = Schemas['Area'];
export type Problem = Schemas['Problem'];
export type Playbook = Schemas['Playbook'];
export type OfficeHours = Schemas['OfficeHours'];
export type Position = NonNullable<Schemas['PositionOrNull']>;
export type Photo = NonNullable<CaseValue['photos']>[number];
export type NearCase = Schemas['NearbyList']['items'][number];
export type Person = Schemas['Person'];
export type Appointment = Schemas['Appointment'];
export type Gap = Schemas['GapList']['items'][number];
export type Post = Schemas['Post'];
export type WallCode = Schemas['CodeList']['items'][number];
export type ClassCode = Schemas['ClassList']['items'][number];
export type CaseValue = Schemas['Value'];
export type TimelineEntry = Schemas['TimelineEntry'];

export const client = createClient<paths>({ baseUrl: location.origin });

client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', lang.value);
    return request;
  },
});

/* What the server said no with; status 0: it could not be reached. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
  ) {
    super(problem?.code ?? 'unreachable');
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Refusal(0, undefined);
  }
  if (!answer.response.ok) throw new Refusal(answer.response.status, answer.error as Problem | undefined);
  return answer.data as T;
}
