/*
 * A text as one picture, ready to paste into a work group: drawn here, because the words are
 * here and the fonts are the reader's own.
 */
export interface Line {
  text: string;
  kind: 'head' | 'title' | 'body' | 'gap';
}

export const WIDTH = 1080;
const MARGIN = 72;
const FONTS = "'PingFang SC', 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif";
const LOOK = {
  head: { font: `700 46px ${FONTS}`, height: 72, colour: '#ffffff' },
  title: { font: `700 36px ${FONTS}`, height: 60, colour: '#175846' },
  body: { font: `400 32px ${FONTS}`, height: 50, colour: '#1d2a25' },
  gap: { font: '', height: 22, colour: '' },
} as const;

/* The first line is its head; what begins a section stands apart; what is too wide goes on below. */
export function layOut(text: string, wide: (line: string, kind: Line['kind']) => boolean): Line[] {
  const lines: Line[] = [];
  for (const [at, raw] of text.trimEnd().split('\n').entries()) {
    const kind: Line['kind'] = at === 0 ? 'head' : raw.trim() === '' ? 'gap' : raw.startsWith(' ') ? 'body' : 'title';
    let rest = raw.trim();
    do {
      let take = rest.length;
      while (take > 1 && wide(rest.slice(0, take), kind)) take--;
      lines.push({ text: rest.slice(0, take), kind });
      rest = rest.slice(take).trimStart();
    } while (rest !== '');
  }
  return lines;
}

export async function pictureOf(text: string, foot: string): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const lines = layOut(text, (line, kind) => {
    pen.font = LOOK[kind].font;
    return pen.measureText(line).width > WIDTH - 2 * MARGIN;
  });
  const heads = lines.filter((line) => line.kind === 'head').length;
  const top = heads * LOOK.head.height + 2 * 40;
  canvas.width = WIDTH;
  canvas.height = top + 30 + lines.filter((line) => line.kind !== 'head').reduce((sum, line) => sum + LOOK[line.kind].height, 0) + 110;
  pen.fillStyle = '#fffdf9';
  pen.fillRect(0, 0, WIDTH, canvas.height);
  pen.fillStyle = '#175846';
  pen.fillRect(0, 0, WIDTH, top);
  pen.textBaseline = 'middle';
  let y = 40;
  let isHead = true;
  for (const line of lines) {
    if (isHead && line.kind !== 'head') {
      isHead = false;
      y = top + 30;
    }
    const look = LOOK[line.kind];
    pen.font = look.font;
    pen.fillStyle = look.colour;
    pen.fillText(line.text, MARGIN, y + look.height / 2);
    y += look.height;
  }
  pen.font = `400 26px ${FONTS}`;
  pen.fillStyle = '#5c6b64';
  pen.fillText(foot, MARGIN, canvas.height - 50);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png');
  });
}
