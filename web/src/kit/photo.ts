/*
 * Photos before they are sent: a telephone's twelve megapixels tell no more than
 * three, and take four times as long on a bad line.
 */
const MOST = 2560; /* pixels of the longer side */
const LIGHT = 1.5 * 1024 * 1024; /* bytes up to which a photo is sent as it is */
const QUALITY = 0.85;

export function fitted(width: number, height: number, most: number = MOST): { width: number; height: number } {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/* What no browser can draw is sent as it is: the server judges it. */
export async function shrink(file: File): Promise<Blob> {
  if (file.size <= LIGHT) return file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file;
  }
  const canvas = document.createElement('canvas');
  Object.assign(canvas, fitted(bitmap.width, bitmap.height));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  return made !== null && made.size < file.size ? made : file;
}

/* Draws a photo into a canvas: the policy of the pages knows no other picture than the server's. */
export async function preview(file: Blob, canvas: HTMLCanvasElement, most: number): Promise<void> {
  const bitmap = await createImageBitmap(file);
  Object.assign(canvas, fitted(bitmap.width, bitmap.height, most));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}
