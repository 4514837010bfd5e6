/*
 * The borders and names of areas as the server knows them, drawn on one canvas; beneath
 * them nothing, or the tiles the district chose.  Shared by the pin's map and the public one,
 * and loaded with Leaflet only when a map is asked for.
 */
import 'leaflet/dist/leaflet.css';
import './map.css';
import { Map as LeafletMap, canvas, control, divIcon, geoJSON, latLngBounds, marker } from 'leaflet/dist/leaflet-src.esm.js';
import type { LatLngBounds } from 'leaflet';
import { addBase, crsOf, loadBase } from '../kit/base_map';
import type { FeatureCollection, MultiPolygon } from 'geojson';

export interface AreaProperties {
  code: string;
  kind: string;
  name: string;
}

export type Areas = FeatureCollection<MultiPolygon, AreaProperties>;

export async function loadAreas(tenant: string, query: Record<string, string>): Promise<Areas> {
  const response = await fetch(`/api/v1/${tenant}/map/areas?${new URLSearchParams(query).toString()}`);
  if (!response.ok) throw new Error(`areas: ${response.status}`);
  return (await response.json()) as Areas;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export async function createMap(container: HTMLElement, tenant: string): Promise<LeafletMap> {
  const base = await loadBase(tenant);
  const crs = await crsOf(base);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const renderer = canvas({ padding: 0.3 });
  const map = new LeafletMap(container, {
    crs,
    attributionControl: false,
    zoomControl: false,
    preferCanvas: true,
    renderer,
    zoomSnap: 0.25,
    minZoom: 9,
    maxZoom: 19,
    zoomAnimation: !still,
    fadeAnimation: !still,
    inertia: !still,
  });
  /* first of all: shapes added before the map has a view are drawn in the order of
   * adding, and need the canvas by then */
  renderer.addTo(map);
  const { zoomIn, zoomOut, approval } = container.dataset;
  addBase(map, base, approval ?? '');
  control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  return map;
}

/* Draws areas with their names; `strong` for the one a person chose. */
export function drawAreas(map: LeafletMap, areas: Areas, strong = ''): LatLngBounds | undefined {
  if (areas.features.length === 0) return undefined;
  const layer = geoJSON(areas, {
    interactive: false,
    style: (feature) => ({
      color: colour('--line-strong'),
      weight: feature?.properties.code === strong ? 2.5 : 1,
      fillColor: colour(feature?.properties.code === strong ? '--pine-soft' : '--card'),
      /* over tiles an area is its border */
      fillOpacity: map.getContainer().classList.contains('has-tiles') ? Number(feature?.properties.code === strong) * 0.35 : 1,
    }),
  }).addTo(map);
  for (const one of areas.features) {
    const name = Object.assign(document.createElement('span'), { textContent: one.properties.name });
    marker(geoJSON(one).getBounds().getCenter(), {
      icon: divIcon({ className: 'map-name', html: name, iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
    }).addTo(map);
  }
  return layer.getBounds();
}

/* The bounds of the smallest area around a point, as far as bounds can say. */
export function boundsAround(areas: Areas, at: [number, number]): LatLngBounds | undefined {
  const size = (bounds: LatLngBounds) => (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
  return areas.features
    .map((one) => geoJSON(one).getBounds())
    .filter((bounds) => bounds.contains(at))
    .sort((a, b) => size(a) - size(b))[0];
}

export const noBounds = () => latLngBounds([]);
