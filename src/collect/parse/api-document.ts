import { z } from 'zod';
import { FormatError } from './field.ts';

// Answers of the API of LXD and Incus: JSON, bare or as the `metadata` of an envelope {type, status, error, metadata}.

/** What an answer says, its envelope taken off. Throws FormatError when it is no whole JSON, or tells an error. */
export function readDocument(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FormatError('answer', text.trim(), 'whole JSON');
  }
  const envelope = z.object({ error: z.string().optional(), metadata: z.unknown() }).safeParse(document);
  if (!envelope.success || Array.isArray(document)) return document;
  const { error = '', metadata } = envelope.data;
  if (error !== '') throw new FormatError('answer', error, 'no error');
  return metadata === undefined ? document : metadata;
}

/** Checks a value against a schema; what does not fit becomes a FormatError that names the field. */
export function readAs<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Value {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = issue?.path ?? [];
  const field = [name, ...path].join('.');
  throw new FormatError(field, describe(valueAt(value, path)), issue?.message ?? 'another value');
}

/** A value in few words: what comes from a host may be deep beyond every stack. */
export function describe(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[…] of ${value.length}`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.keys(value).slice(0, 3).join(', ').slice(0, 60)}…}`;
  return String(value);
}

/** An amount from 0 up; what a manager cannot tell is -1 there, and undefined here. */
export const amount = z
  .number('a number')
  .nullish()
  .transform((value) => (value === undefined || value === null || value < 0 ? undefined : value));

/** Text that may be missing; empty is missing. */
export const text = z
  .string('a text')
  .nullish()
  .transform((value) => (value === undefined || value === null || value === '' ? undefined : value));

/**
 * An object by names that Go may write as null, and older versions in other ways when it is empty or unknown: the disks of a
 * container are `[]` or 0 where the storage driver cannot tell.
 */
export function table<Member extends z.ZodType>(member: Member) {
  return z
    .preprocess((value) => (isNothing(value) ? {} : value), z.record(z.string(), member, 'an object'))
    .transform((value) => new Map(Object.entries<z.output<Member>>(value)));
}

/** An instant as Go writes it (`2026-11-22T18:25:58.506035453Z`) in seconds since 1970; its zero (year 1, or 1970) is none. */
export function secondsOf(instant: string | undefined, field: string): number | undefined {
  if (instant === undefined) return undefined;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(instant);
  const milliseconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`);
  if (!Number.isFinite(milliseconds))
    throw new FormatError(field, instant, 'an instant such as 2026-11-22T18:25:58Z');
  return milliseconds < Date.UTC(1990) || milliseconds >= Date.UTC(2200) ? undefined : milliseconds / 1000;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === 0 || (Array.isArray(value) && value.length === 0);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined,
    value,
  );
}
