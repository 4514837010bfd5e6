/*
 * Every page there is, from the contract and from the faces' own lists of places, so that a new
 * one is walked, too: narrow and wide, both languages, large type, light and dark.  What costs
 * time (axe-core) is asked once a page; nothing scrolls sideways, and no sentence is left in the
 * other language or as its key.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import { contract } from '../api/lib/contract';
import { COMMUNITY, act, dispatched, report, staff, visitor } from '../api/lib/world';
import { DESKTOP, NARROW, colours, inspect, openScreen, picture, sideways, type Screen } from './lib/screen';
import { enter } from './lib/steps';
import { PLACES as AT_DESK } from '../../web/src/desk/route';
import { PLACES as IN_FIELD } from '../../web/src/field/route';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/* ---- sentences ---------------------------------------------------------------------- */

const FACES = ['texts', 'src/desk/texts', 'src/field/texts', 'src/screen/texts'];

/* Every text that has both languages: the faces' own, and the labels of programmes and registers. */
function bothLanguages(): [zh: string, en: string][] {
  const own = FACES.flatMap((folder) => {
    const [zh, en] = ['zh', 'en'].map((lang) => JSON.parse(read(`web/${folder}/${lang}.json`)) as Record<string, string>) as [Record<string, string>, Record<string, string>];
    return Object.keys(zh).map((key): [string, string] => [zh[key] ?? '', en[key] ?? '']);
  });
  const inside = (node: unknown): [string, string][] => {
    if (typeof node !== 'object' || node === null) return [];
    const { zh, en } = node as Record<string, unknown>;
    return typeof zh === 'string' && typeof en === 'string' ? [[zh, en]] : Object.values(node).flatMap(inside);
  };
  const books = ['playbooks/', 'playbooks/registers/', 'playbooks/library/'].flatMap((folder) =>
    readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.yaml') && !name.includes('.scenarios')).flatMap((name) => inside(parse(read(folder + name)))),
  );
  return [...own, ...books].filter(([zh, en]) => zh !== en && !zh.includes('{'));
}

const texts = bothLanguages();
const SAID = { zh: new Set(texts.map(([zh]) => zh)), en: new Set(texts.map(([, en]) => en)) };
/* Said alike for different things, or what an office has as a name of its own. */
const NAMES = new Set(['A4', 'linli']);
const KEY = /^[a-z]+(_[a-z0-9]+)+$/;

/* What stands on the page in the other language though this one has it, or as the name of a text. */
async function unsaid(page: Page, lang: 'zh' | 'en'): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      const own = parent?.closest('[lang]')?.getAttribute('lang')?.slice(0, 2) === document.documentElement.lang.slice(0, 2);
      if (own && parent?.closest('script, style, .tour') === null) found.push((node.textContent ?? '').trim());
    }
    return found.filter((text) => text !== '');
  });
  const other = lang === 'zh' ? SAID.en : SAID.zh;
  return [...new Set(shown.filter((text) => KEY.test(text) || (other.has(text) && !SAID[lang].has(text) && !NAMES.has(text))))];
}

/* ---- one page, in all its forms --------------------------------------------------------- */

interface Form {
  lang: 'zh' | 'en';
  viewport: typeof DESKTOP;
  scheme: 'light' | 'dark';
}
const FORMS: Form[] = [
  { lang: 'zh', viewport: DESKTOP, scheme: 'dark' },
  { lang: 'en', viewport: NARROW, scheme: 'light' },
];

/* Cheap: does it fit, and is it said in its language. */
async function fits(page: Page, name: string, { lang, viewport, scheme }: Form): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize(viewport);
  const found = { name, lang, width: viewport.width, sideways: await sideways(page), unsaid: await unsaid(page, lang) };
  expect(found, JSON.stringify(found)).toEqual({ ...found, sideways: 0, unsaid: [] });
}

/* ---- pages of the server -------------------------------------------------------------- */

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString();
const BALLOT = {
  title: { zh: '小区广场周末几点开放音响', en: 'When may music be played on the square?' },
  about: { zh: '先听大家的。' },
  area: COMMUNITY,
  use: 'decision',
  method: 'single',
  options: [{ title: { zh: '早上八点' } }, { title: { zh: '早上九点' } }],
  electorate: { by: 'names', names: ['王一', '刘二'] },
  opens_at: day(2),
  closes_at: day(9),
};

