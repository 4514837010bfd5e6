/*
 * Documents: sent ahead, known by their bytes, handed out as files to be saved, and seen
 * by nobody else than the case is.
 */
import { describe, expect, it } from 'vitest';
import { docx, pdf, zip } from './lib/archive';
import type { Answer, Client } from './lib/client';
import { form, jpeg, sizeOf } from './lib/picture';
import { COMMUNITY, act, look, organizationOf, staff, visitor } from './lib/world';

const upload = (bytes: Buffer | string, client: Client = visitor()): Promise<Answer> => {
  const { type, body } = form([{ name: 'document', file: '../身份证.exe', bytes }]);
  return client.call('uploadDocument', { headers: { 'Content-Type': type }, body });
};
const verdict = (answer: Answer) => [answer.status, answer.body.code, answer.body.errors?.[0]?.code];
const OLD = Buffer.from('d0cf11e0a1b11ae1000000000000000000000000', 'hex');

describe('a document that is sent', () => {
  it('is taken from anybody, and is what its bytes say', async () => {
    const sent: [Buffer | string, string][] = [
      [pdf(), 'pdf'],
      [docx(), 'docx'],
      [zip({ '[Content_Types].xml': '', 'xl/workbook.xml': '' }), 'xlsx'],
      [zip({ 'OFD.xml': '<ofd:OFD/>' }), 'ofd'],
      ['姓名,电话\n张三,138\n', 'csv'],
      [Buffer.from('d0d5c3fb2cb5e7bbb00d0a', 'hex'), 'csv'],
      [jpeg(), 'photo'],
    ];
    for (const [bytes, kind] of sent) {
      const answer = await upload(bytes);
      expect([answer.status, answer.body.kind]).toEqual([201, kind]);
      expect(answer.body.upload).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(Object.keys(answer.body).sort()).toEqual(['bytes', 'kind', 'upload']);
    }
  });

  it('is refused when it is none, would run, cannot be read or came incomplete', async () => {
    for (const bytes of ['<html><script>alert(1)</script></html>', '<?xml version="1.0"?><svg/>', 'MZ\x90\x00\x03', OLD, zip({ 'a.txt': 'a' })])
      expect(verdict(await upload(bytes))).toEqual([422, 'invalid', 'not-a-document']);
    expect(verdict(await upload(docx('x', { 'word/vbaProject.bin': 'Sub AutoOpen()' })))).toEqual([422, 'invalid', 'not-a-document']);
    expect(verdict(await upload(zip({ '[Content_Types].xml': '', 'word/document.xml': 'x' }, true)))).toEqual([422, 'invalid', 'not-a-document']);
    expect(verdict(await upload(docx().subarray(0, 90)))).toEqual([422, 'invalid', 'broken-document']);
    expect(verdict(await upload(pdf().subarray(0, 20)))).toEqual([422, 'invalid', 'broken-document']);
    expect(verdict(await upload(jpeg().subarray(0, 200)))).toEqual([422, 'invalid', 'broken-photo']);
    expect(verdict(await upload(''))).toEqual([422, 'invalid', 'required']);
    const { body } = await upload(OLD);
    expect(body.errors[0]).toMatchObject({ pointer: '/document', code: 'not-a-document' });
    expect([body.errors[0].zh, body.errors[0].en]).toEqual([expect.stringMatching(/附件/), expect.stringMatching(/document/)]);
  });

  it('has at most 20 MiB', async () => {
    const most = Buffer.alloc(20 * 1_048_576, 'a');
    expect((await upload(most)).status).toBe(201);
    expect((await upload(Buffer.concat([most, Buffer.from('b')]))).status).toBe(413);
    expect((await upload(Buffer.alloc(21_200_000, 'a'))).status).toBe(413);
  }, 20_000);
});

/* The head of what a browser records, and a second of a WAV at 16,000 bytes. */
const webm = (codec = 'A_OPUS') => Buffer.concat([Buffer.from('1a45dfa39f4286810142f281044282847765626d', 'hex'), Buffer.from(`\x18S\x80g${codec}`, 'latin1'), Buffer.alloc(200)]);
const wav = (seconds: number) => {
  const data = seconds * 16_000;
  const head = Buffer.from('524946460000000057415645666d74201000000001000100401f0000803e00000200100064617461', 'hex');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data);
  return Buffer.concat([head, size, Buffer.alloc(data)]);
};

