import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import { type Fleet, FleetFile } from '../model/fleet.ts';
import { resolveFleet } from '../model/fleet-resolve.ts';
import { type Problem, show } from '../model/problem.ts';
import { overlaps, salvage } from '../model/salvage.ts';

/** A fleet.yaml larger than this is a mistake. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Reads `fleet.yaml` of a data folder, with every default written out.
 * @throws ConfigurationError with all faults at once: file, line, field, found, expected.
 */
export async function readFleet(dataFolder: string): Promise<Fleet> {
  const path = join(dataFolder, 'fleet.yaml');
  const file = shownPath(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError([unreadable(file, cause)]);
  }
  return parseFleet(text, file);
}

/**
 * The text of a fleet.yaml to the fleet; `file` is its name in errors.
 * @throws ConfigurationError with all faults at once.
 */
export function parseFleet(text: string, file: string): Fleet {
  if (text.length > maxBytes) {
    throw new ConfigurationError([
      { file, found: `${text.length} characters`, expected: `at most ${maxBytes}` },
    ]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const [broken, duplicates] = partition(document.errors, (error) => error.code !== 'DUPLICATE_KEY');
  if (broken.length > 0) {
    throw new ConfigurationError(
      broken.map((error) => ({
        file,
        line: lineAt(error.pos[0]),
        expected: `valid YAML (${error.message})`,
      })),
    );
  }
  const twice = duplicates.map((error): Fault => {
    const found = `${show(keyAt(text, error.pos[0]))} a second time`;
    return { file, line: lineAt(error.pos[0]), found, expected: 'each name once' };
  });
  const toFault = ({ path, isKey = false, found, expected }: Problem): Fault => {
    const offset = offsetOf(document, path, isKey);
    return {
      file,
      ...(offset === undefined ? {} : { line: lineAt(offset) }),
      ...(path.length === 0 ? {} : { field: path.map(String).join('.') }),
      ...(found === undefined ? {} : { found }),
      expected: isKey && expected === 'a known key' ? knownKeys(path) : expected,
    };
  };
  const value: unknown = plain(document);
  const { value: written, problems } = salvage(FleetFile, value);
  const resolved = written === undefined ? undefined : resolveFleet(written);
  const dangling = (resolved?.problems ?? []).filter(
    ({ path }) => !problems.some((problem) => overlaps(problem.path, path)),
  );
  const faults = [...twice, ...[...problems, ...dangling].map(toFault)];
  if (faults.length > 0 || resolved === undefined) {
    throw new ConfigurationError(faults.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  }
  return resolved.fleet;
}

/** The JSON Schema of fleet.yaml, for editors. */
export function fleetJsonSchema(): object {
  return {
    ...z.toJSONSchema(FleetFile, { io: 'input', unrepresentable: 'any' }),
    title: 'fleet.yaml of Vigie',
  };
}

/** A file that people write, as they know it: relative to where they stand when it lies below. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** The fault of a file that cannot be read at all. */
export function unreadable(file: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const found = code === 'ENOENT' ? 'no such file' : code;
  return { file, found, expected: 'a readable file' };
}

function plain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    // An alias bomb: the parser says so.
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** Where a path stands in the text; of its nearest ancestor when it does not. */
function offsetOf(document: Document, path: readonly PropertyKey[], isKey: boolean): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1).map(String), true);
    const last = String(path[length - 1]);
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === last,
      );
      const node = pair && (isKey && length === path.length ? pair.key : (pair.key ?? pair.value));
      if (isScalar(node) && node.range) return node.range[0];
    }
    const node = document.getIn(path.slice(0, length).map(String), true);
    if (isScalar(node) && node.range) return node.range[0];
  }
  return undefined;
}

/** The keys that may stand beside an unknown one, the nearest first. */
function knownKeys(path: readonly PropertyKey[]): string {
  const unknown = String(path.at(-1));
  const known = keysBelow(fleetJsonSchema(), path.slice(0, -1).map(String));
  const [nearest] = known.toSorted((a, b) => distance(a, unknown) - distance(b, unknown));
  const list = `one of ${known.join(', ')}`;
  return nearest !== undefined && distance(nearest, unknown) <= Math.max(1, unknown.length / 3)
    ? `${nearest}? (${list})`
    : list;
}

function keysBelow(schema: unknown, path: readonly string[]): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  for (const branches of ['anyOf', 'oneOf'].map((key) => Reflect.get(schema, key))) {
    if (Array.isArray(branches)) return [...new Set(branches.flatMap((branch) => keysBelow(branch, path)))];
  }
  const properties: unknown = Reflect.get(schema, 'properties');
  const [key, ...rest] = path;
  if (key === undefined)
    return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const next: unknown =
    typeof properties === 'object' && properties !== null && Object.hasOwn(properties, key)
      ? Reflect.get(properties, key)
      : (Reflect.get(schema, 'additionalProperties') ?? Reflect.get(schema, 'items'));
  return keysBelow(next, rest);
}

function keyAt(text: string, offset: number): string {
  return /^[^\s:]+/.exec(text.slice(offset, offset + 100))?.[0] ?? '';
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
