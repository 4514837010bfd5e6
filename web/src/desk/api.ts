/*
 * The client generated from api/openapi.yaml, and one way to call it: an answer
 * or a Refusal that carries the server's problem.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from '../../.cache/api';
import { through } from '../kit/transport';
import { lang } from './texts';

type Schemas = components['schemas'];
export type Texts = Schemas['Texts'];
export type Me = Schemas['Me'];
export type Tenant = Schemas['Tenant'];
export type Inbox = Schemas['Inbox'];
export type DutyRow = Schemas['Duty'];
export type Proposal = Schemas['Proposal'];
export type Roster = Schemas['Roster'];
export type Emergency = Schemas['Emergency'];
export type Briefing = Schemas['Briefing'];
export type Book = Schemas['Book'];
export type Account = Schemas['Account'];
export type Statement = Schemas['Statement'];
export type CaseEntry = Schemas['CaseEntry'];
export type Burden = Schemas['Burden'];
export type Report = Schemas['Report'];
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
export type Programme = Schemas['PlaybookList']['items'][number];
export type OfficeHours = Schemas['OfficeHours'];
export type DeliveryList = Schemas['DeliveryList'];
export type Draws = Schemas['Draws'];
export type Position = NonNullable<Schemas['PositionOrNull']>;
export type Photo = NonNullable<CaseValue['photos']>[number];
export type NearCase = Schemas['NearbyList']['items'][number];
export type Person = Schemas['Person'];
export type Absence = Schemas['Absence'];
export type Appointment = Schemas['Appointment'];
export type Gap = Schemas['GapList']['items'][number];
export type Post = Schemas['Post'];
export type WallCode = Schemas['CodeList']['items'][number];
export type ClassCode = Schemas['ClassList']['items'][number];
export type CaseValue = Schemas['Value'];
export type Deadline = Schemas['Deadline'];
export type Rhythm = Schemas['Rhythm'];
export type Versions = Schemas['Versions'];
export type MigratePlan = Schemas['MigratePlan'];
export type CaseTime = Schemas['CaseTime'];
export type Held = Schemas['Held'];
export type Ahead = Schemas['Ahead'];
export type MapSetting = Schemas['MapSetting'];
export type MessageSetting = Schemas['MessageSetting'];
export type WallScreen = Schemas['Screen'];
export type PaperList = Schemas['PaperList'];
export type Template = Schemas['TemplateList']['items'][number];
export type PaperBlock = Schemas['PaperBlock'];
export type AnyPaper = Schemas['PaperName'];
export type PaperName = Schemas['CasePaperName'];
export type HeldSpan = Schemas['HeldSpan'];
export type Beneath = Schemas['BeneathList']['items'][number];
export type CaseLink = Schemas['LinkList']['items'][number];
export type SimilarCase = Schemas['SimilarList']['items'][number];
export type Call = Schemas['CallList']['items'][number];
export type Proposals = Schemas['Proposals'];
export type Job = Schemas['Job'];
export type Pass = Schemas['Pass'];
export type RegisterHead = Schemas['RegisterHead'];
export type Register = Schemas['Register'];
export type RowLine = Schemas['RowLine'];
export type Row = Schemas['Row'];
export type RowTally = Schemas['RowTally'];
export type JoinedSums = Schemas['JoinedSums'];
export type ImportedRows = Schemas['ImportedRows'];
export type SavedView = Schemas['SavedView'];
export type WorkCalendar = Schemas['WorkCalendar'];
export type OwnDays = Schemas['OwnDays'];
export type AreaDetail = Schemas['AreaDetail'];
export type Order = Schemas['Order'];
export type OrderSource = Schemas['OrderSource'];
export type Ballot = Schemas['Ballot'];
export type BallotLine = Schemas['BallotLine'];
export type Elector = Schemas['Elector'];
export type CodeIssued = Schemas['CodeIssued'];
export type BallotPaper = Schemas['Sheet'];
export type BallotObjection = Schemas['Objection'];
export type TimelineEntry = Schemas['TimelineEntry'];

export const client = createClient<paths>({ baseUrl: location.origin, fetch: through });

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
