/*
 * The permission walk: every operation of the contract, by every post of the demonstration
 * data, from here and from another tenant.
 *
 * What the contract declares (x-allow) is stated here a second time, so that opening an
 * operation to more people takes two hands; and what the operation itself looks at (whose
 * case it is, where one is in office) is a letter for each viewer.  An operation without a
 * line fails the test.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Call, Client } from './lib/client';
import { contract } from './lib/contract';
import { form, jpeg } from './lib/picture';
import { CLASS, COMMUNITY, LAMP, act, closeHouse, newKey, openHouse, organizationOf, report, staff, visitor } from './lib/world';

/* In the order of the letters.  The case is in the grid community 440305001007, with the
 * unit of `handler`; `lane` is a chief somewhere else, `team` of another compound. */
const HERE = ['desk', 'dispatcher', 'handler', 'handler2', 'checker', 'chief', 'lane', 'grid', 'team', 'admin', 'auditor'] as const;
/* Signed in to the district next door, asking for this one. */
const THERE = ['desk', 'checker', 'handler', 'admin'] as const;

/* Y may (whatever comes of it), F is told that they may not, . is told that there is no such thing. */
function letter({ status, body }: Answer): string {
  if (body?.errors?.[0]?.code === 'undo-others') return 'F';
  if (status === 401) return body.code === 'wrong-credentials' ? 'Y' : '?';
  return status === 403 ? 'F' : status === 404 ? '.' : 'Y';
}

type Rule = 'anyone' | string[];
const ADMIN = ['administrator'];
const BOOKS = ['administrator', 'auditor'];
const CODES = ['desk', 'administrator'];
const SHOWN = ['desk', 'administrator', 'auditor'];
const MONEY = ['desk', 'chief', 'administrator', 'auditor'];
const PASS = ['desk', 'dispatcher', 'chief'];
const RUNS = ['desk', 'checker', 'administrator'];
const BALLOT = {
  title: { zh: '走一遍' },
  area: '99',
  use: 'opinion',
  method: 'yes_no',
  electorate: { by: 'desk' },
  opens_at: '2026-09-08T09:00:00+08:00',
  closes_at: '2026-09-09T09:00:00+08:00',
};

interface Line {
  id: string;
  rule: Rule | 'signed_in';
  may?: string; // of signed_in: a letter for each of HERE; without, only strangers are tried
  before?: () => Promise<unknown>; // each time, so that there is something to do
  sees?: (answer: Answer) => boolean; // of a list everybody may ask for: whether it is there for them
  call?: () => Call;
}

const STREET = '440305001';
const ABSENT = '0000000000000';
const clients = new Map<string, Client>();
const posts = new Map<string, string[]>();
const at: Record<string, string> = {};
const inCase = (more: Record<string, string> = {}) => ({ path: { case: at.case!, ...more } });
const inShops = (more: Record<string, string> = {}) => ({ path: { register: 'shops', ...more } });
const file = (name: string): Call => {
  const { type, body } = form([{ name, file: 'a.csv', bytes: Buffer.from('店名\n') }]);
  return { headers: { 'Content-Type': type }, body };
};
const ORDERS = {
  label: { zh: '演练平台', en: 'A platform' },
  playbook: 'service-request',
  via: 'hotline',
  read: [{ column: '编号', as: 'number' }],
  write: [{ column: '编号', as: 'number' }],
};
const ORDER = { source: 'walk', number: 'W1', area: COMMUNITY, fields: { topic: 'other', description: '上级转来的一件' } };
const SHOP = { shop: '演练店', place: '440305001003', address: '前进路9号', trade: 'food', duties: 'three' };
const merge = () => clients.get('desk')!.call('mergeCase', { path: { case: at.same! }, json: { into: at.case! }, key: newKey() });
const redispatch = async () => {
  const desk = clients.get('desk')!;
  at.undo = (await report()).case;
  await act(desk, at.undo, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(clients.get('handler')!) });
};
const away = async () => {
  at.absence = (await clients.get('admin')!.must('noteAbsence', { json: { person: at.away!, until: noon(9) } })).absence;
};
const noon = (day: number) => `2026-09-0${day}T12:00:00+08:00`;

