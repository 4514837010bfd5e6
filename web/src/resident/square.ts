/*
 * The map beside the public square: pages that have a place, as dots that lead to them; beside one page its own.  It is
 * shown where there is one, and never instead of the list.
 */
import { circleMarker } from 'leaflet/dist/leaflet-src.esm.js';
import { createMap, drawAreas, loadAreas, noBounds } from './ground';

interface Feature {
  geometry: { coordinates: [number, number] };
  properties: { number: string; title: string; stands: string };
}

const style = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* Of one page: its own place is in it. */
function ownPlace(square: HTMLElement): Feature[] | undefined {
  const { lon, lat, title } = square.dataset;
  if (lon === undefined || lat === undefined) return undefined;
  return [{ geometry: { coordinates: [Number(lon), Number(lat)] }, properties: { number: '', title: title ?? '', stands: 'live' } }];
}

async function placesOf(square: HTMLElement, tenant: string): Promise<Feature[]> {
  const own = ownPlace(square);
  if (own !== undefined) return own;
  const response = await fetch(`/api/v1/${tenant}/square-map?${square.dataset.query ?? ''}`);
  if (!response.ok) throw new Error(`square: ${response.status}`);
  return ((await response.json()) as { features: Feature[] }).features;
}

export async function openSquare(square: HTMLElement): Promise<void> {
  const tenant = square.dataset.tenant ?? '';
  const features = await placesOf(square, tenant);
  if (features.length === 0) return;
  const areas = await loadAreas(tenant, { kind: 'community' });
  square.hidden = false;
  const map = await createMap(square.querySelector<HTMLElement>('.map')!, tenant);
  drawAreas(map, areas);
  const bounds = noBounds();
  for (const { geometry, properties } of features) {
    const [lon, lat] = geometry.coordinates;
    bounds.extend([lat, lon]);
    const dot = circleMarker([lat, lon], { radius: 9, weight: 2, color: style('--card'), fillColor: style(properties.stands === 'live' ? '--lamp' : '--line-strong'), fillOpacity: 0.95 })
      .bindTooltip(properties.title)
      .addTo(map);
    if (properties.number !== '') dot.on('click', () => window.location.assign(`/${tenant}/square/${encodeURIComponent(properties.number)}`));
  }
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16 });
}
