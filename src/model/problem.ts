import type { z } from 'zod';

/** Something wrong at a path of a document, before its line is known. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Set when the fault is the key itself, not its value. */
  readonly isKey?: boolean;
  readonly found?: string;
  readonly expected: string;
}

type Issue = z.core.$ZodIssue;

/** What zod found wrong, in our words; `document` is the value that was parsed. An issue of a union is told by its closest branch. */
export function problemsOf(issues: readonly Issue[], document: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], document));
}

/** A value as an error message shows it: JSON, at most 80 characters. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function problemsOfIssue(issue: Issue, base: readonly PropertyKey[], document: unknown): Problem[] {
  const path = [...base, ...issue.path];
  const found = show(valueAt(document, path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        isKey: true,
        found: show(key),
        expected: 'a known key',
      }));
    case 'invalid_key':
      return issue.issues.map((inner) => ({
        path,
        isKey: true,
        found: show(path.at(-1)),
        expected: expectation(inner),
      }));
    case 'invalid_union': {
      if (issue.errors.length === 0) return [{ path, found, expected: expectation(issue) }];
      const closest = issue.errors.reduce((best, branch) =>
        closeness(branch) > closeness(best) ? branch : best,
      );
      if (closeness(closest) === 0) {
        return [{ path, found, expected: issue.errors.flat().map(expectation).join(', or ') }];
      }
      return closest.flatMap((inner) => problemsOfIssue(inner, path, document));
    }
    default:
      return [{ path, found, expected: expectation(issue) }];
  }
}

/** A branch whose type fits is closer than one that expected another type altogether. */
function closeness(branch: readonly Issue[]): number {
  return branch.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0) ? 0 : 1;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'object' || issue.expected === 'record' ? 'a mapping' : `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? show(issue.values[0])
        : `one of ${issue.values.map((value) => show(value)).join(', ')}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.join(', ')}`
        : 'another form';
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      if (issue.format === 'url') return 'a URL that starts with http:// or https://';
      return issue.message.replace(/^expected /, '');
    default:
      return issue.message.replace(/^expected /, '');
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
