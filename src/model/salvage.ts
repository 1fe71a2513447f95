import type { z } from 'zod';
import { type Problem, problemsOf } from './problem.ts';

/**
 * What remains of a document once everything that its schema refuses is cut out, with all that was refused.
 * So that references can be checked as well while other parts are wrong: people get every fault at once.
 * The value is undefined when nothing usable remains.
 */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
): { value: z.output<Schema> | undefined; problems: Problem[] } {
  const first = schema.safeParse(document);
  if (first.success) return { value: first.data, problems: [] };
  const problems = problemsOf(first.error.issues, document);
  const remains = structuredClone(document);
  let issues = problems;
  // Each round cuts at least one key or shortens a path, hence ends; the bound is for documents broken everywhere.
  for (let round = 0; round < 10; round += 1) {
    // Where to cut is decided before the first cut: one must not widen the next.
    for (const path of issues.map((issue) => presentPart(remains, issue.path))) cut(remains, path);
    const parsed = schema.safeParse(remains);
    if (parsed.success) return { value: parsed.data, problems };
    issues = problemsOf(parsed.error.issues, remains);
  }
  return { value: undefined, problems };
}

/** Whether one path lies on the other: a fault found twice, or one that follows from cutting. */
export function overlaps(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((key, index) => String(key) === String(other[index]));
}

/** A path as far as something stands there. */
function presentPart(document: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const length = path.findIndex(
    (_, index) => !holds(parentOf(document, path.slice(0, index + 1)), path[index]),
  );
  return length === -1 ? path : path.slice(0, length);
}

function cut(document: unknown, path: readonly PropertyKey[]): void {
  const parent = parentOf(document, path);
  const last = path.at(-1);
  if (last !== undefined && holds(parent, last)) Reflect.deleteProperty(parent, last);
}

function parentOf(document: unknown, path: readonly PropertyKey[]): unknown {
  return path
    .slice(0, -1)
    .reduce((value, key) => (holds(value, key) ? Reflect.get(value, key) : undefined), document);
}

function holds(value: unknown, key: PropertyKey | undefined): value is object {
  return typeof value === 'object' && value !== null && key !== undefined && Object.hasOwn(value, key);
}
