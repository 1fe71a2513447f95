import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { BrokenDocument, parseDocument } from '../model/json-document.ts';

/** No file of ours grows past this; a larger one is not ours. */
const maxBytes = 128 * 1024 * 1024;

/** A file that was set aside, and why. */
export interface BrokenFile {
  readonly file: string;
  readonly message: string;
}

/** Reads one of our JSON files; undefined when there is none. A broken one is told to `onBroken` and reads as none. */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  name: string,
  schema: Schema,
  onBroken: (broken: BrokenFile) => void,
): Promise<z.output<Schema> | undefined> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new BrokenDocument(`${size} bytes, expected at most ${maxBytes}`);
    return parseDocument(schema, name, await readFile(path, 'utf8'));
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    onBroken({ file: path, message: cause instanceof Error ? cause.message : String(cause) });
    return undefined;
  }
}

/** Writes a file whole or not at all: a temporary name in the same folder, flushed, renamed. */
export async function writeDocument(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, text);
}

/** Whether an error says that there is no such file or folder. */
export function isAbsence(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

/**
 * JSON that people can read and diff: the first level on lines of its own, and the items of the fields named one a line.
 * The same value gives the same bytes.
 */
export function formatDocument(value: object, fieldsByLine: readonly string[]): string {
  const fields = Object.entries(value).map(([key, field]) => {
    const isByLine = fieldsByLine.includes(key) && typeof field === 'object' && field !== null;
    return `${JSON.stringify(key)}: ${isByLine ? byLine(field) : JSON.stringify(field)}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

function byLine(value: object): string {
  if (Array.isArray(value))
    return value.length === 0 ? '[]' : `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n}`;
}
