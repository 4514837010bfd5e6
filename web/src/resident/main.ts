/*
 * The islands of the public pages.  Every page works without this file; what
 * it adds is found by data-island, and every text comes from the page.
 */
import './base.css';
import './place.css';
import './form.css';
import './progress.css';
import './wide.css';
import { enhanceProgress } from './progress';
import { enhanceReport } from './report';

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-island=report]')) {
  enhanceReport(form);
}
for (const page of document.querySelectorAll<HTMLElement>('[data-island=progress]')) {
  enhanceProgress(page);
}