describe('a recording', () => {
  const noise = (fields: Record<string, unknown>) => ({ playbook: 'service-request', area: COMMUNITY, fields: { topic: 'noise', description: '夜里装修', ...fields } });
  const voice = async (bytes: Buffer) => [(await upload(bytes)).body.upload as string];

  it('is what its bytes say, of a minute at most, and without a picture that moves', async () => {
    expect((await upload(webm())).body.kind).toBe('webm');
    expect((await upload(wav(60))).body.kind).toBe('wav');
    expect(verdict(await upload(wav(61)))).toEqual([422, 'invalid', 'recording-too-long']);
    expect(verdict(await upload(Buffer.concat([webm(), Buffer.alloc(2 << 20)])))).toEqual([422, 'invalid', 'recording-too-long']);
    expect(verdict(await upload(wav(2).subarray(0, 20_000)))).toEqual([422, 'invalid', 'broken-document']);
    expect(verdict(await upload(webm('V_VP9 A_OPUS')))).toEqual([422, 'invalid', 'not-a-document']);
  });

  it('is heard by staff who see the case and by who said it, never by the public', async () => {
    const { case: id, number, tracking } = await visitor().must('openCase', { json: noise({ voice: await voice(webm()) }) });
    const desk = await staff('desk');
    const seen = await look(desk, id);
    expect(seen.fields.find((one: any) => one.name === 'voice')).toMatchObject({ text: { zh: '1段录音', en: '1 recording' }, documents: [{ document: 1, kind: 'webm' }] });
    const got = await desk.call('getCaseDocument', { path: { case: id, document: '1' } });
    expect([got.status, got.bytes.equals(webm()), got.headers['content-type'], got.headers['content-disposition']]).toEqual([200, true, 'audio/webm', `attachment; filename="${number}-1.webm"`]);
    expect((await visitor().call('getProgressDocument', { path: { tracking, document: '1' } })).status).toBe(200);
    expect((await visitor().call('getCaseDocument', { path: { case: id, document: '1' } })).status).toBe(401);
    expect((await visitor().call('pagePublic', {})).text).not.toContain('documents/');
  });

  it('stands in a voice and nowhere else, and a voice holds nothing else', async () => {
    expect(verdict(await visitor().call('openCase', { json: noise({ voice: [(await upload(pdf())).body.upload] }) }))).toEqual([422, 'invalid', 'not-a-recording']);
    expect(verdict(await visitor().call('openCase', { json: noise({ photos: await voice(webm()) }) }))).toEqual([422, 'invalid', 'not-a-photo']);
    const survey = { playbook: 'survey', area: COMMUNITY, fields: { wishes: ['lamp'], gives: 100, plan: await voice(webm()) } };
    expect(verdict(await visitor().call('openCase', { json: survey }))).toEqual([422, 'invalid', 'not-a-document']);
  });

  it('of a report of wrongdoing is heard by the desk alone', async () => {
    const { case: id } = await visitor().must('openCase', { json: noise({ kind: 'report', voice: await voice(webm()) }) });
    const heard = async (login: string) => (await (await staff(login)).call('getCaseDocument', { path: { case: id, document: '1' } })).status;
    expect([await heard('desk'), await heard('dispatcher')]).toEqual([200, 404]);
  });
});

