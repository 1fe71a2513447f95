import { type Problem, show } from './problem.ts';

/** The sources of one section of fleet.yaml, by their names. */
export interface Sources {
  /** `prometheus`, `icinga2` */
  readonly section: string;
  readonly known: Readonly<Record<string, unknown>>;
}

/** A check with the source that answers it: the one that it names, else the only one there is. */
export function withSource<Check extends { readonly source?: string | undefined }>(
  check: Check,
  path: readonly string[],
  sources: Sources,
  report: (problem: Problem) => void,
): Check {
  const [only, ...others] = Object.keys(sources.known);
  const source = check.source ?? (others.length === 0 ? only : undefined);
  if (source === undefined || !Object.hasOwn(sources.known, source))
    report({ path: [...path, 'source'], found: show(source), expected: sourceOf(sources) });
  return source === undefined ? check : { ...check, source };
}

/** What is expected where a source is named. */
export function sourceOf({ section, known }: Sources): string {
  const some = Object.keys(known).slice(0, 8).join(', ') || 'there is none';
  return `a source of \`${section}\` in this file (${some})`;
}
