/*
 * An office's table on its way in: a workbook becomes the CSV that the server reads, each
 * row on the line it has in the workbook, so that what is wrong is told where it stands.
 */
import { isWorkbook, readRows } from '../../kit/sheet';

export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => (row.every((one) => one === '') ? '' : row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))).join('\r\n');
}

/* The file as it is to be sent. */
export async function tableOf(file: File): Promise<Blob> {
  return isWorkbook(file) ? new Blob([csv(await readRows(file))], { type: 'text/csv' }) : file;
}
