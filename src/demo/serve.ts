import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const loopback = '127.0.0.1';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** A folder that is served. */
export interface Served {
  /** `http://127.0.0.1:4280/` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder to this machine alone: on the port wished for, or on a free one when that is taken. */
export async function serveFolder(folder: string, wishedPort: number): Promise<Served> {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => {
      // The reader left, or the file went while it was read: a build put new pages in its place.
      response.destroy();
    });
  });
  const port = await listen(server, wishedPort).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') return listen(server, 0);
    throw cause;
  });
  return {
    url: `http://${loopback}:${port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isHead = request.method === 'HEAD';
  if (request.method !== 'GET' && !isHead) return refuse(response, 405, { allow: 'GET, HEAD' });
  // A page of another site that has its own name point to this machine must not read ours.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return refuse(response, 421);
  const path = pathOf(request.url ?? '/');
  if (path === undefined) return refuse(response, 400);
  const found = await findFile(folder, path);
  if (found === 'folder') return refuse(response, 308, { location: `${encodeURI(path)}/` });
  const file = found ?? (await findFile(folder, '/404.html'));
  if (file === undefined || file === 'folder') return refuse(response, 404);
  response.writeHead(found === undefined ? 404 : 200, {
    'content-type': contentTypes[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.bytes,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  if (isHead) response.end();
  else await pipeline(createReadStream(file.path), response);
}

/** The path that a request asks for, decoded; undefined when it is none, or one that climbs. */
function pathOf(target: string): string | undefined {
  try {
    const path = decodeURIComponent(target.split(/[?#]/, 1)[0] ?? '');
    const isPlain = path.startsWith('/') && !/[\0\\]/.test(path) && !path.split('/').includes('..');
    return isPlain ? path.replaceAll(/\/{2,}/g, '/') : undefined;
  } catch {
    return undefined;
  }
}

/** The file behind a path, the folder's index when it ends in a slash; `folder` when the slash is missing. */
async function findFile(
  folder: string,
  path: string,
): Promise<{ path: string; bytes: number } | 'folder' | undefined> {
  const wished = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(wished)]);
    // A link must not lead out either.
    if (!real.startsWith(root + sep)) return undefined;
    const { size, isFile } = await statOf(real);
    return isFile ? { path: real, bytes: size } : 'folder';
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(String(cause.code))
    )
      return undefined;
    throw cause;
  }
}

async function statOf(path: string): Promise<{ size: number; isFile: boolean }> {
  const found = await stat(path);
  return { size: found.size, isFile: found.isFile() };
}

function refuse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${status}\n`);
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, loopback, () => {
    server.off('error', reject);
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}
