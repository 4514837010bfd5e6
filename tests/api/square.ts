/*
 * The public square over HTTP: a notice from its draft to its archive, as JSON, page, sheet and
 * feed; what hangs on a board; and that nothing unchecked leaves (nothing personal: secrets.ts).
 */
import { describe, expect, it } from 'vitest';
import { pdf } from './lib/archive';
import type { Client } from './lib/client';
import { form, jpeg } from './lib/picture';
import { COMMUNITY, act, clock, newKey, report, staff, visitor } from './lib/world';

const HEADING = '周三上午停水 <抢修>';
const BODY = '马家龙社区 9 时至 12 时停水，请提前储水。';
const anyone = () => visitor();

async function write(desk: Client, fields: Record<string, unknown> = {}): Promise<{ case: string; number: string }> {
  return desk.must('openCase', {
    json: { playbook: 'notice', area: COMMUNITY, via: 'desk', fields: { about: 'outage', heading: HEADING, body: BODY, ends: day(20), ...fields } },
  });
}
const now = async () => Date.parse((await anyone().must('getTally')).as_of);
let today = 0;
const day = (more: number) => new Date(today + more * 86_400_000).toISOString().slice(0, 10);

/* Elements that are opened are closed, and in order. */
function wellFormed(xml: string): void {
  const open: string[] = [];
  for (const [, end, name, self] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[a-z:]+="[^"<]*")*(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else if (!self) open.push(name!);
  }
  expect(open).toEqual([]);
  expect(xml.replace(/<\/?[a-z]+(?:\s[a-z:]+="[^"<]*")*\/?>|<\?xml[^>]*\?>/g, '')).not.toMatch(/<|&(?!amp;|lt;|gt;|quot;|#39;|#x27;)/);
}

describe('a message to who reported', () => {
  it('stands on top of their page until they saw it, and is nobody else\'s', async () => {
    const opened = await anyone().must('openCase', {
      json: { playbook: 'posting', area: COMMUNITY, via: 'web', fields: { sort: 'lost', heading: '寻钥匙', details: '一串，红绳。', contact: '13800138999' } },
    });
    const { tracking } = opened;
    expect((await anyone().must('getProgress', { path: { tracking } })).messages).toEqual([]);
    await act(await staff('desk'), opened.case, 'put_up', { until: '2030-12-01' });
    expect((await anyone().must('getProgress', { path: { tracking } })).messages).toMatchObject([{ no: 1, seen: false, text: { zh: '您的张贴已上栏' } }]);
    expect((await anyone().call('pageProgress', { path: { tracking } })).text).toContain('您的张贴已上栏');
    expect((await anyone().call('markSeen', { path: { tracking: '0'.repeat(26) }, json: { upto: 1 } })).status).toBe(404);
    expect((await anyone().call('markSeen', { path: { tracking }, json: { upto: 1 } })).status).toBe(204);
    expect((await anyone().must('getProgress', { path: { tracking } })).messages).toMatchObject([{ no: 1, seen: true }]);
    expect((await anyone().call('pageProgress', { path: { tracking } })).text).not.toContain('知道了');
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: Buffer.from('upto=1&lang=zh') };
    expect((await anyone().call('submitSeen', { path: { tracking }, ...form })).status).toBe(303);
    expect((await anyone().call('submitSeen', { path: { tracking: '0'.repeat(26) }, ...form })).status).toBe(404);
  });

  it('has letters for the doors of homes that were drawn, for staff alone', async () => {
    const desk = await staff('desk');
    const page = await desk.call('pageLetters', { path: { case: (await report()).case } });
    expect(page.status).toBe(200);
    expect(page.text).toContain('没有还要回答的户');
    expect((await anyone().call('pageLetters', { path: { case: '0000000000000' } })).status).toBe(401);
  });
});

