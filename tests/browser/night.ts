/*
 * A night: what cannot wait goes from a resident's phone to who is on duty, to the leader when
 * nobody takes it, and to the desk in the morning.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, clock, look, report, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { come, goToCase, send, signInAtDesk, signInInField, takenAlong, tick } from './lib/steps';

const HOUR = 3_600_000;
const at = (moment: number) => `${new Date(moment + 8 * HOUR).toISOString().slice(0, 19)}+08:00`;

describe('a night', () => {
  it('has somebody on duty, a leader above them, and a desk in the morning', async () => {
    const today = at(Date.parse((await visitor().must('getTally')).as_of)).slice(0, 10);
    const night = Date.parse(`${today}T22:30:00+08:00`) + 24 * HOUR;
    await clock().set(at(night));
    const admin = await staff('admin');
    const persons = (await admin.must('listPersons', { query: { limit: 200 } })).items;
    const turn = (post: string, login: string) => ({
      post,
      person: persons.find((one: any) => one.login === login).person,
      since: at(night - 4 * HOUR),
      until: at(night + 9 * HOUR),
    });
    await admin.must('putRoster', {
      json: { area: COMMUNITY, from: at(night).slice(0, 10), to: at(night + 9 * HOUR).slice(0, 10), rows: [turn('duty_officer', 'grid'), turn('duty_leader', 'lane')] },
    });

    const resident = await openScreen({ viewport: PHONE, hasTouch: true });
    await resident.page.goto(`/nanshan/report?area=${COMMUNITY}&lang=zh`);
    await tick(resident.page.getByRole('radio', { name: '积水内涝' }));
    await resident.page.locator('#description').fill('楼道水管爆了，水往电井里流。');
    await tick(resident.page.locator('#cannot_wait'));
    await inspect(resident.page, 'night-report-phone');
    await send(resident.page.getByRole('button', { name: '提交' }));
    await resident.page.waitForURL(/\/progress\//);
    const left = await report({ topic: 'water', description: '天台水箱漏水', cannot_wait: true } as never);
    const guard = await openScreen({ viewport: PHONE });
    await signInInField(guard.page, 'grid');
    await takenAlong(guard.page);
    const card = guard.page.locator('.matter', { hasText: '楼道水管爆了' });
    await card.getByText('下一步').waitFor();
    await inspect(guard.page, 'night-today-phone');
    const taken = (await card.locator('.matter-link').getAttribute('href'))!.split('/').at(-1)!;
    await card.locator('.matter-link').press('Enter');
    await guard.page.locator('.acts').getByRole('link', { name: '值班员接手', exact: true }).press('Enter');
    await guard.page.getByRole('heading', { name: '值班员接手', level: 1 }).waitFor();
    await guard.page.locator('form textarea').first().fill('十分钟到。');
    await send(guard.page.locator('form button[type=submit]'));
    await guard.page.locator('.chip', { hasText: '值班员处置中' }).first().waitFor();
    await resident.page.reload();
    await resident.page.getByText('值班员接手').first().waitFor();
    await inspect(resident.page, 'night-progress-phone');

    await clock().set(at(night + HOUR / 2 + 1000));
    const leader = await come('lane', left.case, { viewport: PHONE });
    await leader.page.locator('.case-head', { hasText: '请带班领导处理' }).waitFor();
    await inspect(leader.page, 'night-leader-phone');
    for (const screen of [resident, guard, leader]) {
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }

    const { due_at: morning } = await look(await staff('desk'), left.case);
    await clock().set(at(Date.parse(morning) + 1000));
    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    for (const one of [taken, left.case]) {
      await goToCase(desk.page, one);
      await desk.page.locator('.case-head', { hasText: '待受理' }).waitFor();
    }
    await inspect(desk.page, 'night-morning-desktop');
    expect(desk.faults()).toEqual([]);
    await desk.close();
  });
});
