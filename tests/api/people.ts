/*
 * Who is responsible: persons, appointments, gaps; what an administrator, a
 * dismissed officer and an auditor may and may not; passwords, locks, sessions.
 * The clock is moved: this suite is the last.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { COMMUNITY, LAMP, clock, look, report, staff, visitor } from './lib/world';

const COUNTY = '440305';
const STREET = '440305001';
const PASSWORD = 'a-long-password';
const NOW = '2027-04-20T09:00:00+08:00';
const later = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString();

let admin: Client;

/* A new person with an account, and an appointment each. */
async function hire(login: string, ...posts: [post: string, area: string][]): Promise<{ person: string; appointments: string[] }> {
  const { person } = await admin.must('addPerson', { json: { name: `测试${login}`, login, password: PASSWORD } });
  const appointments: string[] = [];
  for (const [post, area] of posts) {
    appointments.push((await admin.must('makeAppointment', { json: { person, post, area } })).appointment);
  }
  return { person, appointments };
}

const signIn = (login: string, password = PASSWORD) => visitor().signIn(login, password);

async function refused(client: Client, id: string, call: Parameters<Client['call']>[1] = {}): Promise<[number, string]> {
  const { status, body } = await client.call(id, call);
  return [status, body?.code];
}

describe('an administrator', () => {
  beforeAll(async () => {
    await clock().set(NOW);
    admin = await staff('admin');
  });

  it('adds persons with and without a login, and finds them', async () => {
    const plain = await admin.must('addPerson', { json: { name: '测试无账号' } });
    expect(plain.login).toBeNull();
    const { person } = await hire('new.one');
    const found = await admin.must('listPersons', { query: { q: 'new.one' } });
    expect(found).toEqual({ items: [{ person, name: '测试new.one', login: 'new.one' }], next: null });
    const first = await admin.must('listPersons', { query: { limit: 2 } });
    expect(first.items).toHaveLength(2);
    const second = await admin.must('listPersons', { query: { limit: 2, after: first.next } });
    expect(second.items[0].person > first.items[1].person).toBe(true);
    expect(await refused(admin, 'addPerson', { json: { name: '又一个', login: 'new.one', password: PASSWORD } })).toEqual([409, 'already-exists']);
    const without = await admin.call('addPerson', { json: { name: '没密码', login: 'new.two' } });
    expect([without.status, without.body.errors[0].pointer]).toEqual([422, '/password']);
    expect(await refused(admin, 'addPerson', { json: { name: '短', login: 'new.three', password: 'short' } })).toEqual([422, 'invalid']);
  });

  it('appoints; the label follows the area; the same again is refused', async () => {
    const { person } = await hire('chief.one');
    const made = await admin.must('makeAppointment', { json: { person, post: 'chief', area: STREET } });
    expect(made).toMatchObject({ person, name: '测试chief.one', post: 'chief', label: { zh: '街长', en: 'Street chief' }, until: null });
    expect((await (await signIn('chief.one')).must('getMe')).posts).toMatchObject([{ post: 'chief', label: { zh: '街长' } }]);
    expect(await refused(admin, 'makeAppointment', { json: { person, post: 'chief', area: STREET } })).toEqual([409, 'already-exists']);
    expect(await refused(admin, 'makeAppointment', { json: { person, post: 'king', area: STREET } })).toEqual([422, 'invalid']);
    expect(await refused(admin, 'makeAppointment', { json: { person, post: 'chief', area: '440305009' } })).toEqual([422, 'invalid']);
    const list = await admin.must('listAppointments', { query: { person } });
    expect(list.items.map((one: any) => one.appointment)).toEqual([made.appointment]);
    await admin.must('endAppointment', { path: { appointment: made.appointment } });
    expect((await admin.must('listAppointments', { query: { person } })).items).toEqual([]);
    const [old] = (await admin.must('listAppointments', { query: { person, when: 'all' } })).items;
    expect(old.until).not.toBeNull();
    expect(await refused(admin, 'endAppointment', { path: { appointment: made.appointment } })).toEqual([409, 'not-now']);
  });

  it('lists appointments by post, area and organization, in pages', async () => {
    const handlers = await admin.must('listAppointments', { query: { post: 'handler' } });
    expect(handlers.items.length).toBeGreaterThan(1);
    expect(handlers.items.every((one: any) => one.post === 'handler')).toBe(true);
    const organization = handlers.items[0].organization.id as string;
    const own = await admin.must('listAppointments', { query: { organization } });
    expect(own.items.every((one: any) => one.organization.id === organization)).toBe(true);
    const street = await admin.must('listAppointments', { query: { area: STREET, post: 'desk' } });
    expect(street.items.every((one: any) => one.area.code.startsWith(STREET))).toBe(true);
    const page = await admin.must('listAppointments', { query: { limit: 1 } });
    expect(page.items).toHaveLength(1);
    expect(page.next).toBe(page.items[0].appointment);
    expect(await refused(admin, 'listAppointments', { query: { area: '621002' } })).toEqual([404, 'not-found']);
  });

  it('adds an organization, once', async () => {
    const json = { name: '测试园林队', area: STREET };
    const made = await admin.must('addOrganization', { json });
    expect((await admin.must('listOrganizations')).items.map((one: any) => one.id)).toContain(made.id);
    expect(await refused(admin, 'addOrganization', { json })).toEqual([409, 'already-exists']);
  });

  it('acts inside the own area only', async () => {
    await hire('street.admin', ['administrator', STREET]);
    const { person } = await hire('some.body');
    const county = await hire('county.desk', ['desk', COUNTY]);
    const local = await signIn('street.admin');
    expect(await refused(local, 'makeAppointment', { json: { person, post: 'desk', area: COUNTY } })).toEqual([403, 'forbidden']);
    expect(await refused(local, 'addOrganization', { json: { name: '越权队', area: COUNTY } })).toEqual([403, 'forbidden']);
    expect(await refused(local, 'endAppointment', { path: { appointment: county.appointments[0]! } })).toEqual([403, 'forbidden']);
    expect(await refused(local, 'resetPassword', { path: { person: county.person }, json: { password: PASSWORD } })).toEqual([403, 'forbidden']);
    const { office_hours } = await local.must('getSettings');
    expect(await refused(local, 'putSettings', { json: { office_hours } })).toEqual([403, 'forbidden']);
    const made = await local.must('makeAppointment', { json: { person, post: 'desk', area: COMMUNITY } });
    expect((await local.must('listAppointments')).items.every((one: any) => one.area.code.startsWith(STREET))).toBe(true);
    await local.must('endAppointment', { path: { appointment: made.appointment } });
  });

  it('does not end the own administration', async () => {
    const { items } = await admin.must('listAppointments', { query: { post: 'administrator', area: COUNTY } });
    const me = items.find((one: any) => one.area.code === COUNTY);
    expect(await refused(admin, 'endAppointment', { path: { appointment: me.appointment } })).toEqual([403, 'forbidden']);
  });

  it('is nobody else', async () => {
    const desk = await staff('desk');
    for (const id of ['listPersons', 'listAppointments']) expect(await refused(desk, id)).toEqual([403, 'forbidden']);
    expect(await refused(desk, 'addPerson', { json: { name: '自己人' } })).toEqual([403, 'forbidden']);
    expect(await refused(visitor(), 'listPersons')).toEqual([401, 'sign-in-required']);
  });
});

