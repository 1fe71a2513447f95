import { distance } from 'fastest-levenshtein';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Fault } from '../model/fault.ts';
import { type Problem, show } from '../model/problem.ts';

/** YAML that people wrote, and where everything stands in it. */
export interface YamlDocument {
  readonly value: unknown;
  /** Keys that are there twice: the rest can be read all the same. */
  readonly faults: readonly Fault[];
  /** Says in which line a problem stands, and which keys are known where one is not: those of a JSON Schema. */
  readonly toFault: (problem: Problem) => Fault;
}

/** Reads YAML; `file` is its name in errors. Of what is no YAML at all there are only faults. */
export function readYaml(
  text: string,
  file: string,
  jsonSchema: () => object,
): YamlDocument | { readonly faults: readonly Fault[] } {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const parsed = parseSafely(text, lines);
  if (parsed === undefined) return { faults: [{ file, expected: 'valid YAML, less deeply nested' }] };
  const [broken, duplicates] = partition(parsed.errors, (error) => error.code !== 'DUPLICATE_KEY');
  if (broken.length > 0) {
    return {
      faults: broken.map((error) => ({
        file,
        line: lineAt(error.pos[0]),
        expected: `valid YAML (${error.message})`,
      })),
    };
  }
  return {
    value: plain(parsed),
    faults: duplicates.map((error): Fault => {
      const found = `${show(keyAt(text, error.pos[0]))} a second time`;
      return { file, line: lineAt(error.pos[0]), found, expected: 'each name once' };
    }),
    toFault: ({ path, isKey = false, found, expected }) => {
      const offset = offsetOf(parsed, path, isKey);
      return {
        file,
        ...(offset === undefined ? {} : { line: lineAt(offset) }),
        ...(path.length === 0 ? {} : { field: path.map(String).join('.') }),
        ...(found === undefined ? {} : { found }),
        expected: isKey && expected === 'a known key' ? knownKeys(jsonSchema(), path) : expected,
      };
    },
  };
}

/** Undefined when the text is nested more deeply than the parser can go. */
function parseSafely(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
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
function knownKeys(jsonSchema: object, path: readonly PropertyKey[]): string {
  const unknown = String(path.at(-1));
  const known = keysBelow(jsonSchema, path.slice(0, -1).map(String));
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
