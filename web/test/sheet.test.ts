/*
 * Tables of offices as they are read: workbooks with titles, merged cells, dates and
 * numbers, and text in GB18030.
 */
import { describe, expect, it } from 'vitest';
import { gb18030, workbook, type Cell } from '../../tests/api/lib/workbook';
import { csv, tableOf } from '../src/desk/registers/table';
import { instantOf, readRows, readSheet, SheetFault } from '../src/kit/sheet';

const SIGNED = new Date('2026-03-01T00:00:00Z');
const ROWS: Cell[][] = [
  ['门前三包台账（2026年）', null, null, null],
  [],
  ['店名', '社区', '电话', '签订'],
  [{ text: ['老张', '修车铺'] }, '大新社区', { whole: 13_800_007_777 }, SIGNED],
  ['永兴“便利”店', null, '013800008888', new Date('2026-12-01T17:30:00Z')],
  [],
  ['北方面馆', null, null, null],
];
const book = (merged: string[]) => new File([Uint8Array.from(workbook(ROWS, merged))], '台账.XLSX');

describe('a workbook', () => {
  it('is read from its heading on, and what stands over several rows stands in each', async () => {
    expect(await readSheet(book(['A1:D1', 'B4:B7']))).toEqual({
      columns: ['店名', '社区', '电话', '签订'],
      rows: [
        ['老张修车铺', '大新社区', '13800007777', '2026-03-01'],
        ['永兴“便利”店', '大新社区', '013800008888', '2026-12-01 17:30'],
        ['北方面馆', '大新社区', '', ''],
      ],
    });
  });

  it('keeps each row on its line, and nothing is filled that was not merged', async () => {
    const rows = await readRows(book(['A1:D1']));
    expect(rows.map((row) => row[0])).toEqual(['', '', '店名', '老张修车铺', '永兴“便利”店', '', '北方面馆']);
    expect(rows.map((row) => row[1])).toEqual(['', '', '社区', '大新社区', '', '', '']);
    const text = await (await tableOf(book(['A1:D1']))).text();
    expect(text.split('\r\n').map((line) => line.split(',').length)).toEqual([1, 1, 4, 4, 4, 1, 4]);
    expect(text.split('\r\n')[4]).toBe('"永兴“便利”店","","013800008888","2026-12-01 17:30"');
  });

  it('has its heading where the row is full, below a title and who filled it in', async () => {
    const rows: Cell[][] = [
      ['12345 热线转办单', null, null, null, null],
      ['填报单位：南山街道', null, null, '2026年11月22日', null],
      ['工单编号', '办理时限', '诉求内容', '诉求地址', '备注'],
      ['SZ-1', { whole: 46_356.75 }, '路灯不亮', null, null],
      [null, null, null, null, null],
      [null, null, null, null, null],
    ];
    const { columns, rows: read } = await readSheet(new File([Uint8Array.from(workbook(rows, ['A1:E1', 'A2:C2']))], '转办单.xlsx'));
    expect(columns).toEqual(['工单编号', '办理时限', '诉求内容', '诉求地址', '备注']);
    expect(read).toEqual([['SZ-1', '46356.75', '路灯不亮', '', '']]);
    expect(instantOf(read[0]![1]!)).toBe('2026-11-30T18:00:00+08:00');
    expect(instantOf('46356')).toBe('2026-11-30T23:59:00+08:00');
  });

  it('is refused where a number is no longer what was typed, and in an old format', async () => {
    const spoilt = new File([Uint8Array.from(workbook([['编号', '内容'], [{ whole: 202_611_220_001_234_560 }, '井盖']]))], '表.xlsx');
    await expect(readSheet(spoilt)).rejects.toMatchObject({ why: 'number', cell: 'A2' });
    await expect(readRows(spoilt)).rejects.toBeInstanceOf(SheetFault);
    await expect(readSheet(new File([], '表.xls'))).rejects.toMatchObject({ why: 'old' });
  });

  it('quotes what a table may hold', () => {
    expect(csv([['a"b', 'c,d'], ['', '']])).toBe('"a""b","c,d"\r\n');
  });
});

describe('a table of text', () => {
  const text = '工单转办单,\r\n编号,内容\r\n017,"楼道灯，三层"\r\n\r\n018,井盖\r\n';
  it.each([
    ['UTF-8', Buffer.from(`\ufeff${text}`)],
    ['GB18030', gb18030(text)],
  ])('is read in %s', async (_, bytes) => {
    const file = new File([Uint8Array.from(bytes)], '表.csv');
    expect(await readSheet(file)).toEqual({ columns: ['编号', '内容'], rows: [['017', '楼道灯，三层'], ['018', '井盖']] });
    expect(await tableOf(file)).toBe(file);
  });

  it('says when, as sheets write it', () => {
    expect(['2026-12-01 17:30', '2026/12/1', '2026年12月1日', '下周', '13800'].map(instantOf)).toEqual([
      '2026-12-01T17:30:00+08:00', '2026-12-01T23:59:00+08:00', '2026-12-01T23:59:00+08:00', undefined, undefined,
    ]);
  });
});
