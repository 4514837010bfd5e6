/*
 * A table of duties from a CSV file, with the headings a street's own lists have.
 */
import { readCsv } from '../../kit/csv';
import type { Organization } from '../api';

export interface GivenDuty {
  kind: 'basic' | 'assist' | 'reclaimed';
  item: string;
  class: string;
  topic: string;
  organization?: string;
  department: string;
  basis: string;
}

export interface Wrong {
  line: number;
  what: 'no_heading' | 'no_kind' | 'no_item' | 'no_class';
}

const HEADINGS: Record<string, string> = {
  清单: 'kind', 清单类别: 'kind', kind: 'kind',
  事项: 'item', 事项名称: 'item', item: 'item',
  分类: 'class', 案件分类: 'class', class: 'class',
  诉求类别: 'topic', topic: 'topic',
  牵头单位: 'lead', 牵头部门: 'lead', 单位: 'lead', department: 'lead',
  依据: 'basis', basis: 'basis',
};

/* What the second and third list are called differs; a word of each does not. */
function kindOf(text: string): GivenDuty['kind'] | undefined {
  if (/收回|reclaimed/.test(text)) return 'reclaimed';
  if (/配合|assist/.test(text)) return 'assist';
  return /基本|basic/.test(text) ? 'basic' : undefined;
}

export function readDuties(text: string, units: readonly Pick<Organization, 'id' | 'name'>[]): { rows: GivenDuty[]; wrong: Wrong[] } {
  const [head = [], ...lines] = readCsv(text);
  const names = head.map((one) => HEADINGS[one.trim()] ?? '');
  const rows: GivenDuty[] = [];
  const wrong: Wrong[] = [];
  if (!names.includes('kind') || !names.includes('item')) return { rows, wrong: [{ line: 1, what: 'no_heading' }] };
  lines.forEach((cells, index) => {
    const at = (name: string): string => cells[names.indexOf(name)]?.trim() ?? '';
    const kind = kindOf(at('kind'));
    const line = index + 2;
    if (kind === undefined) wrong.push({ line, what: 'no_kind' });
    else if (at('item') === '') wrong.push({ line, what: 'no_item' });
    else if (at('class') === '' && at('topic') === '') wrong.push({ line, what: 'no_class' });
    else {
      const unit = units.find((one) => one.name === at('lead'));
      rows.push({
        kind,
        item: at('item'),
        class: at('class'),
        topic: at('topic'),
        department: at('lead'),
        basis: at('basis'),
        ...(unit === undefined ? {} : { organization: unit.id }),
      });
    }
  });
  return { rows, wrong };
}
