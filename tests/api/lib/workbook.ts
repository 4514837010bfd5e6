/*
 * A workbook as the programs of offices write it: shared texts (some in pieces), dates as
 * numbers with a style, telephone numbers as numbers, numbers as texts, a title over
 * merged cells.  And the bytes of GB18030, which no encoder here writes.
 */
import { zip } from './archive';

export type Cell = string | number | Date | { text: string[] } | { whole: number } | null;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const letter = (column: number) => String.fromCharCode(65 + column);
/* Days since the last of 1899, as sheets count them. */
const serial = (date: Date) => date.getTime() / 86_400_000 + 25_569;

function cellOf(cell: Cell, at: string, texts: string[]): string {
  if (cell === null) return `<c r="${at}" s="0"/>`;
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  if (cell instanceof Date) return `<c r="${at}" s="${Number.isInteger(serial(cell)) ? 1 : 2}"><v>${serial(cell)}</v></c>`;
  if (typeof cell === 'object' && 'whole' in cell) return `<c r="${at}"><v>${cell.whole.toExponential()}</v></c>`;
  texts.push(
    typeof cell === 'string'
      ? `<si><t xml:space="preserve">${plain(cell)}</t></si>`
      : `<si>${cell.text.map((one) => `<r><rPr><b/></rPr><t>${plain(one)}</t></r>`).join('')}<phoneticPr fontId="1"/></si>`,
  );
  return `<c r="${at}" t="s"><v>${texts.length - 1}</v></c>`;
}

export function workbook(rows: Cell[][], merged: string[] = []): Buffer {
  const texts: string[] = [];
  const data = rows
    .map((row, y) => (row.length === 0 ? '' : `<row r="${y + 1}" spans="1:${row.length}">${row.map((cell, x) => cellOf(cell, `${letter(x)}${y + 1}`, texts)).join('')}</row>`))
    .join('');
  const width = Math.max(...rows.map((row) => row.length));
  const merges = merged.length === 0 ? '' : `<mergeCells count="${merged.length}">${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`;
  return zip({
    '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/></Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `${HEAD}<styleSheet ${MAIN}><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><b/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" xfId="0"/><xf numFmtId="176" xfId="0" applyNumberFormat="1"/><xf numFmtId="22" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `${HEAD}<sst ${MAIN} count="${texts.length}" uniqueCount="${texts.length}">${texts.join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `${HEAD}<worksheet ${MAIN}><dimension ref="A1:${letter(width - 1)}${rows.length}"/><sheetData>${data}</sheetData>${merges}</worksheet>`,
  });
}

let written: Map<string, number[]> | undefined;

/* Every character of two bytes, by asking the decoder for each. */
export function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  written ??= new Map(
    Array.from({ length: 126 * 191 }, (_, at) => [0x81 + Math.floor(at / 191), 0x40 + (at % 191)]).map((bytes) => [decoder.decode(Uint8Array.from(bytes)), bytes]),
  );
  return Buffer.from([...text].flatMap((one) => (one < '\x80' ? [one.charCodeAt(0)] : written!.get(one)!)));
}