/* desk dispatcher handler handler2 checker chief lane grid team admin auditor */
const STATED: Line[] = [
  { id: 'healthz', rule: 'anyone' },
  { id: 'readyz', rule: 'anyone' },
  { id: 'listTenants', rule: 'anyone' },
  { id: 'listAreas', rule: 'anyone' },
  { id: 'getArea', rule: 'anyone' },
  { id: 'locate', rule: 'anyone' },
  { id: 'areaMap', rule: 'anyone' },
  { id: 'baseMap', rule: 'anyone' },
  { id: 'mapTiles', rule: 'anyone' },
  { id: 'listPlaybooks', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'getPlaybook', rule: 'anyone' },
  { id: 'putArea', rule: ADMIN, call: () => ({ path: { area: '999999' }, json: { name: '' } }) },
  { id: 'explainPlaybook', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ path: { playbook: 'meeting' } }) },
  { id: 'getCalendar', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'listViews', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'keepView', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ json: { name: '', query: '' } }) },
  { id: 'dropView', rule: 'signed_in', may: '...........', call: () => ({ path: { view: ABSENT } }) },
  { id: 'listOrganizations', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'addOrganization', rule: ADMIN, call: () => ({ json: { name: '', area: COMMUNITY } }) },
  { id: 'listPersons', rule: BOOKS },
  { id: 'addPerson', rule: ADMIN, call: () => ({ json: { name: '' } }) },
  { id: 'resetPassword', rule: ADMIN, call: () => ({ path: { person: ABSENT }, json: { password: 'long-enough-words' } }) },
  { id: 'listAppointments', rule: BOOKS },
  { id: 'makeAppointment', rule: ADMIN, call: () => ({ json: { person: ABSENT, post: 'desk', area: STREET } }) },
  { id: 'endAppointment', rule: ADMIN, call: () => ({ path: { appointment: ABSENT } }) },
  { id: 'listGaps', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ query: { area: COMMUNITY } }) },
  { id: 'getDraws', rule: 'anyone' },
  { id: 'getSettings', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'putSettings', rule: ADMIN, call: () => ({ json: {} }) },
  { id: 'listDeliveries', rule: ADMIN },
  { id: 'retryDelivery', rule: ADMIN, call: () => ({ path: { delivery: ABSENT } }) },
  { id: 'getOverview', rule: 'signed_in', may: 'YYFFYYYYYYY' },
  { id: 'listScreens', rule: ADMIN },
  { id: 'makeScreen', rule: ADMIN, call: () => ({ json: { name: '', area: COMMUNITY } }) },
  { id: 'endScreen', rule: ADMIN, call: () => ({ path: { screen: ABSENT } }) },
  { id: 'seeScreen', rule: 'anyone' },
  { id: 'getBurden', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'listBooks', rule: MONEY },
  { id: 'listAccounts', rule: MONEY, call: () => ({ path: { book: 'project' } }) },
  { id: 'getAccount', rule: MONEY, call: () => ({ path: { account: ABSENT } }) },
  { id: 'getDeadlines', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'putDeadlines', rule: ADMIN, call: () => ({ json: { rows: [] } }) },
  { id: 'listRhythms', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'setRhythm', rule: ADMIN, call: () => ({ path: { playbook: 'meeting', rhythm: '9' }, json: { runs: true } }) },
  { id: 'usePlaybook', rule: ADMIN, call: () => ({ path: { playbook: 'nothing' }, json: { on: false } }) },
  { id: 'listVersions', rule: ADMIN },
  { id: 'migratePlaybook', rule: ADMIN, call: () => ({ path: { playbook: 'meeting' }, json: { preview: true } }) },
  { id: 'undoAction', rule: 'signed_in', may: 'YFF.FF...FF', before: redispatch, call: () => ({ path: { case: at.undo! }, json: {} }) },
  { id: 'listColleagues', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ query: { q: '王' } }) },
  { id: 'noteAbsence', rule: 'signed_in', may: 'FFFYFFFFFYF', call: () => ({ json: { person: at.away!, until: noon(9) } }) },
  { id: 'listAbsences', rule: 'signed_in', may: '...Y.....YY', before: away, sees: ({ body }) => body.items.some((one: any) => one.absence === at.absence) },
  { id: 'endAbsence', rule: 'signed_in', may: 'FFFYFFFFFYF', before: away, call: () => ({ path: { absence: at.absence! } }) },
  { id: 'listCodes', rule: SHOWN, call: () => ({ query: { area: STREET } }) },
  { id: 'makeCodes', rule: CODES, call: () => ({ json: { area: COMMUNITY, kinds: [] } }) },
  { id: 'retireCode', rule: CODES, call: () => ({ path: { code: '999999' } }) },
  { id: 'listRegisters', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'getRegister', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'listRows', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'addRow', rule: 'signed_in', may: 'YFFFFYFFFFF', call: () => ({ ...inShops(), json: { fields: SHOP } }) },
  { id: 'getRow', rule: 'signed_in', may: 'YYYYYY...YY', call: () => (inShops({ row: at.row! })) },
  { id: 'changeRow', rule: 'signed_in', may: 'YFFFFY...FF', call: () => ({ ...inShops({ row: at.row! }), json: { rev: 99, fields: {} } }) },
  { id: 'endRow', rule: 'signed_in', may: 'YFFFFY...FF', call: () => ({ ...inShops({ row: at.row! }), json: { rev: 99 } }) },
  { id: 'revealRow', rule: 'signed_in', may: 'YFFFFY...FF', call: () => ({ ...inShops({ row: at.row! }), json: { field: 'phone' } }) },
  { id: 'sumJoined', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ path: { register: 'passbooks' } }) },
  { id: 'tallyRows', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'importRows', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ ...inShops(), ...file('file') }) },
  { id: 'exportRowsCsv', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'exportRowsXlsx', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'listPublicRows', rule: 'anyone' },
  { id: 'listBallots', rule: 'anyone' },
  { id: 'draftBallot', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: BALLOT }) },
  { id: 'getBallot', rule: 'anyone' },
  { id: 'changeBallot', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { ...BALLOT, rev: 1 } }) },
  { id: 'checkBallot', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { rev: 1 } }) },
  { id: 'cancelBallot', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { reason: '不办了' } }) },
  { id: 'listElectors', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' } }) },
  { id: 'admitElector', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { name: '甲', proof: '440301' } }) },
  { id: 'issueCodes', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { electors: [1] } }) },
  { id: 'handPaper', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' } }) },
  { id: 'castVote', rule: 'anyone' },
  { id: 'listSheets', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' } }) },
  { id: 'enterSheet', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { choice: [] } }) },
  { id: 'countBallot', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { papers: 1 } }) },
  { id: 'getVoices', rule: 'anyone' },
  { id: 'getReceipts', rule: 'anyone' },
  { id: 'checkReceipt', rule: 'anyone' },
  { id: 'listObjections', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' } }) },
  { id: 'objectToBallot', rule: 'anyone' },
  { id: 'answerObjection', rule: RUNS, call: () => ({ path: { ballot: ABSENT, elector: '1', sheet: '1', no: '1' }, json: { text: '已核实' } }) },
  { id: 'listPages', rule: 'anyone' },
  { id: 'sumPages', rule: 'anyone' },
  { id: 'mapPages', rule: 'anyone' },
  { id: 'getPage', rule: 'anyone' },
  { id: 'getPagePhoto', rule: 'anyone' },
  { id: 'getPageDocument', rule: 'anyone' },
  { id: 'pageSquare', rule: 'anyone' },
  { id: 'feedSquare', rule: 'anyone' },
  { id: 'pagePage', rule: 'anyone' },
  { id: 'submitPage', rule: 'anyone' },
  { id: 'pagePageSheet', rule: 'anyone' },
  { id: 'pageBallots', rule: 'anyone' },
  { id: 'pageBallot', rule: 'anyone' },
  { id: 'submitObjection', rule: 'anyone' },
  { id: 'pageVote', rule: 'anyone' },
  { id: 'submitVote', rule: 'anyone' },
  { id: 'listClasses', rule: 'anyone' },
  { id: 'signIn', rule: 'anyone' },
  { id: 'signOut', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'getMe', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'changePassword', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ json: { current: 'not it at all', password: 'another-long-one' } }) },
  { id: 'uploadPhoto', rule: 'anyone' },
  { id: 'uploadDocument', rule: 'anyone' },
  { id: 'openCase', rule: 'anyone' },
  { id: 'listCases', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ query: { view: 'all' } }) },
  { id: 'getRoster', rule: 'signed_in', may: 'YYYYYYFFFYY', call: () => ({ query: { area: STREET, from: '2026-09-07', to: '2026-09-13' } }) },
  { id: 'putRoster', rule: CODES, call: () => ({ json: { area: STREET, from: '2026-09-13', to: '2026-09-07', rows: [] } }) },
  { id: 'askSwap', rule: 'signed_in', may: '...........', call: () => ({ json: { shift: ABSENT, person: ABSENT } }) },
  { id: 'answerSwap', rule: 'signed_in', may: '...........', call: () => ({ path: { swap: ABSENT }, json: { agreed: true } }) },
  { id: 'listEmergencies', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'declareEmergency', rule: 'signed_in', may: 'FFFFFYFFFFF', call: () => ({ json: { area: STREET, basis: '预案', reason: '演练', until: noon(1) } }) },
  { id: 'tellEmergency', rule: 'signed_in', may: '.....F..Y..', call: () => ({ path: { emergency: at.emergency! }, json: { shift: at.turn!, told: 'arrived' } }) },
  { id: 'endEmergency', rule: 'signed_in', may: '.....Y.....', call: () => ({ path: { emergency: at.emergency! } }) },
  { id: 'getBriefing', rule: 'signed_in', may: 'YYFFYYFFFYY', call: () => ({ query: { area: STREET, kind: 'morning' } }) },
  { id: 'listReports', rule: 'signed_in', may: 'YYYYYYFFFYY', call: () => ({ query: { area: STREET, kind: 'weekly' } }) },
  { id: 'getReportPaper', rule: 'signed_in', may: 'YYYYYY...YY', call: () => ({ path: { report: at.report! } }) },
  { id: 'saveReport', rule: 'signed_in', may: 'YYYYYYFFFYF', call: () => ({ json: { kind: 'weekly', area: STREET, since: noon(1), until: noon(2), text: '一周平安' } }) },
  { id: 'signReport', rule: 'signed_in', may: 'YYYYYY...Y.', call: () => ({ path: { report: at.report! } }) },
  { id: 'listDuties', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'putDuties', rule: ADMIN, call: () => ({ json: { rows: [] } }) },
  { id: 'getProposal', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'getInbox', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ query: { reading: 'mine' } }) },
  { id: 'getCase', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'getAhead', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'getHeld', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'listCaseEntries', rule: 'signed_in', may: 'YYY.YY...YY', call: () => inCase() },
  { id: 'actOnCase', rule: 'signed_in', may: 'YYY.YY...YF', call: () => ({ ...inCase({ action: 'note' }), json: { fields: { note: '路过' } } }) },
  { id: 'revealValue', rule: 'signed_in', may: 'YYY.FY...FF', call: () => ({ ...inCase(), json: { field: 'contact' } }) },
  { id: 'listLinks', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'listBeneath', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'linkCase', rule: 'signed_in', may: 'YY..YY...YF', call: () => ({ ...inCase(), json: { to: at.other!, kind: 'related' } }) },
  { id: 'unlinkCase', rule: 'signed_in', may: '..........F', call: () => ({ ...inCase(), json: { to: at.other!, kind: 'follows' } }) },
  { id: 'mergeCase', rule: 'signed_in', may: 'YYF.FF...FF', call: () => ({ ...inCase(), json: { into: at.case! } }) },
  { id: 'unmergeCase', rule: 'signed_in', may: 'YY..FF...FF', before: merge, call: () => ({ path: { case: at.same! } }) },
  { id: 'mergeCases', rule: 'signed_in', may: 'YYF.FF...FF', call: () => ({ json: { into: at.case!, cases: [at.case!] } }) },
  { id: 'getJob', rule: 'signed_in', may: 'Y..........', call: () => ({ path: { job: at.job! } }) },
  { id: 'stopJob', rule: 'signed_in', may: 'Y..........', call: () => ({ path: { job: at.job! } }) },
  { id: 'listSimilar', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'findSimilar', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ json: { playbook: 'service-request', area: COMMUNITY, fields: { description: '路灯' } } }) },
  { id: 'findCaller', rule: PASS, call: () => ({ json: { phone: '13955556666' } }) },
  { id: 'propose', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ json: { text: '马家龙三栋楼下路灯不亮' } }) },
  { id: 'listOrderSources', rule: 'signed_in', may: 'YYFFFFFFFYF' },
  { id: 'putOrderSource', rule: 'signed_in', may: 'YYFFFFFFFYF', call: () => ({ path: { source: 'walk' }, json: ORDERS }) },
  { id: 'listOrders', rule: 'signed_in', may: 'YYFFFFFFFYF' },
  { id: 'takeOrder', rule: 'signed_in', may: 'YYFFFFFFFYF', call: () => ({ json: ORDER }) },
  { id: 'getOrder', rule: 'signed_in', may: 'YYFFFFFFFYF', call: () => ({ query: { source: 'walk', number: 'W1' } }) },
  { id: 'replyToOrder', rule: 'signed_in', may: 'YY..FF...FF', call: () => ({ json: { source: 'walk', number: 'W1', text: '已办' } }) },
  { id: 'exportOrders', rule: 'signed_in', may: 'YYFFFFFFFYF', call: () => ({ query: { source: 'walk', format: 'csv' } }) },
  { id: 'getCasePhoto', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase({ photo: '1' })) },
  { id: 'getCaseDocument', rule: 'signed_in', may: '...........', call: () => (inCase({ document: '1' })) },
  { id: 'getPass', rule: PASS, call: () => (inCase({ part: '1' })) },
  { id: 'makePass', rule: PASS, call: () => ({ ...inCase({ part: '1' }), json: { days: 1 } }) },
  { id: 'endPass', rule: PASS, call: () => (inCase({ part: '1' })) },
  { id: 'listPapers', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase()) },
  { id: 'makePaper', rule: 'signed_in', may: 'YYY.YY...YF', call: () => ({ ...inCase(), json: { paper: 'transfer', part: 1 } }) },
  { id: 'givePaper', rule: 'signed_in', may: 'YYY.YY...YF', call: () => (inCase({ no: '1' })) },
  { id: 'getPaper', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase({ no: '1' })) },
  { id: 'getTemplate', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => ({ path: { paper: 'thanks' } }) },
  { id: 'listTemplates', rule: 'signed_in', may: 'YYYYYYYYYYY' },
  { id: 'tryTemplate', rule: ADMIN, call: () => ({ path: { paper: 'thanks' }, ...file('template') }) },
  { id: 'putTemplate', rule: ADMIN, call: () => ({ path: { paper: 'thanks' }, ...file('template') }) },
  { id: 'deleteTemplate', rule: ADMIN, call: () => ({ path: { paper: 'slip' } }) },
  { id: 'seePass', rule: 'anyone' },
  { id: 'actOnPass', rule: 'anyone' },
  { id: 'revealOnPass', rule: 'anyone' },
  { id: 'getPassPhoto', rule: 'anyone' },
  { id: 'getPassDocument', rule: 'anyone' },
  { id: 'getProgressPhoto', rule: 'anyone' },
  { id: 'getProgressDocument', rule: 'anyone' },
  { id: 'getProgress', rule: 'anyone' },
  { id: 'actOnProgress', rule: 'anyone' },
  { id: 'listPublicCases', rule: 'anyone' },
  { id: 'listNearby', rule: 'anyone' },
  { id: 'followCase', rule: 'anyone' },
  { id: 'markSeen', rule: 'anyone' },
  { id: 'getTally', rule: 'anyone' },
  { id: 'stream', rule: 'anyone' },
  { id: 'open311Discovery', rule: 'anyone' },
  { id: 'open311Services', rule: 'anyone' },
  { id: 'open311ServiceJson', rule: 'anyone' },
  { id: 'open311ServiceXml', rule: 'anyone' },
  { id: 'open311Requests', rule: 'anyone' },
  { id: 'open311Report', rule: 'anyone' },
  { id: 'open311RequestJson', rule: 'anyone' },
  { id: 'open311RequestXml', rule: 'anyone' },
  { id: 'open311TokenJson', rule: 'anyone' },
  { id: 'open311TokenXml', rule: 'anyone' },
  { id: 'pageHome', rule: 'anyone' },
  { id: 'pageTenant', rule: 'anyone' },
  { id: 'pageFind', rule: 'anyone' },
  { id: 'submitFind', rule: 'anyone' },
  { id: 'pageCheck', rule: 'anyone' },
  { id: 'submitCheck', rule: 'anyone' },
  { id: 'pagePublic', rule: 'anyone' },
  { id: 'pageDisputes', rule: 'anyone' },
  { id: 'pageReport', rule: 'anyone' },
  { id: 'submitReport', rule: 'anyone' },
  { id: 'pageProgress', rule: 'anyone' },
  { id: 'submitProgress', rule: 'anyone' },
  { id: 'submitSeen', rule: 'anyone' },
  { id: 'pagePass', rule: 'anyone' },
  { id: 'submitPass', rule: 'anyone' },
  { id: 'pagePaper', rule: 'signed_in', may: 'YYY.YY...YY', call: () => (inCase({ no: '1' })) },
  { id: 'pageScan', rule: 'anyone' },
  { id: 'pageLetters', rule: ['desk', 'grid_officer', 'chief'], call: () => inCase() },
  { id: 'pageCard', rule: 'anyone' },
  { id: 'pageSheet', rule: SHOWN, call: () => ({ query: { area: COMMUNITY } }) },
  { id: 'pageRegister', rule: 'anyone' },
  { id: 'pageRegisterPrint', rule: 'signed_in', may: 'YYYYYYYYYYY', call: () => (inShops()) },
  { id: 'pageRow', rule: 'anyone' },
  { id: 'pageRowSheet', rule: 'anyone' },
  { id: 'pageDesk', rule: 'anyone' },
  { id: 'pageField', rule: 'anyone' },
  { id: 'getFieldFile', rule: 'anyone' },
  { id: 'pageScreen', rule: 'anyone' },
  { id: 'getAsset', rule: 'anyone' },
];
const LINES = STATED.filter(({ id }) => contract.has(id));

