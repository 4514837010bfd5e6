/*
 * What was typed and not yet delivered, kept on this device for three days.
 *
 * The key of a sending whose answer was lost is kept with it: sent again after
 * a reload, the server recognises it and reports nothing twice.  Photos are
 * kept as the tokens of their uploads, with a small picture to show; the server
 * forgets them after a day, so after a day they are not offered again.
 */
export interface DraftPhoto {
  upload: string;
  thumb: string;
}

export interface Draft {
  values: Record<string, string>;
  photos?: DraftPhoto[];
  documents?: DraftPhoto[];
  key?: string;
  at?: number;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 3 * DAY_MS;
const PHOTOS_MS = 0.9 * DAY_MS;

const place = (tenant: string) => `linli.report.${tenant}`;

export function readDraft(tenant: string, now: number = Date.now()): Draft | undefined {
  try {
    const text = localStorage.getItem(place(tenant));
    if (text === null) return undefined;
    const draft = JSON.parse(text) as Draft;
    const age = now - (draft.at ?? 0);
    if (age > KEPT_MS || typeof draft.values !== 'object') return undefined;
    if (age > PHOTOS_MS) {
      delete draft.photos;
      delete draft.documents;
    }
    return draft;
  } catch {
    return undefined;
  }
}

/* A browser that refuses storage only loses the convenience. */
export function writeDraft(tenant: string, draft: Draft | undefined, now: number = Date.now()): void {
  try {
    if (draft === undefined) localStorage.removeItem(place(tenant));
    else localStorage.setItem(place(tenant), JSON.stringify({ ...draft, at: now }));
  } catch {
    return;
  }
}
