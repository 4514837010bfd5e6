/*
 * The page of a one-time link: photos are made smaller and sent as on the report
 * form, and no form is sent twice.  Nothing is remembered in the browser: the link
 * is a unit's, and often opened on somebody else's telephone.
 */
import { guardForms } from './progress';

export function enhancePass(page: HTMLElement): void {
  guardForms(page);
}
