import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Fleet, Service } from '../model/fleet.ts';
import type { ServiceTruth } from './check-truth.ts';
import { faultPage, maintenanceRedirect, type Page, pageOf } from './service-pages.ts';

const loopback = '127.0.0.1';

/** Demo services that listen. */
export interface Services {
  /** By service: `http://127.0.0.1:40123/`. */
  readonly urls: ReadonlyMap<string, string>;
  /** What answers whenever the observer is online: `127.0.0.1:40120`. */
  readonly control: string;
  /** Ends all connections and stops to listen. */
  close(): Promise<void>;
}

/** Starts an HTTP server for each service, on a free loopback port; it answers as well, and as fast, as its truth says of the moment. */
export async function startServices(
  fleet: Fleet,
  truths: ReadonlyMap<string, ServiceTruth>,
  { clock }: { readonly clock: () => Date },
): Promise<Services> {
  const stopping = new AbortController();
  const control = createTcpServer((socket) => socket.on('error', () => socket.destroy()).end());
  const servers = [...fleet.services.values()].flatMap((service) => {
    const truth = truths.get(service.id);
    return truth === undefined
      ? []
      : [{ service, server: createServer(answerAs(service, truth, clock, stopping.signal)) }];
  });
  const controlPort = await listen(control);
  const urls = await Promise.all(
    servers.map(
      async ({ service, server }) => [service.id, `http://${loopback}:${await listen(server)}/`] as const,
    ),
  );
  return {
    urls: new Map(urls),
    control: `${loopback}:${controlPort}`,
    close: async () => {
      stopping.abort();
      for (const { server } of servers) server.closeAllConnections();
      await Promise.all([control, ...servers.map(({ server }) => server)].map(closed));
    },
  };
}

function answerAs(
  service: Service,
  truth: ServiceTruth,
  clock: () => Date,
  stopping: AbortSignal,
): RequestListener {
  return (request, response) => {
    const moment = truth(Math.floor(clock().getTime() / 1000));
    if (moment.condition === 'refused') {
      request.socket.destroy();
      return;
    }
    const path = request.url ?? '/';
    const page =
      moment.condition === 'error'
        ? faultPage(service)
        : pageOrRedirect(service, path, moment.condition, moment.version);
    send(response, page, moment.firstByteSeconds, stopping).catch((cause: unknown) => {
      if (!stopping.aborted) throw cause;
    });
  };
}

function pageOrRedirect(service: Service, path: string, condition: string, version: string): Page {
  const isUpgrading = condition === 'maintenance' && !path.startsWith('/cgi-bin/koha/maintenance.pl');
  return isUpgrading ? maintenanceRedirect() : pageOf(service, path, version);
}

async function send(
  response: ServerResponse,
  page: Page,
  waitSeconds: number,
  stopping: AbortSignal,
): Promise<void> {
  await setTimeout(waitSeconds * 1000, undefined, { signal: stopping });
  response.writeHead(page.status, { ...page.headers, 'content-length': Buffer.byteLength(page.body) });
  response.end(response.req.method === 'HEAD' ? undefined : page.body);
}

async function listen(server: Server | TcpServer): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, loopback, resolve);
  await promise;
  return (server.address() as AddressInfo).port;
}

function closed(server: Server | TcpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
