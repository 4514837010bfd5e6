/*
 * What a map draws: areas as GeoJSON, points in canonical degrees.
 */
import type { FeatureCollection, MultiPolygon } from 'geojson';

export interface Pin {
  lon: number;
  lat: number;
}

export interface AreaProperties {
  code: string;
  name: string;
  kind: string;
  /* The area it is about. */
  here?: boolean;
}

export type Shapes = FeatureCollection<MultiPolygon, AreaProperties>;
