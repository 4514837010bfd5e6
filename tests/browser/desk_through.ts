/*
 * Programmes from the first word to the last, by those whose turn it is: the grid inspection,
 * neighbours' help, a household's file, a petition's reply, and the whistle about units.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, LAMP, act, adopt, look, report, staff, visitor } from '../api/lib/world';
import { PHONE, inspect, openScreen, type Screen } from './lib/screen';
import { chooseUnit, come, doAction, doInPart, openAtDesk, send, signInAtDesk, tick } from './lib/steps';

const LAMPS = '南山路灯维护队（演示）';
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const stands = (screen: Screen, state: string) => screen.page.locator('.case-head', { hasText: state }).waitFor();

async function leave(...screens: Screen[]): Promise<void> {
  for (const screen of screens) {
    expect(screen.faults()).toEqual([]);
    await screen.close();
  }
}

describe('a grid inspection', () => {
  it('is one form for what was solved on the spot, and a task for what was not', async () => {
    const mine = (await (await staff('grid')).must('getMe')).posts.find((one: any) => one.post === 'grid_officer').area.name as string;
    const officer = await openScreen({ viewport: PHONE });
    await signInAtDesk(officer.page, 'grid');
    await openAtDesk(officer.page, 'inspection', async (form) => {
      await form.getByLabel('看到了什么').fill('电线杆上三张小广告');
      await tick(form.getByRole('radio', { name: '已当场处置' }));
      await inspect(officer.page, 'desk-inspection-phone');
    }, mine);
    await stands(officer, '已当场处置');

    const desk = await openScreen();
    await signInAtDesk(desk.page, 'desk');
    const { id } = await openAtDesk(desk.page, 'inspection', async (form) => {
      await form.getByLabel('看到了什么').fill('两盏路灯不亮');
      await tick(form.getByRole('radio', { name: '要交单位办' }));
    }, mine);
    await doAction(desk.page, '派单', (dialog) => chooseUnit(desk.page, dialog, '承办单位', LAMPS));
    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, LAMPS, '办结', (dialog) => dialog.getByLabel('怎么处置的').fill('换了两只灯泡'));
    await stands(unit, '待核查');
    await officer.page.goto(`/desk/#/nanshan/case/${id}`);
    await doAction(officer.page, '核查通过', async () => undefined);
    await stands(officer, '已结案');
    await inspect(desk.page, 'desk-inspection-desktop');
    await leave(officer, desk, unit);
  });
});

describe('the compound fast lane', () => {
  it("is taken and solved by the compound's team with two taps and a sentence, and the reporter says yes", async () => {
    const asked = await report({ ...LAMP, contact: '13800138000', answer_by: 'phone' }, '440305001001C001');
    const team = await openScreen({ viewport: PHONE });
    await signInAtDesk(team.page, 'team');
    await team.page.getByRole('link', { name: asked.number, exact: true }).click();
    await doAction(team.page, '我来处理', async () => undefined);
    await stands(team, '小区处置中');
    await inspect(team.page, 'desk-fast-lane-phone');
    await doAction(team.page, '当场办结', (dialog) => dialog.getByLabel('办理结果').fill('换了灯泡，亮了'));
    const resident = await openScreen({ viewport: PHONE, hasTouch: true });
    await resident.page.goto(`/nanshan/progress/${asked.tracking}?lang=zh`);
    await resident.page.getByRole('radio', { name: '解决了', exact: true }).check();
    await resident.page.getByRole('button', { name: '提交评价' }).click();
    await resident.page.locator('h1', { hasText: '已办结' }).waitFor();
    await leave(team, resident);
  });
});

describe("neighbours' help", () => {
  it('is taken by the nearest team, brought, and thanked for', async () => {
    const asked = await visitor().must('openCase', {
      json: { playbook: 'neighbour-help', area: '440305001001C001', via: 'qr', fields: { topic: 'medicine', description: '退烧药一盒', contact: '13800138000' } },
    });
    const team = await openScreen({ viewport: PHONE });
    await signInAtDesk(team.page, 'team');
    await team.page.getByRole('link', { name: asked.number, exact: true }).click();
    await doAction(team.page, '我来', (dialog) => dialog.getByLabel('几分钟能到').fill('8'));
    await stands(team, '有人来了，在路上');
    await inspect(team.page, 'desk-neighbour-phone');
    await doAction(team.page, '送到了', (dialog) => dialog.getByLabel('送到了什么、怎么帮的').fill('布洛芬一盒'));
    const resident = await openScreen({ viewport: PHONE, hasTouch: true });
    const { page } = resident;
    await page.goto(`/nanshan/progress/${asked.tracking}?lang=zh`);
    await page.getByText('布洛芬一盒').first().waitFor();
    await page.locator('summary', { hasText: '收到了，谢谢' }).click();
    await page.locator('details.act[open]').getByLabel('想对邻居说的话').fill('谢谢楼下大姐');
    await inspect(page, 'neighbour-thanks-phone');
    await send(page.locator('details.act[open] button[type=submit]'));
    await expect.poll(async () => (await look(await staff('team'), asked.case)).state.name).toBe('thanked');
    await leave(team, resident);
  });
});

describe("a household's file", () => {
  it('goes from the team that is bound to it to vacated and settled', async () => {
    const chief = await staff('chief');
    const opened = await chief.must('openCase', {
      json: { playbook: 'relocation-file', area: '440305001001', via: 'desk', fields: { address: '老街13号', deadline: day(90) } },
    });
    const lead = await come('chief', opened.case);
    await doAction(lead.page, '定包户组', (dialog) => chooseUnit(lead.page, dialog, '包户工作组', LAMPS));
    const team = await come('handler', opened.case, { viewport: PHONE });
    await doInPart(team.page, LAMPS, '登记调查结果', async (dialog) => {
      await dialog.getByLabel('户主（摊主）').fill('演示户主');
      await dialog.getByLabel('认定面积').fill('68.5');
    });
    await stands(team, '协商');
    await inspect(team.page, 'desk-household-phone');
    await lead.page.reload();
    await doAction(lead.page, '提出补偿方案', (dialog) => dialog.getByLabel('补偿方案').fill('500000'));
    await doAction(lead.page, '签约', async (dialog) => {
      await dialog.getByLabel('协议金额').fill('510000');
      await dialog.getByLabel('签约日期').fill(day(0));
    });
    await doAction(lead.page, '已腾空', (dialog) => dialog.getByLabel('腾空日期').fill(day(0)));
    await inspect(lead.page, 'desk-household-desktop');
    await doAction(lead.page, '结清', (dialog) => dialog.getByLabel('已付金额').fill('510000'));
    await stands(lead, '已结清');
    /* the team never sees what is paid */
    const seen = await (await staff('handler')).call('getCase', { path: { case: opened.case } });
    expect(JSON.stringify(seen.body ?? {})).not.toContain('510000');
    await leave(lead, team);
  });
});

