/*
 * What was typed and not yet delivered, for as long as the tab is open.
 *
 * The key of a sending whose answer was lost is kept with it: sent again after
 * a reload, the server recognises it and reports nothing twice.
 */
export interface Draft {
  values: Record<string, string>;
  key?: string;
}

const place = (tenant: string) => `linli.report.${tenant}`;

export function readDraft(tenant: string): Draft | undefined {
  try {
    const text = sessionStorage.getItem(place(tenant));
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    return undefined;
  }
}

/* A browser that refuses storage only loses the convenience. */
export function writeDraft(tenant: string, draft: Draft | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(place(tenant));
    else sessionStorage.setItem(place(tenant), JSON.stringify(draft));
  } catch {
    return;
  }
}
