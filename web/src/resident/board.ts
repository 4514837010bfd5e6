/*
 * The public map beside the public list: the same cases, those with a position,
 * as dots.  It is shown when the list is seen, and never instead of it.
 */
import { circleMarker } from 'leaflet/dist/leaflet-src.esm.js';
import { createMap, drawAreas, loadAreas, noBounds } from './ground';

interface PublicCase {
  number: string;
  state: { label: { zh: string; en: string } };
  kind: { label: { zh: string; en: string } } | null;
  topic?: { label: { zh: string; en: string } } | null;
  area: { name: string };
  position?: { lon: number; lat: number } | null;
}

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function find(board: HTMLElement, number: string): void {
  for (const row of board.querySelectorAll<HTMLElement>('.case')) {
    const found = row.dataset.number === number;
    row.classList.toggle('case-found', found);
    if (found) row.scrollIntoView({ block: 'nearest' });
  }
}

async function cases(board: HTMLElement): Promise<PublicCase[]> {
  const response = await fetch(`/api/v1/${board.dataset.tenant ?? ''}/public/cases?${board.dataset.query ?? ''}`);
  if (!response.ok) throw new Error(`cases: ${response.status}`);
  return ((await response.json()) as { items: PublicCase[] }).items;
}

export async function openBoard(board: HTMLElement): Promise<void> {
  const frame = board.querySelector<HTMLElement>('.map-frame')!;
  const lang = board.dataset.lang === 'en' ? 'en' : 'zh';
  const tenant = board.dataset.tenant ?? '';
  const area = board.dataset.area ?? '';
  const [areas, items] = await Promise.all([
    loadAreas(tenant, area.length >= 12 ? { kind: 'grid', parent: area.slice(0, 12) } : area === '' ? { kind: 'community' } : { kind: 'community', parent: area }),
    cases(board),
  ]);
  const placed = items.filter((one) => one.position != null);
  frame.hidden = false;
  if (placed.length === 0) {
    const note = frame.querySelector<HTMLElement>('.map-note');
    if (note !== null) note.textContent = note.dataset.none ?? '';
  }
  const map = await createMap(frame.querySelector<HTMLElement>('.map')!, tenant);
  const bounds = drawAreas(map, areas) ?? noBounds();
  for (const one of placed) {
    const at: [number, number] = [one.position!.lat, one.position!.lon];
    bounds.extend(at);
    circleMarker(at, { radius: 9, weight: 2, color: style('--card'), fillColor: style('--lamp'), fillOpacity: 0.95 })
      .bindTooltip(`${(one.topic ?? one.kind)?.label[lang] ?? one.number} · ${one.state.label[lang]}`)
      .on('click', () => find(board, one.number))
      .addTo(map);
  }
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [12, 12], maxZoom: 17 });
}
