/*
 * The pages as people meet them, in a real browser against a real server.  The
 * parts are in the files beside it; they share one server and one browser.
 */
import { afterAll, beforeAll } from 'vitest';
import { closeHouse, openHouse } from '../api/lib/world';
import { closeBrowser, openBrowser } from './lib/screen';

/* Today: a browser judges the age of cookies by its own clock. */
beforeAll(async () => {
  await openHouse(new Date().toISOString());
  await openBrowser();
});
afterAll(async () => {
  await closeBrowser();
  await closeHouse();
});

await import('./resident');
await import('./resident_place');
await import('./resident_verdict');
await import('./desk');
await import('./desk_controls');
await import('./desk_office');
await import('./look');
