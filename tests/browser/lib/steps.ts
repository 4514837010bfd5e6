/*
 * The moves people make at the desk.
 */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { base, staff } from '../../api/lib/world';
import { openScreen, type Screen } from './screen';

/*
 * By keyboard: what arrives late on a page may move things from under a pointer.  A dialog that
 * opens takes the focus once more, so a key is pressed when the focus has stayed where it was put.
 */
async function key(where: Locator, press: 'Space' | 'Enter'): Promise<boolean> {
  await where.focus();
  const stayed = await where.evaluate(async (one) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done)); // none comes to a page without script
    if (one.closest('[role=dialog]') !== null) await frame().then(frame);
    return one === document.activeElement;
  });
  if (stayed) await where.page().keyboard.press(press);
  return stayed;
}

/* Ticks a box or takes one of a few. */
export async function tick(box: Locator, on = true): Promise<void> {
  for (let tries = 0; tries < 20 && (await box.isChecked()) !== on; tries++) await key(box, 'Space');
  if ((await box.isChecked()) !== on) throw new Error(`a box did not become ${on ? 'ticked' : 'unticked'}`);
}

/* Sends a form, once its button may be pressed. */
export async function send(button: Locator): Promise<void> {
  const ready = button.and(button.page().locator(':enabled'));
  for (let tries = 0; tries < 20; tries++) if (await key(ready, 'Enter')) return;
  throw new Error('the focus does not stay on the button');
}

export async function signInAtDesk(page: Page, login: string, district = 'nanshan'): Promise<void> {
  await page.goto('/desk/');
  await page.locator('#district').selectOption(district);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill('linli-demo');
  await send(page.locator('form button[type=submit]'));
  await page.locator('.desk-main h1').waitFor();
}

/* The field face, on a phone. */
export async function signInInField(page: Page, login: string): Promise<void> {
  await page.goto('/field/');
  await page.locator('#district').selectOption('nanshan');
  await page.locator('#login').fill(login);
  await page.locator('#password').fill('linli-demo');
  await send(page.locator('form button[type=submit]'));
  await page.getByRole('heading', { name: '今天', level: 1 }).waitFor();
}

/* The shell lies on the phone, and today's matters beside it. */
export async function takenAlong(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.getByRole('button', { name: '更新', exact: true }).and(page.locator(':enabled')).waitFor();
  await page.getByText('没有网络也能看、能办').waitFor();
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
  await send(dialog.locator('button[type=submit]'));
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

/* Enters a matter of a programme at the desk, and goes on to its case; its number and id. */
export async function openAtDesk(page: Page, playbook: string, fill: (form: ReturnType<Page['locator']>) => Promise<void>, place = '马家龙'): Promise<{ number: string; id: string }> {
  await page.getByRole('link', { name: '来电登记' }).click();
  await page.getByLabel('事项类型').selectOption(playbook);
  const form = page.locator('.intake-form');
  await fill(form);
  const where = form.getByRole('combobox', { name: '在哪里', exact: true });
  await where.fill(place);
  await page.getByRole('option', { name: new RegExp(place) }).first().waitFor();
  await where.press('Enter');
  await send(form.locator('button[type=submit]'));
  const number = (await page.locator('.intake-done h1').textContent())?.trim() ?? '';
  await page.locator('.intake-links a').click();
  await page.locator('.case-head h1', { hasText: number }).waitFor();
  return { number, id: page.url().split('/').at(-1) ?? '' };
}

/* Signed in already, as somebody is who was there before. */
export async function enter(page: Page, login: string): Promise<void> {
  const { cookie } = await staff(login);
  await page.context().addCookies(
    (cookie ?? '').split('; ').map((one) => ({ name: one.slice(0, one.indexOf('=')), value: one.slice(one.indexOf('=') + 1), url: base() })),
  );
}

/* Somebody who is signed in already follows a message to a case. */
export async function come(login: string, id: string, options: BrowserContextOptions = {}): Promise<Screen> {
  const screen = await openScreen(options);
  await enter(screen.page, login);
  await goToCase(screen.page, id);
  return screen;
}

/* Goes to a case by its address. */
export async function goToCase(page: Page, id: string): Promise<void> {
  await page.goto(`/desk/#/nanshan/case/${id}`);
  await page.locator('.case-head h1').waitFor();
}

/* The same as doAction, in the one task or row that says `about`. */
export async function doInPart(page: Page, about: string | RegExp, label: string, fill: (dialog: ReturnType<Page['locator']>) => Promise<void> = async () => undefined): Promise<void> {
  const part = page.locator('.part', { hasText: about }).first();
  const button = part.getByRole('button', { name: label, exact: true });
  await part.waitFor();
  if (!(await button.isVisible())) await part.getByRole('button', { name: '更多', exact: true }).click();
  await button.click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await fill(dialog);
  await send(dialog.locator('button[type=submit]'));
  await dialog.waitFor({ state: 'hidden' });
}

/* Chooses a unit under `label`, pressed where there are few, searched where there are many. */
export async function chooseUnit(page: Page, form: ReturnType<Page['locator']>, label: string, name: string): Promise<void> {
  const asked = form.locator('.ask', { has: page.locator('.ask-label', { hasText: label }) });
  const few = asked.locator('.choice', { hasText: name }).locator('input');
  const many = asked.getByRole('combobox');
  await few.or(many).first().waitFor({ state: 'attached' });
  if ((await few.count()) > 0) return tick(few.first());
  await many.fill(name);
  await page.getByRole('option', { name: new RegExp(name.replace(/[（）]/g, '.')) }).first().click();
}
