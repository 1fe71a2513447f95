import { z } from 'zod';
import { problemsOf } from './problem.ts';

/** A JSON file of ours that cannot be used, and why; it is named and set aside, and nothing deletes it. */
export class BrokenDocument extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokenDocument';
  }
}

/** A kind of our JSON files: the present version of its schema, and how to come there from older ones. */
export interface DocumentKind<Schema extends z.ZodType = z.ZodType> {
  /** `vigie/daily@2` */
  readonly name: string;
  readonly schema: Schema;
  /** What is larger is refused unread. */
  readonly maxBytes?: number;
  /** What holds more objects and lists is refused unparsed: each costs a hundred bytes of memory, be its text three long. */
  readonly maxObjects?: number;
  /** By the name of an older version: a schema that turns its value into one of the present version. */
  readonly older?: Readonly<Record<string, z.ZodType<z.output<Schema>>>>;
}

/**
 * The text of one of our JSON files to its value, in the present version.
 * @throws BrokenDocument when it holds too much, is not JSON, of another kind, of a newer version, or not of its schema.
 */
export function parseDocument<Schema extends z.ZodType>(
  { name, schema, maxObjects = Number.POSITIVE_INFINITY, older = {} }: DocumentKind<Schema>,
  text: string,
): z.output<Schema> {
  if (hasMoreObjects(text, maxObjects))
    throw new BrokenDocument(`found more than ${maxObjects} objects and lists, expected at most so many`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BrokenDocument(
      text === ''
        ? 'the file is empty'
        : `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  const found = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  const reader = typeof found === 'string' && Object.hasOwn(older, found) ? older[found] : schema;
  if (found !== name && reader === schema) throw new BrokenDocument(explainVersion(found, name));
  const parsed = z.safeParse(reader ?? schema, value);
  if (parsed.success) return parsed.data as z.output<Schema>;
  const [first, ...others] = problemsOf(parsed.error.issues, value);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new BrokenDocument(
    `${first?.path.map(String).join('.')}: found ${first?.found}, expected ${first?.expected}${more}`,
  );
}

function explainVersion(found: unknown, expected: string): string {
  const [kind, version] = expected.split('@');
  const [foundKind, foundVersion] = typeof found === 'string' ? found.split('@') : [];
  if (foundKind === kind && Number(foundVersion) > Number(version)) {
    return `written by a newer Vigie: found ${String(found)}, this one reads up to ${expected}`;
  }
  return `found schema ${JSON.stringify(found) ?? 'nothing'}, expected ${expected}`;
}

/** Whether a text of JSON opens more objects and lists than that, as far as it is JSON: what its strings say counts as nothing. */
function hasMoreObjects(text: string, most: number): boolean {
  // Each needs a character at least: as a rule nothing is to be counted.
  if (text.length <= most) return false;
  let count = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) isString = !isString;
    else if (isString) at += Number(code === backslash);
    else if (code === brace || code === bracket) count += 1;
  }
  return count > most;
}

const [quote, backslash, brace, bracket] = [0x22, 0x5c, 0x7b, 0x5b];