beforeAll(async () => {
  await openHouse();
  for (const login of HERE) {
    const client = await staff(login);
    clients.set(login, client);
    posts.set(login, (await client.must('getMe')).posts.map((one: any) => one.post));
  }
  for (const login of THERE) clients.set(`xifeng ${login}`, await staff(login, 'xifeng'));
  const desk = clients.get('desk')!;
  const { type, body } = form([{ name: 'photo', file: 'a.jpg', bytes: jpeg() }]);
  const photo = (await visitor().must('uploadPhoto', { headers: { 'Content-Type': type }, body })).upload;
  const opened = await report({ ...LAMP, contact: '13800138000', photos: [photo] } as any);
  await act(desk, opened.case, 'file_and_dispatch', { class: CLASS, unit: await organizationOf(clients.get('handler')!) });
  at.case = opened.case;
  at.tracking = opened.tracking;
  at.other = (await report()).case;
  at.same = (await report()).case;
  await desk.must('putOrderSource', { path: { source: 'walk' }, json: ORDERS });
  await desk.must('takeOrder', { json: ORDER });
  at.job = (await desk.must('mergeCases', { json: { into: at.case, cases: [at.other] } })).job;
  at.row = (await desk.must('listRows', { path: { register: 'shops' } })).items[0].row;
  await desk.must('makePaper', { path: { case: at.case }, json: { paper: 'transfer', part: 1 } });
  const week = { kind: 'weekly', area: STREET, since: noon(3), until: noon(4), text: '一周平安' };
  const persons = (await clients.get('admin')!.must('listPersons', { query: { limit: 200 } })).items;
  const personOf = (login: string): string => persons.find((one: any) => one.login === login).person;
  const team = personOf('team');
  at.away = personOf('handler2');
  const turn = { post: 'duty_standby', person: team, since: noon(8), until: '2026-09-08T18:00:00+08:00' };
  await desk.must('putRoster', { json: { area: '440305001003', from: '2026-09-08', to: '2026-09-08', rows: [turn] } });
  const declared = await clients.get('chief')!.must('declareEmergency', { json: { area: '440305001003', basis: '防汛预案', reason: '暴雨', until: noon(9) } });
  at.emergency = declared.emergency;
  at.turn = declared.items[0].shift;
  at.report = (await clients.get('chief')!.must('saveReport', { json: week })).report;
  await redispatch();
  await away();
});
afterAll(closeHouse);

