/* What a sheet's column may mean, guessed from its title; a person confirms. */
import type { Field } from '../api';

const SOUNDS: [RegExp, string][] = [
  [/(工单|案件|受理|流水|事件|转办)?(编号|单号|流水号)|^序列号$|order ?(no|number)/i, 'number'],
  [/(办理|办结|截止|处理|答复|回复).*(时限|期限|时间|日期)|deadline|due/i, 'deadline'],
  [/(所属)?(社区|街道|辖区)|community/i, 'area'],
  [/(诉求|问题|事件|工单|反映).*(内容|描述|详情)|^内容$|description|content/i, 'field:description'],
  [/(联系|来电|市民|诉求人).*(电话|号码|方式)|^电话$|phone|telephone/i, 'field:contact'],
  [/(地址|地点|位置)|address|place/i, 'field:spot'],
];

export function guess(title: string, fields: Field[]): string {
  const named = fields.find((one) => one.label.zh === title || one.label.en === title);
  if (named !== undefined) return `field:${named.name}`;
  const found = SOUNDS.find(([sound]) => sound.test(title))?.[1] ?? 'skip';
  return found.startsWith('field:') && !fields.some((one) => `field:${one.name}` === found) ? 'skip' : found;
}

/* The columns an answer goes back in, until somebody says others. */
export function WRITTEN(number: string): { column: string; as: string }[] {
  return [
    { column: number, as: 'number' },
    { column: '办理结果', as: 'reply' },
    { column: '答复时间', as: 'replied_at' },
    { column: '办理状态', as: 'state' },
    { column: '本单位工单号', as: 'case' },
  ];
}
