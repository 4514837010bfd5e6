/*
 * What the suites share: one server, its people and places, and the usual
 * moves.  The demonstration data has in every district the accounts desk,
 * checker, handler, handler2 and both.
 */
import { randomUUID } from 'node:crypto';
import { Client } from './client';
import { startHouse, type House } from './house';

/* A Monday at half past nine, in weeks without a holiday. */
export const START = '2026-09-07T09:30:00+08:00';
export const COMMUNITY = '440305001007'; // 马家龙
export const CLASS = 'part:0118'; // 路灯
export const LAMP = { topic: 'lamp', description: '路灯已经三天不亮了，老人看不清台阶。', spot: '3栋楼下' };

let house: House | undefined;

export async function openHouse(now: string = START, postgres?: string): Promise<void> {
  house = await startHouse(now, postgres);
}

export async function closeHouse(): Promise<void> {
  await house?.stop();
  house = undefined;
}

function theHouse(): House {
  if (house === undefined) throw new Error('no server was started');
  return house;
}

export const base = () => theHouse().base;
export const data = () => theHouse().data;
export const clock = () => theHouse().clock;
export const gateway = () => theHouse().gateway;
export const adopt = (...files: string[]) => theHouse().adopt(...files);

export function visitor(tenant = 'nanshan', lang: 'zh' | 'en' = 'zh'): Client {
  return new Client(base(), tenant, lang);
}

export function staff(login: string, tenant = 'nanshan'): Promise<Client> {
  return visitor(tenant).signIn(login);
}

export interface Opened {
  case: string;
  number: string;
  tracking: string;
  cursor: string;
}

export async function report(fields: Record<string, string> = LAMP, area = COMMUNITY): Promise<Opened> {
  return (await visitor().must('openCase', {
    json: { playbook: 'service-request', area, fields },
  })) as Opened;
}

/* The organization an account handles for. */
export async function organizationOf(client: Client): Promise<string> {
  const me = await client.must('getMe');
  const post = me.posts.find((one: any) => one.post === 'handler');
  return post.organization.id as string;
}

export async function look(client: Client, id: string): Promise<any> {
  return client.must('getCase', { path: { case: id } });
}

/* Does an action at the revision one sees now. */
export async function act(
  client: Client,
  id: string,
  action: string,
  fields: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Promise<any> {
  const { rev } = await look(client, id);
  return client.must('actOnCase', { path: { case: id, action }, json: { rev, fields, ...more } });
}

/* A case dispatched to the organization of `handler`. */
export async function dispatched(desk: Client, handler: Client): Promise<Opened> {
  const opened = await report();
  await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
  return opened;
}

export const newKey = () => randomUUID();