const callOf = ({ call }: Line): Call => ({ key: newKey(), ...call?.() });

describe('the walk', () => {
  it('has a line for every operation, and each says what the contract declares', () => {
    expect([...contract.keys()].filter((id) => !STATED.some((line) => line.id === id))).toEqual([]);
    for (const { id, rule } of LINES) {
      const declared = contract.get(id)!.allow;
      expect([id, declared]).toEqual([id, typeof rule === 'string' ? [rule] : rule.map((post) => `post:${post}`)]);
    }
  });

  it.each(LINES.filter(({ rule }) => rule !== 'anyone').map((line) => [line.id, line] as const))(
    '%s asks strangers to sign in, and knows nobody of another tenant',
    async (id, line) => {
      const answer = await visitor().call(id, callOf(line));
      expect([answer.status, ...(answer.body === undefined ? [] : [answer.body.code])]).toEqual([401, ...(answer.body === undefined ? [] : ['sign-in-required'])]);
      for (const login of THERE) {
        const call = callOf(line);
        const there = await clients.get(`xifeng ${login}`)!.call(id, { ...call, path: { tenant: 'nanshan', ...call.path } });
        expect([login, there.status]).toEqual([login, 401]);
      }
    },
  );

  it.each(LINES.filter(({ rule }) => Array.isArray(rule)).map((line) => [line.id, line] as const))('%s is for the posts it names', async (id, line) => {
    for (const login of HERE) {
      const client = clients.get(login)!;
      const may = posts.get(login)!.some((post: string) => line.rule.includes(post));
      const { status } = await client.call(id, callOf(line));
      expect([login, status === 403, status === 401]).toEqual([login, !may, false]);
    }
  });

  it.each(LINES.filter(({ may }) => may !== undefined).map((line) => [line.id, line] as const))('%s answers each as it should', async (id, line) => {
    let said = '';
    for (const login of HERE) {
      await line.before?.();
      const client = id === 'signOut' ? await staff(login) : clients.get(login)!;
      const answer = await client.call(id, callOf(line));
      said += line.sees === undefined || line.sees(answer) ? letter(answer) : '.';
    }
    expect(said).toBe(line.may);
  });
});