describe('a document of a case', () => {
  const noted = (fields: Record<string, unknown>) => ({ playbook: 'survey', area: COMMUNITY, fields: { wishes: ['lamp'], gives: 100, ...fields } });
  const sent = async (bytes: Buffer | string) => (await upload(bytes)).body.upload as string;

  it('is saved by who sees the case, as it came, and never opened', async () => {
    const bytes = pdf('原件');
    const { case: id, number, tracking } = await visitor().must('openCase', { json: noted({ plan: [await sent(bytes), await sent(jpeg())] }) });
    const desk = await staff('desk');
    const seen = await look(desk, id);
    const plan = seen.fields.find((one: any) => one.name === 'plan');
    expect(plan).toMatchObject({ text: { zh: '2份附件', en: '2 documents' }, documents: [{ document: 1, kind: 'pdf', bytes: bytes.length }], photos: [{ photo: 2 }] });
    expect(seen.photos).toMatchObject([{ photo: 2 }]);
    expect(JSON.stringify(seen)).not.toMatch(/身份证|exe/);
    const path = { case: id, document: '1' };
    const got = await desk.call('getCaseDocument', { path });
    expect([got.status, got.bytes.equals(bytes)]).toEqual([200, true]);
    expect(got.headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="${number}-1.pdf"`,
      'cache-control': 'private, no-cache',
    });
    const again = await desk.call('getCaseDocument', { path, headers: { 'If-None-Match': got.headers.etag! } });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    const own = await visitor().call('getProgressDocument', { path: { tracking, document: '1' } });
    expect(own.bytes.equals(bytes)).toBe(true);
    /* a picture among documents is a photo like any other */
    const picture = await desk.call('getCasePhoto', { path: { case: id, photo: '2' } });
    expect(sizeOf(picture.bytes)).toEqual([48, 32]);
    expect((await desk.call('getCasePhoto', { path: { case: id, photo: '1' } })).status).toBe(404);
    expect((await desk.call('getCaseDocument', { path: { case: id, document: '2' } })).status).toBe(404);
  });

  it('is shown to nobody else', async () => {
    const { case: id, tracking } = await visitor().must('openCase', { json: noted({ plan: [await sent(docx())] }) });
    const path = { case: id, document: '1' };
    expect((await visitor().call('getCaseDocument', { path })).status).toBe(401);
    expect((await (await staff('handler')).call('getCaseDocument', { path })).status).toBe(404);
    expect((await (await staff('desk', 'xifeng')).call('getCaseDocument', { path })).status).toBe(404);
    expect((await visitor().call('getProgressDocument', { path: { tracking, document: '2' } })).status).toBe(404);
    const other = tracking.replace(/.$/, (last: string) => (last === '0' ? '4' : '0'));
    expect((await visitor().call('getProgressDocument', { path: { tracking: other, document: '1' } })).status).toBe(404);
  });

  it('belongs to one case, and is no photo', async () => {
    const token = await sent(pdf());
    await visitor().must('openCase', { json: noted({ plan: [token] }) });
    expect(verdict(await visitor().call('openCase', { json: noted({ plan: [token] }) }))).toEqual([422, 'invalid', 'no-such-document']);
    expect(verdict(await visitor().call('openCase', { json: noted({ photos: [await sent(pdf())] }) }))).toEqual([422, 'invalid', 'not-a-photo']);
    const many = [await sent(pdf('1')), await sent(pdf('2')), await sent(pdf('3'))];
    expect(verdict(await visitor().call('openCase', { json: noted({ plan: many }) }))).toEqual([422, 'invalid', 'too-many']);
  });

  it('is added by a later step, and by a form without script', async () => {
    const { case: id, tracking } = await visitor().must('openCase', { json: noted({ plan: [await sent(pdf())] }) });
    const desk = await staff('desk');
    await act(desk, id, 'quote', { plan: [await sent(docx())] });
    const key = 'form-with-papers-1';
    const send = (files: { name: string; bytes: Buffer | string }[]) => {
      const parts = [
        { name: 'action', bytes: 'add' },
        { name: 'key', bytes: key },
        { name: 'lang', bytes: 'zh' },
        ...files.map((one) => ({ ...one, file: 'x' })),
      ];
      const { type, body } = form(parts);
      return visitor().call('submitProgress', { path: { tracking }, headers: { 'Content-Type': type }, body });
    };
    const none = await send([]);
    expect([none.status, none.text.includes('请填写这一项')]).toEqual([422, true]);
    const wrong = await send([{ name: 'documents', bytes: '<html>' }]);
    expect([wrong.status, wrong.text.includes('附件只收')]).toEqual([422, true]);
    expect((await send([{ name: 'documents', bytes: 'a,b\n1,2\n' }])).status).toBe(303);
    const seen = await look(desk, id);
    expect(seen.fields.find((one: any) => one.name === 'plan').documents.map((one: any) => [one.document, one.kind])).toEqual([[1, 'pdf'], [2, 'docx'], [3, 'csv']]);
    const page = await visitor().call('pageProgress', { path: { tracking } });
    expect(page.text).toContain(`/progress/${tracking}/documents/3`);
    expect(page.text).toContain('CSV · 0.1 MB');
  });

  it('is for who works by a one-time link, too', async () => {
    const desk = await staff('desk');
    const { case: id } = await visitor().must('openCase', { json: noted({ plan: [await sent(docx('图纸'))] }) });
    await act(desk, id, 'ask_firm', { firm: await organizationOf(await staff('handler')) });
    const { url } = await desk.must('makePass', { path: { case: id, part: '1' }, json: { days: 1 } });
    const pass = url.split('/').at(-1);
    const got = await visitor().call('getPassDocument', { path: { pass, document: '1' } });
    expect([got.status, got.headers['content-disposition']]).toEqual([200, expect.stringMatching(/^attachment; filename="[\w-]+-1\.docx"$/)]);
    expect((await visitor().call('getPassDocument', { path: { pass, document: '2' } })).status).toBe(404);
    const path = { pass, action: 'offer' };
    const fields = { plan: [await sent(docx('报价单'))], visit: '2026-09-09T15:00:00+08:00' };
    expect((await visitor().call('actOnPass', { path, json: { fields } })).status).toBe(200);
    const { parts } = await look(desk, id);
    expect(parts[0].fields.find((one: any) => one.name === 'plan').documents).toMatchObject([{ document: 2, kind: 'docx' }]);
  });
});
