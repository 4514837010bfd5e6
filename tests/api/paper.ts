/*
 * Papers: made with a number, given as .docx and as a page, from the house's templates
 * or the tenant's own; what is masked on the screen is masked on paper.
 */
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from './lib/client';
import { pdf } from './lib/archive';
import { form, jpeg } from './lib/picture';
import { CLASS, COMMUNITY, LAMP, act, dispatched, look, newKey, organizationOf, report, staff, visitor } from './lib/world';

let desk: Client;
let handler: Client;
let administrator: Client;

/* The document inside a .docx; every file of it must be well-formed and listed once. */
const READ = `
import io, sys, zipfile, xml.dom.minidom as dom
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert z.testzip() is None and len(set(z.namelist())) == len(z.namelist())
for name in z.namelist():
    if name.endswith(('.xml', '.rels')): dom.parseString(z.read(name))
types, rels = z.read('[Content_Types].xml').decode(), z.read('word/_rels/document.xml.rels').decode()
if 'media/linli-qr.bmp' in rels: assert z.read('word/media/linli-qr.bmp')[:2] == b'BM' and 'image/bmp' in types
sys.stdout.write(z.read('word/document.xml').decode())
`;
/* The house's file with another body. */
const WRITE = `
import io, sys, zipfile
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); out = io.BytesIO(); o = zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED)
for name in z.namelist():
    o.writestr(name, sys.argv[1].encode() if name == 'word/document.xml' else z.read(name))
o.close(); sys.stdout.buffer.write(out.getvalue())
`;
const python = (code: string, input: Buffer, ...more: string[]) => execFileSync('python3', ['-c', code, ...more], { input });
const inside = (docx: Buffer) => python(READ, docx).toString();
const word = (body: string) =>
  `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;

const make = (id: string, paper: string, part?: number, who = desk, key = newKey()) =>
  who.call('makePaper', { path: { case: id }, json: { paper, ...(part === undefined ? {} : { part }) }, key });
const docx = async (id: string, no: number, lang = 'zh'): Promise<Buffer> => {
  const answer = await desk.call('getPaper', { path: { case: id, no: String(no) }, query: { lang } });
  expect(answer.status).toBe(200);
  return answer.bytes;
};
const send = (bytes: Buffer, paper = 'thanks', who = administrator) => {
  const { type, body } = form([{ name: 'template', file: 't.docx', bytes }]);
  return who.call('putTemplate', { path: { paper }, headers: { 'Content-Type': type }, body });
};

describe('a paper', () => {
  beforeAll(async () => {
    desk = await staff('desk');
    handler = await staff('handler');
    administrator = await staff('admin');
  });

  it('is made with the next number, and only once by a key', async () => {
    const { case: id } = await dispatched(desk, handler);
    const key = newKey();
    const first = (await make(id, 'transfer', 1, desk, key)).body;
    expect(first).toMatchObject({ no: 1, part: 1, paper: { name: 'transfer', label: { zh: '转办单' } }, number: expect.stringMatching(/^转〔\d{4}〕\d+号$/) });
    expect((await make(id, 'transfer', 1, desk, key)).body.number).toBe(first.number);
    const second = (await make(id, 'transfer', 1)).body;
    const count = (number: string) => Number(/〕(\d+)号/.exec(number)![1]);
    expect(count(second.number)).toBe(count(first.number) + 1);
    expect((await make(id, 'slip')).body.number).toBe('');
    const list = await desk.must('listPapers', { path: { case: id } });
    expect(list.items.map((one: any) => one.no)).toEqual([1, 2, 3]);
    expect(list.kinds).toHaveLength(10);
  });

  it('is refused for what is not there or not theirs', async () => {
    const { case: id } = await dispatched(desk, handler);
    expect((await make(id, 'transfer')).body.errors[0]).toMatchObject({ pointer: '/part', code: 'required' });
    expect((await make(id, 'transfer', 7)).body.errors[0]).toMatchObject({ pointer: '/part', code: 'unknown' });
    expect((await make(id, 'slip', 1)).status).toBe(422);
    const other = await staff('desk', 'xifeng');
    expect((await make(id, 'slip', undefined, other)).status).toBe(404);
    expect((await other.call('listPapers', { path: { case: id } })).status).toBe(404);
    expect((await desk.call('getPaper', { path: { case: id, no: '1' } })).status).toBe(404);
    expect((await desk.call('pagePaper', { path: { case: id, no: '1' } })).status).toBe(404);
  });

  it('says what the case says, masked, with the link as a code', async () => {
    const opened = await report({ ...LAMP, description: '灯坏了 <三天> & 没人管', contact: '13812345678' });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await make(opened.case, 'transfer', 1);
    expect(inside(await docx(opened.case, 1))).not.toContain('a:blip');
    const { url } = await desk.must('makePass', { path: { case: opened.case, part: '1' }, json: {} });
    const text = inside(await docx(opened.case, 1));
    for (const one of ['转办单', '转〔20', opened.number, '街道办事处', '灯坏了 &lt;三天&gt; &amp; 没人管', '138****5678', 'rIdLinliQr']) expect(text).toContain(one);
    expect(text).not.toContain('13812345678');
    expect(text).not.toContain('{{');
    expect(text).not.toContain(url);
    expect(inside(await docx(opened.case, 1, 'en'))).toContain('Transfer sheet');
    const page = await desk.call('pagePaper', { path: { case: opened.case, no: '1' }, query: { lang: 'zh' } });
    for (const one of ['paper-red', 'paper-thin', '<table>', opened.number, 'class="paper-qr"', '灯坏了 &lt;三天&gt;']) expect(page.text).toContain(one);
  });

  it('comes in ten kinds, in both languages, each a whole file', async () => {
    const { case: id } = await dispatched(desk, handler);
    const { kinds } = await desk.must('listPapers', { path: { case: id } });
    let no = 0;
    for (const kind of kinds) {
      expect((await make(id, kind.paper.name, kind.of_part ? 1 : undefined)).status).toBe(201);
      no += 1;
      expect(inside(await docx(id, no))).toContain(kind.paper.label.zh);
      expect(inside(await docx(id, no, 'en'))).toContain(kind.paper.label.en);
      expect((await desk.call('pagePaper', { path: { case: id, no: String(no) }, query: { lang: 'en' } })).text).toContain(kind.paper.label.en);
    }
  });
});

describe('the index of a file', () => {
  beforeAll(async () => {
    desk = await staff('desk');
  });

  it('lists what a case holds in the order it came, with the pages that are known', async () => {
    const upload = async (operation: 'uploadPhoto' | 'uploadDocument', name: string, bytes: Buffer | string) => {
      const { type, body } = form([{ name, file: 'x', bytes }]);
      return (await desk.call(operation, { headers: { 'Content-Type': type }, body })).body.upload as string;
    };
    const photo = () => upload('uploadPhoto', 'photo', jpeg());
    const fields = { wishes: ['lamp'], gives: 100, photos: [await photo(), await photo()], plan: [await upload('uploadDocument', 'document', pdf('图'))] };
    const { case: id, number } = await desk.must('openCase', { json: { playbook: 'survey', area: COMMUNITY, via: 'desk', fields } });
    expect((await make(id, 'case_file')).status).toBe(201);
    await act(desk, id, 'quote', { plan: [await upload('uploadDocument', 'document', pdf('价'))] });
    const { no } = (await make(id, 'file_index')).body;
    const rows = async (lang: string) => (await desk.call('pagePaper', { path: { case: id, no: String(no) }, query: { lang } })).text.replace(/<[^>]*>/g, '|').replace(/[|\s]+/g, '|');
    const zh = await rows('zh');
    const day = '\\d{4}-\\d\\d-\\d\\d';
    expect(zh).toMatch(new RegExp(`1\\|照片\\|${day}\\|工作人员\\|·\\|王晓岚\\|2\\|2\\|图纸或报价单\\|${number}-3.pdf\\|${day}\\|`));
    expect(zh).toMatch(new RegExp(`项目档案\\|档〔\\d+〕\\d+号\\|${day}\\|4\\|图纸或报价单\\|${number}-4.pdf\\|${day}\\|受理员\\|·\\|王晓岚`));
    expect(zh).toContain('系统里存有4件');
    expect(await rows('en')).toContain('Drawings');
  });
});

describe('a paper that was given out', () => {
  beforeAll(async () => {
    desk = await staff('desk');
    handler = await staff('handler');
    administrator = await staff('admin');
  });

  const give = (id: string, no: number, who = desk) => who.call('givePaper', { path: { case: id, no: String(no) }, query: { lang: 'zh' } });
  const page = async (id: string, no: number) => (await desk.call('pagePaper', { path: { case: id, no: String(no) }, query: { lang: 'zh' } })).text;

  it('is what it was, whatever becomes of the case, the template and its link', async () => {
    const opened = await dispatched(desk, handler);
    await desk.must('makePass', { path: { case: opened.case, part: '1' }, json: {} });
    await make(opened.case, 'transfer', 1);
    const before = await docx(opened.case, 1);
    const printed = await page(opened.case, 1);
    expect(inside(before)).toContain('rIdLinliQr');
    const given = await give(opened.case, 1);
    expect([given.status, given.body.given_at]).toEqual([200, expect.stringMatching(/^20/)]);
    await act(handler, opened.case, 'sign', {}, { part: 1 });
    await desk.must('endPass', { path: { case: opened.case, part: '1' } });
    const own = (await desk.call('getTemplate', { path: { paper: 'transfer' } })).bytes;
    expect((await send(python(WRITE, own, word(`<w:p>${run('另一种样子 {{state}}')}</w:p>`)), 'transfer')).status).toBe(204);
    expect((await docx(opened.case, 1)).equals(before)).toBe(true);
    expect((await docx(opened.case, 1, 'en')).equals(before)).toBe(true);
    expect(await page(opened.case, 1)).toBe(printed);
    await make(opened.case, 'transfer', 1);
    expect(inside(await docx(opened.case, 2))).toContain('另一种样子');
    await administrator.must('deleteTemplate', { path: { paper: 'transfer' } });
    const { items } = await desk.must('listPapers', { path: { case: opened.case } });
    expect(items.map((one: any) => one.given_at !== null)).toEqual([true, false]);
    expect((await look(desk, opened.case)).timeline.map((one: any) => one.action)).toContain('paper_given');
  });

  it('is given once, and not to who may not see what it shows', async () => {
    const opened = await report({ ...LAMP, kind: 'report', contact: '13812349999' });
    await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(handler) });
    await make(opened.case, 'transfer', 1);
    expect(inside(await docx(opened.case, 1))).toContain('138****9999');
    const seen = () => handler.call('getPaper', { path: { case: opened.case, no: '1' }, query: { lang: 'zh' } });
    expect(inside((await seen()).bytes)).not.toContain('9999');
    expect((await give(opened.case, 1)).status).toBe(200);
    expect((await give(opened.case, 1)).status).toBe(409);
    expect((await give(opened.case, 7)).status).toBe(404);
    expect((await give(opened.case, 1, await staff('desk', 'xifeng'))).status).toBe(404);
    expect((await seen()).status).toBe(403);
    expect(inside(await docx(opened.case, 1))).toContain('138****9999');
  });
});

describe('a template', () => {
  beforeAll(async () => {
    desk = await staff('desk');
    administrator = await staff('admin');
  });

  const current = async () => (await desk.call('getTemplate', { path: { paper: 'thanks' } })).bytes;

  it('of the tenant takes the place of the house’s, whatever Word cut it into', async () => {
    const { case: id } = await dispatched(desk, await staff('handler'));
    await make(id, 'thanks', 1);
    const body = word(
      `<w:p>${run('致：{{un')}${run('it}}，编号')}${run('{{ case_number }}')}${run('{{wisher}}。')}</w:p>` +
        `<w:tbl><w:tr><w:tc><w:p>${run('{{each.no}}')}${run('·{{each.unit}}·{{number}}')}</w:p></w:tc></w:tr></w:tbl>`,
    );
    expect((await send(python(WRITE, await current(), body))).status).toBe(204);
    const text = inside(await docx(id, 1)).replace(/<[^>]*>/g, '');
    expect(text).toMatch(/^\s*致：.*（演示），编号\d+-\d+。1·.*（演示）·\s*$/);
    expect(inside(await current())).toContain('{{un');
    expect((await administrator.call('deleteTemplate', { path: { paper: 'thanks' } })).status).toBe(204);
    expect(inside(await docx(id, 1))).toContain('感谢信');
  });

  it('is tried with an example, and every mistake of it is named before it is taken', async () => {
    const path = { paper: 'thanks' };
    const attempt = async (bytes?: Buffer, who = administrator) => {
      const { type, body } = form(bytes === undefined ? [] : [{ name: 'template', file: 't.docx', bytes }]);
      return who.call('tryTemplate', { path, query: { lang: 'zh' }, headers: { 'Content-Type': type }, body });
    };
    const shown = async (bytes?: Buffer) => JSON.stringify((await attempt(bytes)).body.blocks);
    expect(await shown()).toContain('市政养护中心');
    const good = python(WRITE, await current(), word(`<w:p>${run('致：{{unit}}')}</w:p><w:tbl><w:tr><w:tc><w:p>${run('{{each.unit}}')}</w:p></w:tc></w:tr></w:tbl>`));
    expect(await shown(good)).toContain('致：市政养护中心');
    const bad = python(WRITE, await current(), word(`<w:p>${run('{{unti}} {{each.no}}')}</w:p><w:p>${run('{{area')}</w:p>`));
    for (const answer of [await attempt(bad), await send(bad)]) {
      expect(answer.status).toBe(422);
      expect(answer.body.errors.map((one: any) => one.zh)).toEqual([
        '“{{unti}}”系统不认识，请对照说明改正或删去。',
        '“{{each.no}}”要放在表格的一行里，才能逐条重复。',
        '“{{area”没有写完，缺“}}”。',
      ]);
    }
    expect((await attempt(Buffer.from('no zip'))).body.errors[0].code).toBe('not-a-paper');
    const own = async () => (await desk.must('listTemplates')).items.filter((one: any) => one.own).map((one: any) => one.paper.name);
    expect(await own()).toEqual([]);
    expect((await send(good)).status).toBe(204);
    expect(await own()).toEqual(['thanks']);
    await administrator.must('deleteTemplate', { path });
    expect((await attempt(good, desk)).status).toBe(403);
    expect((await visitor().call('listTemplates')).status).toBe(401);
  });

  it('must be a word-processing file, small, without a document type', async () => {
    const refused = async (bytes: Buffer) => {
      const answer = await send(bytes);
      expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'not-a-paper']);
    };
    await refused(Buffer.from('no zip'));
    await refused(python(WRITE, await current(), '<broken'));
    await refused(python(WRITE, await current(), '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'));
    await refused(Buffer.alloc(600 * 1024));
    expect((await send(await current(), 'thanks', desk)).status).toBe(403);
    expect((await desk.call('deleteTemplate', { path: { paper: 'thanks' } })).status).toBe(403);
    expect((await desk.call('getTemplate', { path: { paper: 'nonsense' } })).status).toBeGreaterThanOrEqual(400);
  });
});
