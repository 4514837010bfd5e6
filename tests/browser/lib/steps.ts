/*
 * The moves people make at the desk.
 */
import type { Page } from 'playwright-core';

export async function signInAtDesk(page: Page, login: string, district = 'nanshan'): Promise<void> {
  await page.goto('/desk/');
  await page.locator('#district').selectOption(district);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill('linli-demo');
  await page.locator('form button[type=submit]').click();
  await page.locator('.desk-main h1').waitFor();
}

export async function openFromInbox(page: Page, number: string): Promise<void> {
  await page.getByRole('link', { name: number, exact: true }).click();
  await page.locator('.case-head h1', { hasText: number }).waitFor();
}

/* Presses an action, behind “more” or not. */
export async function pressAction(page: Page, label: string): Promise<void> {
  const button = page.locator('.case-actions, .part-actions').getByRole('button', { name: label, exact: true });
  const more = page.locator('.case-actions, .part-actions').getByRole('button', { name: '更多', exact: true });
  await page.locator('.case-actions').waitFor();
  for (let at = 0; at < (await more.count()) && !(await button.isVisible()); at++) await more.nth(at).click();
  await button.click();
}

/* Presses an action, fills its dialog, sends it. */
export async function doAction(page: Page, label: string, fill: (dialog: ReturnType<Page['locator']>) => Promise<void>): Promise<void> {
  await pressAction(page, label);
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await fill(dialog);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
}

/* Chooses a class by its name, as somebody types it. */
export async function chooseClass(page: Page, dialog: ReturnType<Page['locator']>, name: string): Promise<void> {
  const box = dialog.getByRole('combobox', { name: '案件分类' });
  await box.fill(name);
  await page.getByRole('option', { name: new RegExp(`^${name}\\s`) }).click();
}

/* Chooses an organization by keyboard alone. */
export async function chooseOrganization(page: Page, dialog: ReturnType<Page['locator']>, name: string): Promise<void> {
  const box = dialog.getByRole('radio', { name, exact: true });
  await box.focus();
  await page.keyboard.press('Space');
  await dialog.getByRole('radio', { name, exact: true, checked: true }).waitFor();
}
