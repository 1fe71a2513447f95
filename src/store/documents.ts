import { constants, type Stats } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { BrokenDocument, type DocumentKind, parseDocument } from '../model/json-document.ts';

/** No file of ours grows past this; a larger one is not ours. */
const maxDocumentBytes = 128 * 1024 * 1024;
/** What stands before the entities of a rollup is shorter; a day names the files that it was made from. */
const headBytes = 256 * 1024;

/** What stands at the end of a file that `formatDocument` wrote. */
const ending = '}\n';

/** A file that was set aside, and why. */
export interface BrokenFile {
  readonly file: string;
  readonly message: string;
}

/** Reads one of our JSON files; undefined when there is none. A broken one is told to `onBroken` and reads as none. */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  kind: DocumentKind<Schema>,
  onBroken: (broken: BrokenFile) => void,
): Promise<z.output<Schema> | undefined> {
  try {
    // Decoded as a whole: by the piece it takes several times as long.
    return parseDocument(kind, (await readOurs(path, kind.maxBytes)).toString('utf8'));
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    onBroken({ file: path, message: cause instanceof Error ? cause.message : String(cause) });
    return undefined;
  }
}

/**
 * All of a file of ours. What lies there is looked at once it is open: nothing else can take its place before it is read.
 * @throws BrokenDocument when that is no file, or one of more than `maxBytes`; whatever kept it from being opened.
 */
export async function readOurs(path: string, maxBytes = maxDocumentBytes): Promise<Buffer> {
  const file = await open(path, openingFlags).catch((cause: unknown) => {
    throw hasCode(cause, 'ELOOP') ? new BrokenDocument('found a link, expected a file') : cause;
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new BrokenDocument('found a folder or a device, expected a file');
    if (status.size > maxBytes)
      throw new BrokenDocument(`${status.size} bytes, expected at most ${maxBytes}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * The first fields of a file that `formatDocument` wrote, up to the one named; undefined when there is no such file, or none that begins
 * and ends so.
 */
export async function readHead(path: string, until: string): Promise<unknown> {
  try {
    const file = await open(path, openingFlags);
    try {
      if (!isOurs(await file.stat())) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      const text = buffer.toString('utf8', 0, bytesRead);
      const { size } = await file.stat();
      const tail = await file.read(
        Buffer.alloc(ending.length),
        0,
        ending.length,
        Math.max(0, size - ending.length),
      );
      if (tail.buffer.toString('utf8') !== ending) return undefined;
      const end = text.indexOf(`,\n${JSON.stringify(until)}: `);
      return end === -1 ? undefined : (JSON.parse(`${text.slice(0, end)}}`) as unknown);
    } finally {
      await file.close();
    }
  } catch (cause) {
    // Why it cannot be read is told by whoever reads the whole of it.
    if (cause instanceof SyntaxError || (cause instanceof Error && 'syscall' in cause)) return undefined;
    throw cause;
  }
}

/**
 * Writes a file whole or not at all: a temporary name in the same folder, flushed, renamed. By hand: write-file-atomic 7 takes a short
 * write for a whole one, and on a full disk puts a truncated file in the place of a good one.
 * @throws RangeError when it is larger than any file of ours, and would not be read again.
 */
export async function writeDocument(path: string, text: string): Promise<void> {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxDocumentBytes) throw new RangeError(`${bytes} bytes, expected at most ${maxDocumentBytes}`);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/** Writes a file that is not there yet, as `writeDocument` does; false when there is one, which stays as it is. */
export async function createDocument(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    // Takes the name: of two who do so at once, one gets it.
    await (await open(path, 'wx')).close();
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false;
    throw cause;
  }
  try {
    await writeDocument(path, text);
    return true;
  } catch (cause) {
    await rm(path, { force: true });
    throw cause;
  }
}

/** Does the writing of a rollup; false, which is told, when it would be larger than any file of ours: what it is made from stays. */
export async function writeUnlessTooLarge(
  path: string,
  write: () => Promise<void>,
  onBroken: (broken: BrokenFile) => void,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (cause) {
    // Also of a text longer than any that JavaScript holds.
    if (!(cause instanceof RangeError)) throw cause;
    onBroken({ file: path, message: `not written: ${cause.message}` });
    return false;
  }
}

/** How a file of ours is opened: a link to elsewhere is none, and a pipe must not make us wait. */
export const openingFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Whether what was opened may be a file of ours: neither a folder, a pipe or a device, nor larger than any of ours. */
export function isOurs(status: Stats): boolean {
  return status.isFile() && status.size <= maxDocumentBytes;
}

/** Whether an error says that there is no such file or folder. */
export function isAbsence(cause: unknown): boolean {
  return hasCode(cause, 'ENOENT') || hasCode(cause, 'ENOTDIR');
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
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