describe('the gap list', () => {
  it('names what nobody answers for, until somebody does', async () => {
    const gaps = async () =>
      (await (await staff('desk')).must('listGaps', { query: { area: COMMUNITY } })).items.map((one: any) => one.post as string);
    const before = await gaps();
    const { person } = await hire('every.thing');
    for (const post of ['desk', 'dispatcher', 'checker']) {
      await admin.must('makeAppointment', { json: { person, post, area: COMMUNITY } });
    }
    const after = await gaps();
    expect(after.filter((post: string) => ['desk', 'dispatcher', 'checker'].includes(post))).toEqual([]);
    expect(before.length).toBeGreaterThanOrEqual(after.length);
    const all = (await admin.must('listGaps')).items;
    for (const gap of all) expect(gap.label.zh).toMatch(/[一-龥]/);
    expect(await refused(admin, 'listGaps', { query: { area: '99' } })).toEqual([404, 'not-found']);
    for (const one of (await admin.must('listAppointments', { query: { person } })).items) {
      await admin.must('endAppointment', { path: { appointment: one.appointment } });
    }
  });
});

describe('who is away', () => {
  const gapsOf = async (code: string) => (await admin.must('listGaps')).items.filter((one: any) => one.area.code === code);

  it('has a substitute for that time, or leaves a gap', async () => {
    const { person, appointments } = await hire('away.a', ['chief', COMMUNITY]);
    const { person: other } = await hire('away.b');
    const body = { person: other, post: 'chief', area: COMMUNITY, stands_in_for: appointments[0] };
    expect(await refused(admin, 'makeAppointment', { json: { ...body, post: 'desk' } })).toEqual([422, 'invalid']);
    const made = await admin.must('makeAppointment', { json: body });
    expect(made.stands_in_for.name).toBe('测试away.a');
    const a = await signIn('away.a');
    const b = await signIn('away.b');
    expect((await b.must('getMe')).posts).toEqual([]);
    expect(await refused(b, 'noteAbsence', { json: { person, until: later(7200) } })).toEqual([403, 'forbidden']);
    expect(await refused(a, 'noteAbsence', { json: { person, until: later(-60) } })).toEqual([422, 'invalid']);
    const noted = await a.must('noteAbsence', { json: { person, until: later(7200) } });
    expect((await a.must('listAbsences')).items.map((one: any) => one.absence)).toEqual([noted.absence]);
    expect((await b.must('listAbsences')).items).toEqual([]);
    expect(await refused(visitor(), 'listAbsences')).toEqual([401, 'sign-in-required']);
    expect((await admin.must('listAbsences')).items.map((one: any) => one.name)).toContain('测试away.a');
    expect((await b.must('getMe')).posts.map((one: any) => one.post)).toEqual(['chief']);
    expect((await gapsOf(COMMUNITY)).filter((one: any) => one.why === 'absent')).toEqual([]);
    await admin.must('endAppointment', { path: { appointment: made.appointment } });
    expect((await b.must('getMe')).posts).toEqual([]);
    expect((await gapsOf(COMMUNITY)).filter((one: any) => one.why === 'absent')).toMatchObject([{ post: 'chief', until: noted.until }]);
    await admin.must('endAbsence', { path: { absence: noted.absence } });
    expect(await refused(admin, 'endAbsence', { path: { absence: noted.absence } })).toEqual([409, 'not-now']);
    expect((await gapsOf(COMMUNITY)).filter((one: any) => one.why === 'absent')).toEqual([]);
    await admin.must('endAppointment', { path: { appointment: appointments[0]! } });
  });

  it('is found by name by whoever is signed in', async () => {
    const { items } = await (await staff('desk')).must('listColleagues', { query: { q: 'away.a' } });
    expect(items.map((one: any) => one.name)).toEqual(['测试away.a']);
    expect(await refused(visitor(), 'listColleagues')).toEqual([401, 'sign-in-required']);
  });

  it('may be lent out until a day that is said, and is a gap at home', async () => {
    const { person, appointments } = await hire('lent.one', ['chief', COMMUNITY]);
    const body = { person, post: 'checker', area: STREET, lent_from: appointments[0] };
    expect(await refused(admin, 'makeAppointment', { json: body })).toEqual([422, 'invalid']);
    const made = await admin.must('makeAppointment', { json: { ...body, until: later(50) } });
    expect(made.lent_from.area.code).toBe(COMMUNITY);
    const officer = await signIn('lent.one');
    expect((await officer.must('getMe')).posts.map((one: any) => one.post)).toEqual(['checker']);
    expect((await gapsOf(COMMUNITY)).map((one: any) => [one.post, one.why])).toContainEqual(['chief', 'lent']);
    await clock().set(later(51));
    expect((await officer.must('getMe')).posts.map((one: any) => one.post)).toEqual(['chief']);
    expect((await gapsOf(COMMUNITY)).filter((one: any) => one.why === 'lent')).toEqual([]);
  });
});

