import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigurationError } from '../model/fault.ts';

/** A larger file is refused before it is read. */
const maxBytes = 2 * 1024 ** 3;

/** How a file's bytes stand for text. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** A file to import, and what its bytes tell. */
export interface Source {
  readonly path: string;
  /** Its name without folders. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** UTF-8 where its bytes are; else what Windows and Latin-1 programs write. */
  readonly encoding: Encoding;
}

/**
 * Reads a file once for its digest and its encoding.
 * @throws ConfigurationError when there is no such file, or it is larger than 2 GiB.
 */
export async function inspectSource(path: string): Promise<Source> {
  const status = await stat(path).catch((cause: unknown) => {
    throw refused(path, cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause));
  });
  if (!status.isFile()) throw refused(path, 'a folder or a device');
  if (status.size > maxBytes) throw refused(path, `${status.size} bytes`);
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let bytes = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk);
    bytes += chunk.length;
    if (head.length < 2) head = Buffer.concat([head, chunk.subarray(0, 2)]);
    isUtf8 &&= canDecode(decoder, chunk);
  }
  isUtf8 &&= canDecode(decoder, undefined);
  return {
    path,
    name: basename(path),
    bytes,
    sha256: hash.digest('hex'),
    encoding: encodingOf(head, isUtf8),
  };
}

/** The text of a file in pieces, without a byte order mark. */
export async function* textOf({ path, encoding }: Pick<Source, 'path' | 'encoding'>): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunksOf(path)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Buffer;
}

function canDecode(decoder: TextDecoder, chunk: Buffer | undefined): boolean {
  try {
    if (chunk === undefined) decoder.decode();
    else decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    // Not UTF-8, which is what was asked.
    return false;
  }
}

function encodingOf(head: Buffer, isUtf8: boolean): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return isUtf8 ? 'utf-8' : 'windows-1252';
}

function refused(path: string, found: string): ConfigurationError {
  return new ConfigurationError([
    {
      file: path,
      found: found === 'ENOENT' ? 'no such file' : found,
      expected: `a readable file of at most ${maxBytes} bytes`,
    },
  ]);
}
