/*
 * The islands of the public pages.  Every page works without this file; what
 * it adds is found by data-island, and every text comes from the page.
 */
import './base.css';
import './place.css';
import './form.css';
import './progress.css';
import './wide.css';
import { showMine } from './mine';
import { enhanceProgress } from './progress';
import { enhanceReport } from './report';

const islands: Record<string, (root: HTMLElement) => void> = {
  report: (root) => enhanceReport(root as HTMLFormElement),
  progress: enhanceProgress,
  mine: showMine,
  board: (root) =>
    void import('./board').then(({ openBoard }) => openBoard(root)).catch(() => undefined), // the list says the same
};

for (const root of document.querySelectorAll<HTMLElement>('[data-island]')) {
  islands[root.dataset.island ?? '']?.(root);
}