/* What a page needs in its address, by the operation's name; a page that is not here fails. */
async function addresses(): Promise<Record<string, string>> {
  const [desk, handler] = [await staff('desk'), await staff('handler')];
  const { case: id, tracking } = await dispatched(desk, handler);
  const { url } = await desk.must('makePass', { path: { case: id, part: '1' }, json: {} });
  const { no } = await desk.must('makePaper', { path: { case: id }, json: { paper: 'slip' } });
  const checker = await staff('checker');
  const notice = { about: 'outage', heading: '周三上午停水', body: '水泵检修，请提前储水。', ends: '2031-11-20' };
  const { case: published, number } = await desk.must('openCase', { json: { playbook: 'notice', via: 'desk', area: COMMUNITY, fields: notice } });
  await act(checker, published, 'publish');
  const page = `/nanshan/square/${number}`;
  const { ballot } = await desk.must('draftBallot', { json: BALLOT });
  await checker.must('checkBallot', { path: { ballot }, json: { rev: 1 } });
  const [shop = ''] = (await visitor().call('pageRegister', { path: { register: 'shops' } })).text.match(/\/nanshan\/registers\/shops\/[0-9A-Z]{13}/) ?? [];
  const { row: board } = await desk.must('addRow', { path: { register: 'boards' }, json: { fields: { board: '二号院南门栏', place: COMMUNITY, spot: '南门内侧', kind: 'board', condition: 'good' } } });
  return {
    pageHome: '/',
    pageTenant: '/nanshan/',
    pageCheck: '/nanshan/check',
    pageFind: '/nanshan/find',
    pagePublic: '/nanshan/public',
    pageDisputes: '/nanshan/disputes',
    pageReport: `/nanshan/report?area=${COMMUNITY}`,
    pageProgress: `/nanshan/progress/${tracking}`,
    pagePass: new URL(url).pathname,
    pagePaper: `/nanshan/papers/${id}/${no}`,
    pageScan: '/nanshan/q/0000000000000000',
    pageLetters: `/nanshan/letters/${id}`,
    pageSheet: `/nanshan/sheet?area=${COMMUNITY}`,
    pageCard: `/nanshan/card?area=${COMMUNITY}`,
    pageRegister: '/nanshan/registers/shops',
    pageRegisterPrint: '/nanshan/registers/shops/print',
    pageRow: shop,
    pageRowSheet: `/nanshan/registers/boards/${board}/sheet`,
    pageSquare: '/nanshan/square',
    pagePage: page,
    pagePageSheet: `${page}/sheet`,
    pageBallots: '/nanshan/ballots',
    pageBallot: `/nanshan/ballots/${ballot}`,
    pageVote: '/nanshan/vote',
  };
}

const OFFICE: readonly string[] = ['people', 'codes', 'books', 'burden', 'settings']; /* an administrator's */
const FACE = ['pageDesk', 'pageField', 'pageScreen']; /* with places of their own, below */
/* On paper it is as wide as a sheet is, and has no large type. */
const ON_PAPER = ['pagePaper', 'pageLetters', 'pageSheet', 'pageCard', 'pageRegisterPrint', 'pageRowSheet', 'pagePageSheet'];

const all = [...contract.values()].filter(({ id }) => id.startsWith('page') && !FACE.includes(id));

async function visit({ page }: Screen, name: string, path: string): Promise<void> {
  const go = (lang: string, more = '') => page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}${more}`);
  for (const form of FORMS) {
    await go(form.lang);
    await fits(page, name, ON_PAPER.includes(name) ? { ...form, viewport: DESKTOP } : form);
    if (form.lang === 'zh') await colours(page, name);
  }
  await inspect(page, `page-${name}`);
  if (ON_PAPER.includes(name)) return;
  await go('zh', '&size=large');
  await fits(page, `${name}, large`, { lang: 'zh', viewport: NARROW, scheme: 'light' });
  await picture(page, `page-${name}-large`);
  await go('zh', '&size=usual');
}

describe('every page there is', () => {
  it('of the server fits and is said whole', async () => {
    const paths = await addresses();
    expect(all.map(({ id }) => id).filter((id) => paths[id] === undefined)).toEqual([]);
    const screen = await openScreen();
    await enter(screen.page, 'desk');
    for (const { id } of all) await visit(screen, id, paths[id] ?? '');
    expect(screen.faults(/404/)).toEqual([]);
    await screen.close();
  });

  it.each([
    ['desk', AT_DESK.filter((place) => !OFFICE.includes(place)), 'desk'],
    ['desk', AT_DESK.filter((place) => OFFICE.includes(place)), 'admin'],
    ['field', [...IN_FIELD], 'team'],
  ] as const)('of the %s, %o, fits and is said whole', async (face, places, login) => {
    await report();
    for (const form of FORMS) {
      const screen = await openScreen({ viewport: form.viewport, colorScheme: form.scheme, locale: form.lang === 'zh' ? 'zh-CN' : 'en-GB' });
      const { page } = screen;
      await enter(page, login);
      await page.goto(`/${face}/#/nanshan/${places[0]}`);
      for (const place of places) {
        await page.evaluate((hash) => (location.hash = hash), `#/nanshan/${place}`);
        await page.locator('main h1').first().waitFor();
        await page.waitForLoadState('networkidle');
        await fits(page, place, form);
        await (form.lang === 'en' ? inspect(page, `${face}-${place}-en`) : colours(page, place));
      }
      expect(screen.faults()).toEqual([]);
      await screen.close();
    }
  });
});
