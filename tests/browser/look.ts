/*
 * Every page at the sizes people have, light and dark, in both languages, looked at
 * by axe-core.
 */
import { describe, expect, it } from 'vitest';
import { COMMUNITY, report } from '../api/lib/world';
import { DESKTOP, NARROW, PHONE, inspect, openScreen } from './lib/screen';
import { signInAtDesk } from './lib/steps';

/* Each size, scheme and language, and every pair of them, at least once. */
const kinds = [
  { size: 'narrow', viewport: NARROW, scheme: 'light', lang: 'en' },
  { size: 'narrow', viewport: NARROW, scheme: 'dark', lang: 'zh' },
  { size: 'phone', viewport: PHONE, scheme: 'light', lang: 'zh' },
  { size: 'phone', viewport: PHONE, scheme: 'dark', lang: 'en' },
  { size: 'desktop', viewport: DESKTOP, scheme: 'light', lang: 'zh' },
  { size: 'desktop', viewport: DESKTOP, scheme: 'dark', lang: 'en' },
] as const;

describe('every page', () => {
  it.each(kinds)('fits and can be read: $size $scheme $lang', async ({ size, viewport, scheme, lang }) => {
    const { tracking } = await report();
    const screen = await openScreen({ viewport, colorScheme: scheme });
    const pages = {
      home: `/?lang=${lang}`,
      tenant: `/nanshan/?lang=${lang}`,
      public: `/nanshan/public?lang=${lang}`,
      report: `/nanshan/report?area=${COMMUNITY}&lang=${lang}`,
      choose: `/nanshan/report?lang=${lang}`,
      progress: `/nanshan/progress/${tracking}?lang=${lang}`,
      problem: `/nanshan/progress/${'0'.repeat(26)}?lang=${lang}`,
    };
    for (const [name, path] of Object.entries(pages)) {
      await screen.page.goto(path);
      await inspect(screen.page, `${name}-${lang}-${size}-${scheme}`);
    }
    expect(screen.faults(/404/)).toEqual([]);
    await screen.close();
  });

  it.each(['light', 'dark'] as const)('of the desk fits a narrow screen: %s', async (scheme) => {
    await report();
    const screen = await openScreen({ viewport: NARROW, colorScheme: scheme });
    await signInAtDesk(screen.page, 'desk');
    await inspect(screen.page, `desk-inbox-narrow-${scheme}`);
    await screen.page.locator('.cell-number a').first().click();
    await screen.page.locator('.timeline li').first().waitFor();
    await inspect(screen.page, `desk-case-narrow-${scheme}`);
    expect(screen.faults()).toEqual([]);
    await screen.close();
  });
});
