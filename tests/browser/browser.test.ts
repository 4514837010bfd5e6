/*
 * The pages as people meet them, in a real browser against a real server.  The
 * parts are in the files beside it; they share one server and one browser.
 */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { closeHouse, openHouse } from '../api/lib/world';
import { closeBrowser, lastWords, openBrowser } from './lib/screen';

/* Today: a browser judges the age of cookies by its own clock. */
beforeAll(async () => {
  await openHouse(new Date().toISOString());
  await openBrowser();
});
afterEach(async ({ task }) => {
  const errors = task.result?.errors ?? [];
  const words = errors.length === 0 ? '' : await lastWords();
  for (const error of errors) error.stack = `${error.stack ?? error.message}\n${words}`;
});
afterAll(async () => {
  await closeBrowser();
  await closeHouse();
});

await import('./resident');
await import('./resident_answers');
await import('./resident_programme');
await import('./activity');
await import('./home_service');
await import('./bulletin');
await import('./opinion_survey');
await import('./resident_place');
await import('./resident_verdict');
await import('./resident_neighbour');
await import('./resident_disputes');
await import('./desk');
await import('./desk_controls');
await import('./desk_inbox');
await import('./desk_intake');
await import('./voice');
await import('./desk_extension');
await import('./desk_office');
await import('./desk_settings');
await import('./desk_whistle');
await import('./desk_meeting');
await import('./project');
await import('./desk_deputy');
await import('./budget');
await import('./desk_matters');
await import('./desk_away');
await import('./desk_duty');
await import('./desk_emergency');
await import('./desk_revisit');
await import('./desk_links');
await import('./desk_registers');
await import('./desk_places');
await import('./room_booking');
await import('./desk_through');
await import('./desk_parts');
await import('./desk_children');
await import('./desk_orders');
await import('./desk_undo');
await import('./desk_spot');
await import('./desk_short');
await import('./field');
await import('./square');
await import('./points');
await import('./together');
await import('./screen');
await import('./store');
await import('./board');
await import('./maps');
await import('./look');
await import('./everyone');
await import('./heard');
await import('./tour');
await import('./paper');
await import('./pages');
await import('./ballot'); // moves the clock into another day
await import('./desk_council'); // and by a month
await import('./ballot_case'); // and by two
await import('./night'); // and into the next night
