import { FormatError } from './field.ts';
import { shownJson } from './json-fields.ts';
import { readZfsAmount } from './zfs-number.ts';

/** An object of JSON; its values are of any kind. */
export type Members = Readonly<Record<string, unknown>>;

/** The value as an object. */
export function members(value: unknown, field: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError(field, value === undefined ? undefined : shownJson(value), 'an object');
  return value as Members;
}

/** The value as text: of a number, its digits. Undefined when there is none. */
export function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new FormatError(field, shownJson(value), 'a text or a number');
}

/** The member as an amount. */
export function amountOf(object: Members, key: string, field = key): number {
  return readZfsAmount(textOf(object[key], field), field);
}