describe('the public square', () => {
  let desk: Client;
  let checker: Client;
  let notice: { case: string; number: string };
  const page = (who = anyone()) => who.call('getPage', { path: { number: notice.number } });
  /* the square is kept behind the commit */
  const stands = async (status: number) => {
    for (let tries = 0; tries < 100 && (await page()).status !== status; tries++) await new Promise((done) => setTimeout(done, 20));
    return page();
  };

  it('shows nothing before somebody else has checked it', async () => {
    desk = await staff('desk');
    checker = await staff('checker');
    today = await now();
    const sent = async (id: string, name: string, bytes: Buffer, file: string) => {
      const { type, body } = form([{ name, file, bytes }]);
      return (await desk.must(id, { headers: { 'Content-Type': type }, body })).upload;
    };
    notice = await write(desk, {
      pictures: [await sent('uploadPhoto', 'photo', jpeg(), 'a.jpg')],
      papers: [await sent('uploadDocument', 'document', pdf('停水通知'), 'a.pdf')],
    });
    expect((await anyone().call('getPagePhoto', { path: { number: notice.number, photo: '1' } })).status).toBe(404);
    expect((await page()).status).toBe(404);
    expect((await anyone().call('pagePage', { path: { number: notice.number } })).status).toBe(404);
    expect((await desk.call('actOnCase', { path: { case: notice.case, action: 'publish' }, json: {} })).body.code).toBe('related-person');
    await act(checker, notice.case, 'publish');
    expect((await stands(200)).body).toMatchObject({ number: notice.number, kind: 'notice', title: HEADING, stands: 'live', figures: [] });
    const { values } = (await page()).body;
    expect(values.map((one: any) => one.name)).toEqual(['about', 'body', 'pictures', 'papers', 'ends']);
    expect(values[1].text.zh).toBe(BODY);
  });

  it('lists it by kind and community, in the feed and on the pages', async () => {
    const numbers = async (query: Record<string, string>) => (await anyone().must('listPages', { query })).items.map((one: any) => one.number);
    expect(await numbers({})).toContain(notice.number);
    expect(await numbers({ kind: 'notice', area: COMMUNITY })).toContain(notice.number);
    expect(await numbers({ kind: 'listing' })).not.toContain(notice.number);
    expect(await numbers({ area: '440305001001' })).not.toContain(notice.number);
    expect(await numbers({ stands: 'kept' })).not.toContain(notice.number);
    expect((await anyone().call('listPages', { query: { before: 'NIX-1' } })).status).toBe(422);
    expect((await anyone().call('listPages', { query: { kind: 'gossip' } })).status).toBe(422);
    expect(await anyone().must('mapPages', { query: { kind: 'notice' } })).toEqual({ type: 'FeatureCollection', features: [] });
    expect((await anyone().call('mapPages', { query: { kind: 'gossip' } })).status).toBe(422);
    expect((await anyone().must('sumPages', { query: { kind: 'notice' } })).figures).toEqual([]);
    expect((await anyone().call('sumPages', { query: { kind: 'gossip' } })).status).toBe(422);
    const square = await anyone().call('pageSquare');
    expect(square.text).toContain('周三上午停水 &lt;抢修&gt;');
    expect(square.text).not.toContain('<抢修>');
    expect((await anyone().call('pageSquare', { query: { kind: 'notice', area: COMMUNITY } })).text).toContain(notice.number);
    expect((await anyone().call('pageSquare', { query: { kind: 'gossip' } })).status).toBe(422);
    expect((await anyone().call('pageTenant')).text).toContain(`/nanshan/square/${notice.number}`);
    const feed = await anyone().call('feedSquare');
    expect(feed.headers['content-type']).toBe('application/atom+xml; charset=utf-8');
    wellFormed(feed.text);
    expect(feed.text).toMatch(/<id>urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}<\/id>/);
    expect(feed.text).toContain('<title>周三上午停水 &lt;抢修&gt;</title>');
    expect((await anyone().call('feedSquare', { query: { kind: 'gossip' } })).status).toBe(422);
  });

  it('is one address in both languages, with a preview, and a sheet with a code', async () => {
    const one = await anyone().call('pagePage', { path: { number: notice.number } });
    expect(one.text).toContain('property="og:title" content="周三上午停水 &lt;抢修&gt;"');
    expect(one.text).toContain(`property="og:description" content="${BODY}"`);
    expect((await visitor('nanshan', 'en').call('pagePage', { path: { number: notice.number } })).text).toContain('Published');
    expect((await anyone().call('pagePageSheet', { path: { number: notice.number } })).text).toMatch(/<path d="M/);
    expect((await anyone().call('pagePageSheet', { path: { number: 'NIX-1' } })).status).toBe(404);
    expect(one.text).toContain('property="og:image"');
    expect((await anyone().call('getPagePhoto', { path: { number: notice.number, photo: '1' } })).headers['content-type']).toBe('image/jpeg');
    expect((await anyone().call('getPagePhoto', { path: { number: notice.number, photo: '3' } })).status).toBe(404);
    const paper = await anyone().call('getPageDocument', { path: { number: notice.number, document: '2' } });
    expect(paper.headers['content-type']).toBe('application/pdf');
    expect((await anyone().call('getPageDocument', { path: { number: notice.number, document: '1' } })).status).toBe(404);
  });

  it('is gone while it is corrected, and archive when its day is over', async () => {
    await act(desk, notice.case, 'correct', { reason: '时间写错', body: `${BODY}改到下午。` });
    expect((await stands(404)).status).toBe(404);
    const gone = await anyone().call('pagePage', { path: { number: notice.number } });
    expect(gone.status).toBe(410);
    expect(gone.text).not.toContain('停水');
    await act(checker, notice.case, 'publish');
    expect((await stands(200)).body.values[1].text.zh).toBe(`${BODY}改到下午。`);
  });
});

