/*
 * The islands of the public pages.  Every page works without this file; what
 * it adds is found by data-island, and every text comes from the page.
 */
import './base.css';
import './place.css';
import './register.css';
import './ballot.css';
import './square.css';
import './form.css';
import './progress.css';
import './wide.css';
import './large.css';
import { showMine } from './mine';
import { enhancePass } from './pass';
import { enhanceProgress } from './progress';
import { enhanceReport } from './report';
import { enhanceSlip } from './slip';

const islands: Record<string, (root: HTMLElement) => void> = {
  report: (root) => enhanceReport(root as HTMLFormElement),
  progress: enhanceProgress,
  pass: enhancePass,
  mine: showMine,
  square: (root) =>
    void import('./square').then(({ openSquare }) => openSquare(root)).catch(() => undefined), // the list says the same
  aloud: (root) =>
    void import('./aloud').then(({ offerAloud }) => offerAloud(root)).catch(() => undefined), // the page can be read all the same
  slip: (root) => enhanceSlip(root as HTMLFormElement),
  board: (root) =>
    void import('./board').then(({ openBoard }) => openBoard(root)).catch(() => undefined), // the list says the same
};

for (const root of document.querySelectorAll<HTMLElement>('[data-island]')) {
  islands[root.dataset.island ?? '']?.(root);
}

/* Only who began the demo's tour has this entry. */
if (localStorage.getItem('linli.tour') !== null) void import('../kit/tour').then(({ showTour }) => showTour()).catch(() => undefined);
