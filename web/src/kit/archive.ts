/*
 * Raster tiles out of one PMTiles file, read in ranges from our own server; loaded only where a
 * district chose such a file.  A tile is drawn into a canvas: the pages' policy knows no pictures
 * made of bytes.
 */
import { GridLayer } from 'leaflet/dist/leaflet-src.esm.js';
import type { Coords, DoneCallback, GridLayerOptions } from 'leaflet';
import { PMTiles, TileType, type Header } from 'pmtiles';

const MEDIA: Partial<Record<TileType, string>> = {
  [TileType.Png]: 'image/png',
  [TileType.Jpeg]: 'image/jpeg',
  [TileType.Webp]: 'image/webp',
  [TileType.Avif]: 'image/avif',
};

export interface Archive {
  minZoom: number;
  maxZoom: number;
  /* Of its tiles; undefined: it holds none that are pictures. */
  media: string | undefined;
}

const told = (header: Header): Archive => ({ minZoom: header.minZoom, maxZoom: header.maxZoom, media: MEDIA[header.tileType] });

/* What a file at an address holds; fails where none is there, or it is no such file. */
export async function lookInto(address: string): Promise<Archive> {
  return told(await new PMTiles(new URL(address, location.href).href).getHeader());
}

class ArchiveLayer extends GridLayer {
  private readonly file: PMTiles;
  private readonly media: string;

  constructor(file: PMTiles, media: string, options: GridLayerOptions) {
    super(options);
    this.file = file;
    this.media = media;
  }

  override createTile(at: Coords, done: DoneCallback): HTMLElement {
    const size = this.getTileSize();
    const canvas = Object.assign(document.createElement('canvas'), { width: size.x, height: size.y });
    this.draw(canvas, at).then(
      () => done(undefined, canvas),
      (error: unknown) => done(error as Error, canvas),
    );
    return canvas;
  }

  private async draw(canvas: HTMLCanvasElement, at: Coords): Promise<void> {
    const found = await this.file.getZxy(at.z, at.x, at.y);
    if (found === undefined) return; /* nothing lies there */
    const image = await createImageBitmap(new Blob([found.data], { type: this.media }));
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    image.close();
  }
}

/* The layer of a file; undefined where it holds no pictures. */
export async function archiveLayer(address: string, options: GridLayerOptions): Promise<GridLayer | undefined> {
  const file = new PMTiles(new URL(address, location.href).href);
  const { minZoom, maxZoom, media } = told(await file.getHeader());
  return media === undefined ? undefined : new ArchiveLayer(file, media, { ...options, minNativeZoom: minZoom, maxNativeZoom: maxZoom });
}