describe('a posting', () => {
  const key = () => ({ key: newKey() });

  it('is taken back to its check by whoever says that something is wrong with it', async () => {
    const desk = await staff('desk');
    const chief = await staff('chief');
    const opened = await anyone().must('openCase', {
      json: { playbook: 'posting', area: COMMUNITY, fields: { sort: 'letting', heading: '两居室出租', details: '近地铁。', price: 320000, contact: '13800138111' } },
    });
    await act(desk, opened.case, 'put_up', { until: day(25) });
    const number = opened.number;
    for (let tries = 0; tries < 100 && (await anyone().call('getPage', { path: { number } })).status !== 200; tries++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const page = await anyone().call('pagePage', { path: { number } });
    expect(page.text).toContain('这条有问题');
    expect(page.text).not.toContain('13800138111');
    expect(page.text).not.toContain('撤下</button>');
    expect((await anyone().call('submitPage', { path: { number }, form: { action: 'take_down', reason: '我不喜欢', ...key() } })).status).toBe(404);
    expect((await anyone().call('submitPage', { path: { number }, form: { action: 'report', ...key() } })).status).toBe(422);
    const sent = await desk.call('submitPage', { path: { number }, form: { action: 'report', doubt: '是中介', ...key() } });
    expect(sent.status).toBe(303);
    expect((await anyone().call('submitPage', { path: { number }, form: { action: 'report', doubt: '是中介', ...key() } })).status).toBe(410);
    const seen = await desk.must('getCase', { path: { case: opened.case } });
    expect(seen.state.name).toBe('checking');
    await act(chief, opened.case, 'put_up', { until: day(20) });
  });
});

describe('a board', () => {
  let desk: Client;
  let boards: string[];
  const at = (row: string) => ({ path: { register: 'boards', row } });
  const listed = async (row: string, stands = 'live') => (await anyone().must('listPages', { query: { row, stands } })).items.map((one: any) => one.number);
  const posting = async (heading: string, fields: Record<string, unknown>) => {
    const opened = await anyone().must('openCase', {
      json: { playbook: 'posting', area: COMMUNITY, fields: { sort: 'found', heading, details: '在大堂捡到，凭特征领取。', contact: '13800138777' } },
    });
    await act(desk, opened.case, 'put_up', fields);
    await clock().sync();
    return opened as { case: string; number: string };
  };

  it('lists what was put up on it, on its page, its sheet and as JSON, and nothing that was not', async () => {
    desk = await staff('desk');
    today = await now();
    boards = [];
    for (const board of ['东门栏', '西门栏', '南门栏']) {
      const fields = { board, place: COMMUNITY, spot: '小区门口', kind: 'board', condition: 'good' };
      boards.push((await desk.must('addRow', { path: { register: 'boards' }, json: { fields } })).row);
    }
    const [east, west, south] = boards as [string, string, string];
    const keys = await posting('捡到钥匙一串', { until: day(10), boards: east, board_2: west });
    const hat = await posting('捡到帽子一顶', { until: day(10), boards: west });
    expect(await listed(east)).toEqual([keys.number]);
    expect(await listed(west)).toEqual([hat.number, keys.number]);
    expect(await listed(south)).toEqual([]);
    for (const [row, here, not] of [[east, keys, hat], [west, hat, undefined]] as const) {
      for (const id of ['pageRow', 'pageRowSheet']) {
        const { status, text } = await anyone().call(id, at(row));
        expect([status, text.includes(here.number), text.includes('13800138777')]).toEqual([200, true, false]);
        if (not !== undefined) expect(text).not.toContain(not.number);
      }
    }
    const sheet = (await anyone().call('pageRowSheet', at(east))).text;
    expect(sheet).toContain('捡到钥匙一串');
    expect(sheet).toMatch(new RegExp(`aria-label="[^"]*/nanshan/registers/boards/${east}"`));
    expect((await anyone().call('pageRow', at(south))).text).not.toContain('现在张贴的');
    expect((await anyone().call('pageRowSheet', at(south))).text).toContain('现在没有张贴的内容');
    expect((await visitor('nanshan', 'en').call('pageRowSheet', at(east))).text).toContain('What hangs on this board');
    expect((await anyone().call('pageSquare', { query: { row: east } })).text).toContain(keys.number);
    expect((await anyone().call('pageSquare', { query: { row: '0000000000000' } })).status).toBe(404);
    expect((await anyone().call('listPages', { query: { row: 'east' } })).status).toBe(422);
    expect((await anyone().call('pageRowSheet', at('0000000000000'))).status).toBe(404);
    expect((await anyone().call('pageRowSheet', { path: { register: 'passbooks', row: east } })).status).toBe(404);
  });

  it('drops what was reported, moved to another board, or is over, by itself', async () => {
    const [east, west, south] = boards as [string, string, string];
    const bag = await posting('捡到书包一个', { until: day(2), boards: south });
    expect(await listed(south)).toEqual([bag.number]);
    const reported = await anyone().call('submitPage', { path: { number: bag.number }, form: { action: 'report', doubt: '是我的，已领走', key: newKey() } });
    expect(reported.status).toBe(303);
    expect(await listed(south)).toEqual([]); // at once: pages are read from their cases
    await act(await staff('chief'), bag.case, 'put_up', { until: day(2), boards: east });
    await clock().sync();
    expect([await listed(south), (await listed(east)).includes(bag.number)]).toEqual([[], true]);
    await act(desk, bag.case, 'settle');
    await clock().sync();
    expect([(await listed(east)).includes(bag.number), await listed(east, 'kept')]).toEqual([false, [bag.number]]);
    expect((await anyone().call('pageRowSheet', at(east))).text).not.toContain(bag.number);
    expect((await anyone().call('pageRow', at(east))).text).toContain(`/nanshan/square/${bag.number}`);
    expect((await anyone().call('pagePage', { path: { number: bag.number } })).status).toBe(200);
    const wrong = await desk.call('openCase', { json: { playbook: 'notice', area: COMMUNITY, via: 'desk', fields: { about: 'other', heading: '甲', body: '乙', ends: day(5), boards: (await otherRow()) } } });
    expect(wrong.status).toBe(422);
    expect(await listed(west)).toHaveLength(2);
  });

  const otherRow = async () =>
    (await desk.must('addRow', { path: { register: 'passbooks' }, json: { fields: { label: '不是栏', place: COMMUNITY, since: '2026-09-01' } } })).row;
});
