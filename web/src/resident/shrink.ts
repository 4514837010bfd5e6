/*
 * A photo made small enough to send over a weak network: at most 1920 pixels a
 * side, JPEG.  What the browser cannot decode is sent as it is.
 */
const SIDE = 1920;
const QUALITY = 0.82;
const SMALL = 400_000; // bytes below which nothing is won

export interface Size {
  width: number;
  height: number;
}

export function fit({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function draw(image: ImageBitmap, side: number): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, fit(image, side));
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export interface Shrunk {
  blob: Blob;
  thumb: string; // a data address, some kilobytes; empty when it cannot be drawn
}

export async function shrink(file: File): Promise<Shrunk> {
  let image: ImageBitmap;
  try {
    image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return { blob: file, thumb: '' };
  }
  const thumb = draw(image, 240)?.toDataURL('image/jpeg', 0.7) ?? '';
  const small = file.size <= SMALL && Math.max(image.width, image.height) <= SIDE && file.type === 'image/jpeg';
  const canvas = small ? undefined : draw(image, SIDE);
  image.close();
  if (canvas === undefined) return { blob: file, thumb };
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  return { blob: blob ?? file, thumb };
}
