import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** How much of a page is read when nothing else is said, counted once it is decompressed. */
const pageBytes = 512 * 1024;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Reads the text of an answer, decompressed, up to 512 KiB or `maxBytes`; what would follow is not read. */
export async function readBody(
  response: IncomingMessage,
  maxBytes: number = pageBytes,
): Promise<{ body: string; isBodyTruncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompress(response)) {
    const bytes: Buffer = chunk;
    chunks.push(bytes);
    size += bytes.length;
    if (size > maxBytes) break;
  }
  const bytes = Buffer.concat(chunks).subarray(0, maxBytes);
  return {
    body: decoderFor(response.headers['content-type']).decode(bytes),
    isBodyTruncated: size > maxBytes,
  };
}

function decompress(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  const create = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (create === undefined) throw new Error(`the page is encoded as ${encoding}, which was not asked for`);
  const decoder = create();
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

/** The charset of the Content-Type, UTF-8 when there is none or it is unknown. */
function decoderFor(contentType = ''): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
