import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Servers on free loopback ports, stopped together. */
export interface Loopback {
  /** Starts a server and gives its port. */
  listen(server: Server, address?: string): Promise<number>;
  /** Stops one of them: its port refuses connections from now on. */
  close(server: Server): Promise<void>;
  /** A port on which nothing listens. */
  closedPort(create: () => Server): Promise<number>;
  stop(): Promise<void>;
}

export function createLoopback(): Loopback {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  const listen = async (server: Server, address = '127.0.0.1') => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // Clients that hang up are what these tests are about.
      socket.on('error', () => sockets.delete(socket));
    });
    server.listen(0, address);
    await once(server, 'listening');
    servers.add(server);
    return portOf(server);
  };
  const close = async (server: Server) => {
    servers.delete(server);
    server.close();
    await once(server, 'close');
  };
  return {
    listen,
    close,
    closedPort: async (create) => {
      const server = create();
      const port = await listen(server);
      await close(server);
      return port;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([...servers].map(close));
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
