/*
 * What lies under a map of ours: nothing, or the tiles a tenant chose (mapBase).  Our outlines
 * and points are canonical degrees; where tiles speak GCJ-02 or BD-09, the whole map is
 * projected through that system, so that both lie on one another.
 */
import { CRS, LatLng, Projection, TileLayer, control } from 'leaflet/dist/leaflet-src.esm.js';
import type { Map as LeafletMap } from 'leaflet';
import type { Crs } from './coordinate';

export interface BaseMap {
  layers: string[];
  archive?: string; /* address of a PMTiles file */
  crs: Crs;
  min_zoom: number;
  max_zoom: number;
  attribution: string;
  approval: string;
}

export const NO_BASE: BaseMap = { layers: [], crs: 'wgs84', min_zoom: 0, max_zoom: 19, attribution: '', approval: '' };

/* Without it there is a map all the same. */
export async function loadBase(tenant: string): Promise<BaseMap> {
  try {
    const response = await fetch(`/api/v1/${tenant}/map/base`);
    return response.ok ? ((await response.json()) as BaseMap) : NO_BASE;
  } catch {
    return NO_BASE;
  }
}

const hasTiles = (base: BaseMap) => base.layers.length > 0 || base.archive !== undefined;

/* How a map with this beneath it is projected. */
export async function crsOf(base: BaseMap): Promise<CRS> {
  if (!hasTiles(base) || base.crs === 'wgs84' || base.crs === 'cgcs2000') return CRS.EPSG3857;
  const { fromWgs84, toWgs84 } = await import('./coordinate');
  const { crs } = base;
  const plain = Projection.SphericalMercator;
  const projection: Projection = {
    bounds: plain.bounds,
    project: (at) => {
      const { lon, lat } = fromWgs84(crs, { lon: at.lng, lat: at.lat });
      return plain.project(new LatLng(lat, lon));
    },
    unproject: (at) => {
      const there = plain.unproject(at);
      const { lon, lat } = toWgs84(crs, { lon: there.lng, lat: there.lat });
      return new LatLng(lat, lon);
    },
  };
  return { ...CRS.EPSG3857, projection } as CRS;
}

/* A file that is not there, or holds no pictures: our own outlines are the map. */
async function addArchive(map: LeafletMap, address: string): Promise<void> {
  try {
    const { archiveLayer } = await import('./archive');
    (await archiveLayer(address, { maxZoom: 19, className: 'map-tiles' }))?.addTo(map);
  } catch {
    map.getContainer().classList.remove('has-tiles');
  }
}

/* Lays the tiles, and says whose they are and under which number they were approved: `approval` says it of {number}. */
export function addBase(map: LeafletMap, base: BaseMap, approval: string): void {
  if (!hasTiles(base)) return;
  for (const url of base.layers) {
    new TileLayer(url, { minNativeZoom: base.min_zoom, maxNativeZoom: base.max_zoom, maxZoom: 19, className: 'map-tiles' }).addTo(map);
  }
  map.getContainer().classList.add('has-tiles');
  if (base.archive !== undefined) void addArchive(map, base.archive);
  const words = [base.attribution, base.approval === '' ? '' : approval.replace('{number}', base.approval)].filter((text) => text !== '');
  if (words.length === 0) return;
  const shown = control.attribution({ prefix: false }).addTo(map);
  const safe = document.createElement('span');
  safe.textContent = words.join(' · ');
  shown.addAttribution(safe.innerHTML);
}
