/*
 * A ballot from the desk to the public page: drafted by one, checked by another, codes on slips,
 * voted on a phone, closed by the clock, counted, looked up with the receipt.
 */
import { describe, expect, it } from 'vitest';
import { clock } from '../api/lib/world';
import { PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk, tick } from './lib/steps';

const here = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10); // the day in China
const TODAY = here(Date.now());
const TOMORROW = here(Date.now() + 86_400_000);
const [year, month, day] = TODAY.split('-').map(Number);

describe('a ballot', () => {
  it('is held from draft to receipt', async () => {
    const screen = await openScreen();
    const { page } = screen;
    await signInAtDesk(page, 'desk');
    await page.getByRole('link', { name: '投票票决' }).click();
    await page.getByRole('button', { name: '起草投票' }).click();
    await page.getByLabel('题目', { exact: true }).fill('小区广场周末几点开放音响');
    await tick(page.getByRole('radio', { name: '单选', exact: true }));
    await page.getByLabel('选项1', { exact: true }).fill('早上八点');
    await page.getByLabel('选项2', { exact: true }).fill('早上九点');
    await page.getByLabel(/姓名，一行一个/).fill('王一\n刘二');
    await page.getByLabel('开始', { exact: true }).fill(`${TODAY}T00:00`);
    await page.getByLabel('截止', { exact: true }).fill(`${TOMORROW}T00:00`);
    await inspect(page, 'desk-ballot-draft-desktop');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await page.getByText('草稿要由另一位同事核对生效').waitFor();
    const address = page.url();

    const other = await openScreen();
    await signInAtDesk(other.page, 'checker');
    await other.page.goto(address);
    await other.page.getByRole('button', { name: '核对无误，生效' }).click();
    await other.page.getByRole('button', { name: /给还没有码的2人发码/ }).click();
    await other.page.locator('.ballot-slips strong').nth(1).waitFor();
    const codes = await other.page.locator('.ballot-slips strong').allTextContents();
    expect(codes).toHaveLength(2);
    await inspect(other.page, 'desk-ballot-roll-desktop');

    const phone = await openScreen({ viewport: PHONE });
    await phone.page.goto('/nanshan/vote?lang=zh');
    await inspect(phone.page, 'resident-vote-code-phone');
    await phone.page.getByLabel('投票码').fill(codes[0]!.toLowerCase());
    await phone.page.getByRole('button', { name: '下一步' }).click();
    await tick(phone.page.getByRole('radio', { name: '早上九点' }));
    await inspect(phone.page, 'resident-vote-phone');
    await phone.page.getByRole('button', { name: '投票', exact: true }).click();
    await phone.page.getByRole('heading', { name: '您的选票已收到' }).waitFor();
    const receipt = (await phone.page.locator('.vote-code').textContent()) ?? '';
    await inspect(phone.page, 'resident-voted-phone');
    await phone.page.getByRole('link', { name: '查看这次投票' }).click();
    await phone.page.getByText(`${year}年${month}月${day}日 24:00`).waitFor();
    expect(await phone.page.content()).not.toContain('<progress');
    await inspect(phone.page, 'resident-ballot-open-phone');

    await clock().set(`${TOMORROW}T00:00:00+08:00`);
    await phone.page.reload();
    await phone.page.getByText('入选', { exact: true }).waitFor();
    await phone.page.getByLabel('回执码').fill(receipt.trim());
    await phone.page.getByRole('button', { name: '核对', exact: true }).click();
    await phone.page.getByText('您的选票已计入结果').waitFor();
    await inspect(phone.page, 'resident-ballot-result-phone');
    expect(phone.faults()).toEqual([]);
    expect(other.faults()).toEqual([]);
    expect(screen.faults()).toEqual([]);
    for (const one of [phone, other, screen]) await one.close();
  });
});
