import { FormatError } from './field.ts';

// Reading of documents that other programs write in JSON: what is absent (or null) is undefined, what is of another type is refused by its path.

/** What stands at a path of a document; undefined when nothing does. */
export function fieldAt(document: unknown, ...path: readonly (string | number)[]): unknown {
  let value: unknown = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value ?? undefined;
}

/** The number at a path. One beyond 2^53 is not the one that was written, and left out. */
export function numberAt(document: unknown, ...path: readonly (string | number)[]): number | undefined {
  const value = fieldAt(document, ...path);
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new FormatError(path.join('.'), shownJson(value), 'a number');
  return Number.isSafeInteger(value) || !Number.isInteger(value) ? value : undefined;
}

/** The text at a path, without blanks around it; undefined when it is empty. */
export function textAt(document: unknown, ...path: readonly (string | number)[]): string | undefined {
  const value = fieldAt(document, ...path);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new FormatError(path.join('.'), shownJson(value), 'a text');
  return value.trim() === '' ? undefined : value.trim();
}

/** The truth at a path. */
export function flagAt(document: unknown, ...path: readonly (string | number)[]): boolean | undefined {
  const value = fieldAt(document, ...path);
  if (value === undefined || typeof value === 'boolean') return value;
  throw new FormatError(path.join('.'), shownJson(value), 'true or false');
}

/** The list at a path; an empty one when there is none. */
export function listAt(document: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = fieldAt(document, ...path);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new FormatError(path.join('.'), shownJson(value), 'a list');
  return value;
}

/** A value as an error shows it, cut. What is nested so deeply that nobody can write it is told by its kind. */
export function shownJson(value: unknown, length = 60): string {
  try {
    return JSON.stringify(value)?.slice(0, length) ?? 'nothing';
  } catch {
    return `${Array.isArray(value) ? 'a list' : 'an object'} nested too deeply`;
  }
}
