/*
 * What every control of a field is told beside its value.
 */
export interface Control {
  id: string;
  tenant: string;
  invalid: boolean;
  required: boolean;
  describedby: string;
}