describe("a petition's reply", () => {
  it('is drafted, agreed to by the chief, and delivered', async () => {
    const desk = await staff('desk');
    const opened = await desk.must('openCase', {
      json: { playbook: 'petition', area: COMMUNITY, via: 'desk', fields: { matter: '屋顶漏水', given_by: day(60), sent_by: 'city' } },
    });
    await act(desk, opened.case, 'accept');
    const screen = await come('desk', opened.case, { viewport: PHONE });
    await doAction(screen.page, '拟写答复', (dialog) => dialog.getByLabel('答复').fill('防水已重做，物业承担。'));
    const chief = await come('chief', opened.case);
    await doInPart(chief.page, '不同意', '同意');
    await stands(chief, '待送达答复');
    await screen.page.reload();
    await doAction(screen.page, '已送达答复', (dialog) => dialog.locator('input[type=date]').fill(day(0)));
    await stands(screen, '已答复');
    await inspect(screen.page, 'desk-petition-replied-phone');
    await leave(screen, chief);
  });
});

describe('the whistle about units', () => {
  it('hears the unit first, then a leader decides', async () => {
    await adopt('playbooks/optional/whistle-discipline.yaml');
    const chief = await openScreen();
    await signInAtDesk(chief.page, 'chief');
    const { id } = await openAtDesk(chief.page, 'whistle-discipline', async (form) => {
      await form.getByLabel('哪些诉求没有回音').fill('两件路灯诉求，催办三次');
      await tick(form.getByRole('radio', { name: '诉求逾期未办，多次催办无回应' }));
    });
    await doAction(chief.page, '通知单位陈述', async (dialog) => {
      await chooseUnit(chief.page, dialog, '责任单位', LAMPS);
      await dialog.getByLabel('拟指出的问题').fill('逾期九天没有答复');
    });
    const unit = await come('handler', id, { viewport: PHONE });
    await doInPart(unit.page, LAMPS, '陈述申辩', (dialog) => dialog.getByLabel('陈述申辩').fill('材料迟到，已书面说明'));
    await stands(unit, '待决定');
    await chief.page.reload();
    await doAction(chief.page, '决定处理', async (dialog) => {
      await tick(dialog.getByRole('radio', { name: '提醒' }));
      await dialog.getByLabel('意见').fill('予以提醒，不再追究');
    });
    await stands(chief, '已处理');
    await inspect(chief.page, 'desk-discipline-desktop');
    await leave(chief, unit);
  });
});
