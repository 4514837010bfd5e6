/*
 * The guided tour of the demo: scan, report, dispatch, done, check, rate, on the real pages.
 * A card says what to do next and where, and as whom; where one is in it lies in this browser
 * only.  It is begun on the desk's sign-in page of a demo, and nowhere else.
 */
import './tour.css';

const STORE = 'linli.tour';
const TENANT = 'nanshan';

interface State {
  step: number;
  number?: string; /* of the case that is followed */
  progress?: string; /* its page */
}

interface Step {
  title: [zh: string, en: string];
  text: [zh: string, en: string];
  who?: string; /* the account; none: a resident */
  to: (state: State) => string;
}

/* Among months of cases, the one that is followed. */
const found = (state: State): string => `/desk/#/${TENANT}/all${state.number === undefined ? '' : `?q=${state.number}`}`;

const STEPS: Step[] = [
  {
    title: ['扫码', 'Scan'],
    text: ['街上每处都贴着码，居民一扫就到这一页，地点已经填好。演示里点“去这里”代替扫码。', 'Each place has a code on its wall; scanning it opens this page with the place filled in. Here, “Go there” stands for the scan.'],
    to: () => `/${TENANT}/report?area=440305001007`,
  },
  {
    title: ['上报', 'Report'],
    text: ['选“路灯照明”，写一句话，提交。不用注册，也不用留电话。提交后打开进度页，导览自己走到下一步。', 'Choose street lighting, write one sentence, send. No account, no telephone. The progress page opens, and the tour goes on by itself.'],
    to: () => `/${TENANT}/report?area=440305001007`,
  },
  {
    title: ['派单', 'Dispatch'],
    text: ['点开工单 {number}，按 a 或点“立案并派单”：建议的单位和理由已选好，补上分类（如“路灯”），确认。', 'Open {number}, press a or “File and dispatch”: the likely unit stands chosen with its reason; add the class (路灯) and confirm.'],
    who: 'desk',
    to: found,
  },
  {
    title: ['办理', 'Do it'],
    text: ['承办单位打开 {number}：签收、联系诉求人、写明结果办结。', 'The unit opens {number}: signs for it, contacts the reporter, says what was done.'],
    who: 'handler',
    to: found,
  },
  {
    title: ['核查', 'Check'],
    text: ['核查员打开 {number}，看结果，点“核查通过”。', 'The checker opens {number}, looks at the result, passes it.'],
    who: 'checker',
    to: found,
  },
  {
    title: ['评价', 'Rate'],
    text: ['回到居民的进度页，点“评价”打个分。问题又出现了，也在这里说一声，事情就回到承办单位。', 'Back on the resident’s page: press “Rate”. If it is back, say so there, too, and it goes to the unit again.'],
    to: (state) => state.progress ?? `/${TENANT}/find`,
  },
];

function read(): State | undefined {
  try {
    const state = JSON.parse(localStorage.getItem(STORE) ?? 'null') as State | null;
    return state !== null && typeof state.step === 'number' && STEPS[state.step] !== undefined ? state : undefined;
  } catch {
    return undefined;
  }
}

function keep(state: State | undefined): void {
  if (state === undefined) localStorage.removeItem(STORE);
  else localStorage.setItem(STORE, JSON.stringify(state));
}

const isEnglish = (): boolean => document.documentElement.lang.startsWith('en');

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/* Who reported goes on by themselves: the progress page knows its number. */
function notice(state: State): State {
  if (!location.pathname.includes('/progress/') || state.step > 1) return state;
  const number = document.querySelector('[data-number]')?.getAttribute('data-number') ?? /\b\d{2}-\d+\b/.exec(document.body.textContent ?? '')?.[0];
  const next = { step: 2, progress: location.pathname, ...(number === undefined ? {} : { number }) };
  keep(next);
  return next;
}

function draw(state: State): void {
  document.querySelector('.tour')?.remove();
  const which = isEnglish() ? 1 : 0;
  const say = (zh: string, en: string): string => (which === 1 ? en : zh);
  const step = STEPS[state.step]!;
  const box = element('aside', 'tour', '');
  box.setAttribute('aria-label', say('演示导览', 'Guided tour'));
  box.append(element('h2', '', `${state.step + 1} / ${STEPS.length}　${step.title[which]}`));
  box.append(element('p', '', step.text[which].replace('{number}', state.number ?? say('刚才那件', 'your case'))));
  box.append(element('p', 'tour-who', step.who === undefined ? say('您现在是居民，不用登录。', 'You are a resident; no account is needed.') : say(`请用账号 ${step.who} 登录，密码 linli-demo；先退出别的账号。`, `Sign in as ${step.who}, password linli-demo; sign out of another account first.`)));
  const buttons = element('div', 'tour-buttons', '');
  const there = element('a', 'tour-go', say('去这里', 'Go there'));
  there.href = step.to(state);
  buttons.append(there);
  if (state.step > 0) {
    const back = element('button', '', say('上一步', 'Back'));
    back.addEventListener('click', () => move({ ...state, step: state.step - 1 }));
    buttons.append(back);
  }
  const next = element('button', 'tour-next', state.step + 1 < STEPS.length ? say('做完了，下一步', 'Done, next') : say('走完了', 'Finish'));
  next.addEventListener('click', () => move(state.step + 1 < STEPS.length ? { ...state, step: state.step + 1 } : undefined));
  buttons.append(next);
  const close = element('button', 'tour-close', '✕');
  close.setAttribute('aria-label', say('关闭导览', 'Close the tour'));
  close.addEventListener('click', () => move(undefined));
  box.append(buttons, close);
  document.body.append(box);
}

function move(to: State | undefined): void {
  keep(to);
  if (to === undefined) document.querySelector('.tour')?.remove();
  else draw(to);
}

export function beginTour(): void {
  move({ step: 0 });
}

export function showTour(): void {
  const state = read();
  if (state !== undefined) draw(notice(state));
}