describe('a dismissed officer', () => {
  it('stops at once, in the session they have', async () => {
    const { case: id } = await report();
    const { appointments } = await hire('dismissed', ['desk', STREET]);
    const officer = await signIn('dismissed');
    expect((await look(officer, id)).actions.length).toBeGreaterThan(0);
    await admin.must('endAppointment', { path: { appointment: appointments[0]! } });
    expect((await officer.must('getMe')).posts).toEqual([]);
    expect(await refused(officer, 'getCase', { path: { case: id } })).toEqual([404, 'not-found']);
    expect(await refused(officer, 'listPersons')).toEqual([403, 'forbidden']);
  });

  it('was appointed for a time, and stops when it is over', async () => {
    const { person } = await hire('for.a.time');
    await admin.must('makeAppointment', { json: { person, post: 'desk', area: STREET, since: later(60), until: later(120) } });
    const officer = await signIn('for.a.time');
    expect((await officer.must('getMe')).posts).toEqual([]);
    await clock().set(later(61));
    expect((await officer.must('getMe')).posts).toHaveLength(1);
    await clock().set(later(121));
    expect((await officer.must('getMe')).posts).toEqual([]);
    expect(await refused(admin, 'makeAppointment', { json: { person, post: 'desk', area: STREET, since: later(9), until: later(8) } })).toEqual([422, 'invalid']);
  });
});

