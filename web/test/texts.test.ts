/*
 * Texts and templates fit together: nothing is asked for that is not there,
 * nothing is there that nobody asks for.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const web = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(web + path, 'utf8');
const texts = (path: string) => JSON.parse(read(path)) as Record<string, string>;
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

const folders = ['texts', 'src/desk/texts', 'src/field/texts', 'src/screen/texts'];
const pages = readdirSync(`${web}pages`).map((name) => ({ name, text: read(`pages/${name}`) }));

describe.each(folders)('%s', (folder) => {
  const zh = texts(`${folder}/zh.json`);
  const en = texts(`${folder}/en.json`);

  it('says everything in both languages, with the same slots', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const key of Object.keys(zh)) expect([key, slots(en[key]!)]).toEqual([key, slots(zh[key]!)]);
  });
});

describe('page templates', () => {
  const keys = new Set(Object.keys(texts('texts/zh.json')));
  const all = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map((match) => match[1]!);
  const code = ['op', 'page']
    .flatMap((folder) => readdirSync(`${web}../src/serve/${folder}`).map((name) => `../src/serve/${folder}/${name}`))
    .map(read)
    .join('\n');
  /* the server asks by name, or for one of a family: "state" and what the playbook says */
  const families = all(code, /li_page_word_of\([^,]+, "(\w+)"/g);
  const asked = new Set([
    ...pages.flatMap(({ text }) => all(text, /\{\{[#^]?t\.(\w+)\}\}/g)),
    ...[...keys].filter((key) => code.includes(`"${key}"`) || families.some((family) => key.startsWith(`${family}_`))),
  ]);

  it('ask for texts that exist, and for all of them', () => {
    expect(families.length).toBeGreaterThan(0);
    expect([...asked].sort()).toEqual([...keys].sort());
  });

  it('have no script or style of their own', () => {
    for (const { name, text } of pages) {
      expect([name, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+="/.test(text)]).toEqual([name, false]);
    }
  });

  it('speak only through texts', () => {
    const spoken = (text: string) => text.replace(/\{\{![\s\S]*?\}\}/g, '').replace(/lang="zh-CN">[^<]*</g, '').replace('中文', '');
    for (const { name, text } of pages) expect([name, /\p{Script=Han}/u.test(spoken(text))]).toEqual([name, false]);
  });
});

describe('the field face', () => {
  it('uses every one of its texts', () => {
    const names = readdirSync(`${web}src/field`, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name));
    const code = names.map((name) => read(`src/field/${name}`)).join('\n');
    const places = /name: '(today|areas|report|outbox|more)'/;
    const idle = Object.keys(texts('src/field/texts/zh.json')).filter((key) => !code.includes(`'${key}'`) && !/^section_/.test(key) && !places.test(`name: '${key}'`));
    expect(idle).toEqual([]);
  });
});

describe('the desk', () => {
  it('uses every one of its texts', () => {
    const names = readdirSync(`${web}src/desk`, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name));
    const code = names.map((name) => read(`src/desk/${name}`)).join('\n');
    const idle = Object.keys(texts('src/desk/texts/zh.json')).filter(
      (key) => !code.includes(`'${key}'`) && !/^(via|section|hours|post|kind|reading|duties|duty|proposal|rows|roster|report_save|orders|asked|burden|holder|ballot|case_ballot|bulk|area|first)_/.test(key),
    );
    expect(idle).toEqual([]);
  });
});

describe('the screen', () => {
  it('uses every one of its texts', () => {
    const names = readdirSync(`${web}src/screen`).filter((name) => /\.(vue|ts)$/.test(name));
    const code = names.map((name) => read(`src/screen/${name}`)).join('\n');
    const idle = Object.keys(texts('src/screen/texts/zh.json')).filter((key) => !code.includes(`'${key}'`) && !key.startsWith('figure_'));
    expect(idle).toEqual([]);
  });
});
