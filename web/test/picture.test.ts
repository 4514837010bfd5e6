import { describe, expect, it } from 'vitest';
import { layOut } from '../src/desk/duty/picture';

const TEXT = '南头街道每日通报（9月7日）\n\n一、要求\n  今天到期 3 件，请抓紧办理。\n';

describe('the picture of a bulletin', () => {
  it('knows its head, its sections and what stands under them', () => {
    expect(layOut(TEXT, () => false)).toEqual([
      { text: '南头街道每日通报（9月7日）', kind: 'head' },
      { text: '', kind: 'gap' },
      { text: '一、要求', kind: 'title' },
      { text: '今天到期 3 件，请抓紧办理。', kind: 'body' },
    ]);
  });

  it('goes on below where a line is too wide, and loses nothing', () => {
    const lines = layOut(TEXT, (line) => line.length > 6);
    expect(lines.every((line) => line.text.length <= 6)).toBe(true);
    expect(lines.map((line) => line.text).join('').replace(/\s/g, '')).toBe(TEXT.replace(/\s/g, ''));
  });

  it('ends where no letter fits', () => {
    expect(layOut('甲乙', () => true).map((line) => line.text)).toEqual(['甲', '乙']);
  });
});