describe('an auditor', () => {
  it('reads what staff may read, and acts on nothing', async () => {
    const { case: id } = await report({ ...LAMP, contact: '13812345678' });
    const { person } = await hire('auditor.one', ['auditor', COUNTY]);
    const auditor = await signIn('auditor.one');
    const seen = await look(auditor, id);
    expect(seen.fields.find((one: any) => one.name === 'description').text.zh).toBe(LAMP.description);
    expect(seen.actions).toEqual([]);
    expect((await auditor.must('listCases', { query: { view: 'all' } })).items.map((one: any) => one.case)).toContain(id);
    expect((await auditor.must('listPersons')).items.length).toBeGreaterThan(0);
    expect((await auditor.must('listAppointments')).items.length).toBeGreaterThan(0);
    await auditor.must('listGaps');
    await auditor.must('getSettings');

    const desk = await staff('desk');
    const unit = (await desk.must('listOrganizations')).items[0].id as string;
    const value = (field: any): unknown =>
      field.options?.[0]?.name ?? { organization: unit, code: 'event:0102', date: '2027-05-10', integer: 1, scale: 1, bool: true }[field.type as string] ?? '照规定办理';
    const offered = (await look(desk, id)).actions;
    expect(offered.length).toBeGreaterThan(0);
    for (const { action, needs } of offered) {
      const fields = Object.fromEntries(needs.map((field: any) => [field.name, value(field)]));
      expect([action, ...(await refused(auditor, 'actOnCase', { path: { case: id, action }, json: { rev: seen.rev, fields } }))]).toEqual([action, 403, 'forbidden']);
    }
    expect(await refused(auditor, 'revealValue', { path: { case: id }, json: { field: 'contact' } })).toEqual([403, 'forbidden']);
    expect(await refused(auditor, 'makeAppointment', { json: { person, post: 'desk', area: STREET } })).toEqual([403, 'forbidden']);
    expect(await refused(auditor, 'putSettings', { json: await auditor.must('getSettings') })).toEqual([403, 'forbidden']);
  });

  it('of one street does not see another\'s', async () => {
    const { case: id } = await report();
    await hire('auditor.two', ['auditor', '440305001001']);
    expect(await refused(await signIn('auditor.two'), 'getCase', { path: { case: id } })).toEqual([404, 'not-found']);
  });
});

describe('passwords', () => {
  it('of others are reset by the administrator, and end their sessions', async () => {
    const { person } = await hire('forgetful', ['desk', STREET]);
    const before = await signIn('forgetful');
    const json = { password: 'another-password' };
    expect((await admin.call('resetPassword', { path: { person }, json })).status).toBe(204);
    expect(await refused(before, 'getMe')).toEqual([401, 'sign-in-required']);
    expect(await refused(visitor(), 'signIn', { json: { login: 'forgetful', password: PASSWORD } })).toEqual([401, 'wrong-credentials']);
    expect((await (await signIn('forgetful', 'another-password')).must('getMe')).name).toBe('测试forgetful');
    const plain = await admin.must('addPerson', { json: { name: '测试没有账号' } });
    expect(await refused(admin, 'resetPassword', { path: { person: plain.person }, json })).toEqual([404, 'not-found']);
  });

  it('of one\'s own are changed with the old one; other sessions end, this one goes on', async () => {
    await hire('careful', ['desk', STREET]);
    const here = await signIn('careful');
    const elsewhere = await signIn('careful');
    const change = (current: string, password: string) => here.call('changePassword', { json: { current, password } });
    expect((await change('not-the-password', 'third-password')).status).toBe(401);
    expect((await change(PASSWORD, 'short')).status).toBe(422);
    const changed = await change(PASSWORD, 'third-password');
    expect(changed.status).toBe(204);
    here.cookie = changed.cookies.map((one) => one.split(';')[0]).join('; ');
    expect((await here.must('getMe')).posts).toHaveLength(1);
    expect(await refused(elsewhere, 'getMe')).toEqual([401, 'sign-in-required']);
    expect(await refused(visitor(), 'signIn', { json: { login: 'careful', password: PASSWORD } })).toEqual([401, 'wrong-credentials']);
  });

  it('that are wrong five times lock the login for a quarter of an hour, whether it exists or not', async () => {
    await hire('locked.out', ['desk', STREET]);
    for (const login of ['locked.out', 'who.is.this']) {
      for (let i = 0; i < 5; i++) {
        expect(await refused(visitor(), 'signIn', { json: { login, password: 'wrong' } })).toEqual([401, 'wrong-credentials']);
      }
      expect(await refused(visitor(), 'signIn', { json: { login, password: PASSWORD } })).toEqual([429, 'locked-out']);
    }
    await clock().set(later(1000 + 15 * 60));
    expect((await (await signIn('locked.out')).must('getMe')).posts).toHaveLength(1);
  });

  it('open a session of twelve hours', async () => {
    await hire('long.day', ['desk', STREET]);
    const officer = await signIn('long.day');
    await clock().set(later(2000 + 11 * 3600));
    await officer.must('getMe');
    await clock().set(later(2000 + 12 * 3600));
    expect(await refused(officer, 'getMe')).toEqual([401, 'sign-in-required']);
    expect(await refused(officer, 'signOut')).toEqual([401, 'sign-in-required']);
  });
});
