/*
 * What a screen reader is told: Chromium's own accessibility tree.  Of every page it is asked
 * that whatever can be pressed, filled in or looked at has a name, and that headings go in steps.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Node {
  nodeId: string;
  parentId?: string;
  backendDOMNodeId?: number;
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  properties?: { name: string; value: { value: unknown } }[];
}

/* Roles that say nothing without a name. */
const NAMED = new Set([
  'button', 'link', 'textbox', 'searchbox', 'combobox', 'listbox', 'option', 'radio', 'radiogroup', 'checkbox', 'switch', 'slider',
  'spinbutton', 'tab', 'menuitem', 'dialog', 'alertdialog', 'image', 'img', 'region', 'table', 'heading', 'DisclosureTriangle',
]);

async function tree(page: Page): Promise<Node[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: Node[] };
  await session.detach();
  return nodes;
}

const said = (node: Node): string => (node.name?.value ?? '').trim();
const roleOf = (node: Node): string => node.role?.value ?? '';
const levelOf = (node: Node): number => Number(node.properties?.find(({ name }) => name === 'level')?.value.value ?? 0);

/* What is drawn inside a button is not told: its name is. */
function isInButton(node: Node, all: Node[]): boolean {
  const parent = all.find(({ nodeId }) => nodeId === node.parentId);
  return parent !== undefined && (roleOf(parent) === 'button' || isInButton(parent, all));
}

/* Which element it is, for who has to name it. */
async function elementOf(page: Page, node: Node): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { outerHTML } = (await session.send('DOM.getOuterHTML', { backendNodeId: node.backendDOMNodeId ?? 0 })) as { outerHTML: string };
  await session.detach();
  return `${roleOf(node)}: ${outerHTML.slice(0, 200)}`;
}

/* Everything that is pressed or read is told by name; one title, and no level of heading passed over. */
export async function told(page: Page): Promise<void> {
  const all = await tree(page);
  const nodes = all.filter((one) => !one.ignored);
  const silent = nodes.filter((one) => NAMED.has(roleOf(one)) && said(one) === '' && !isInButton(one, all));
  const nameless = await Promise.all(silent.map((one) => elementOf(page, one)));
  const levels = nodes.filter((one) => roleOf(one) === 'heading').map(levelOf);
  const jumps = levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1);
  const found = { at: page.url(), title: await page.title(), nameless, jumps, titles: levels.filter((level) => level === 1).length };
  expect(found, JSON.stringify({ ...found, levels })).toEqual({ ...found, nameless: [], jumps: [], titles: 1 });
  expect(found.title).not.toBe('');
}

/* What has the focus, as it is told. */
export async function focused(page: Page): Promise<{ role: string; name: string }> {
  const one = (await tree(page)).find((node) => !node.ignored && node.properties?.some(({ name, value }) => name === 'focused' && value.value === true) && roleOf(node) !== 'RootWebArea');
  return { role: one === undefined ? 'nothing' : roleOf(one), name: one === undefined ? '' : said(one) };
}
