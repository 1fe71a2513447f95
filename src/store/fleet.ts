import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import { type Fleet, FleetFile } from '../model/fleet.ts';
import { resolveFleet } from '../model/fleet-resolve.ts';
import { overlaps, salvage } from '../model/salvage.ts';
import { readYaml } from './yaml-document.ts';

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
  const document = readYaml(text, file, fleetJsonSchema);
  if (!('value' in document)) throw new ConfigurationError(document.faults);
  const { value: written, problems } = salvage(FleetFile, document.value);
  const resolved = written === undefined ? undefined : resolveFleet(written);
  const dangling = (resolved?.problems ?? []).filter(
    ({ path }) => !problems.some((problem) => overlaps(problem.path, path)),
  );
  const faults = [...document.faults, ...[...problems, ...dangling].map(document.toFault)];
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
