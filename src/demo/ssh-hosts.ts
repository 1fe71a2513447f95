import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import { encodeSections } from '../collect/frames.ts';
import { answerCommand } from './answers.ts';
import { type Place, placeAt } from './place.ts';
import type { World } from './world.ts';

// Demo hosts are real SSH servers on loopback. They run nothing: they read which commands the host script asks for, and answer with
// what their simulated kernel and tools would print. Whoever is let in is root: the script's sections for root are answered like all.

const loopback = '127.0.0.1';
const maxScriptBytes = 1024 * 1024;

/** A demo host that listens. */
export interface SshHost {
  readonly host: string;
  readonly port: number;
  /** Its public key as known_hosts writes it: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

export interface SshHosts {
  readonly hosts: readonly SshHost[];
  /** Ends all connections and stops to listen. */
  close(): Promise<void>;
}

/** A pair of ed25519 keys in OpenSSH's formats. */
export function createKeyPair(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    // ssh2 1.17 drops the zeros that a public key begins with (lib/keygen.js), which spoils one pair in 256.
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** Starts an SSH server for each host, on a free port and with a key of its own; they let in the owner of `clientKey` alone. */
export async function startSshHosts(
  world: World,
  { clientKey, clock }: { readonly clientKey: string; readonly clock: () => Date },
): Promise<SshHosts> {
  const started = await Promise.all(
    [...world.hosts.keys()].map((host) =>
      startHost(host, () => placeAt(world, host, Math.floor(clock().getTime() / 10) / 100), clientKey),
    ),
  );
  return {
    hosts: started.map(({ host }) => host),
    close: async () => {
      await Promise.all(started.map(({ close }) => close()));
    },
  };
}

async function startHost(
  name: string,
  here: () => Place | null,
  clientKey: string,
): Promise<{ host: SshHost; close: () => Promise<void> }> {
  const keys = createKeyPair();
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [keys.private], ident: 'demo' }, (client) => {
    clients.add(client);
    // Else each step of the handshake waits 40 ms for an acknowledgement (Nagle's algorithm); sshd does so too. @types/ssh2 does not know it.
    if ('setNoDelay' in client && typeof client.setNoDelay === 'function') client.setNoDelay(true);
    client.on('close', () => clients.delete(client));
    // A client that leaves in the middle, or shows a wrong key, is its own trouble.
    client.on('error', () => client.end());
    client.on('authentication', (context) =>
      isAllowed(context, clientKey) ? context.accept() : context.reject(['publickey']),
    );
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec) => answerScript(acceptExec(), here));
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, loopback, resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    host: { host: name, port, publicKey: keys.public.trim() },
    close: () => {
      for (const client of clients) client.end();
      return new Promise((done) => {
        server.close(() => done());
      });
    },
  };
}

function isAllowed(context: ssh2.AuthContext, clientKey: string): boolean {
  if (context.method !== 'publickey') return false;
  const allowed = ssh2.utils.parseKey(clientKey);
  if (allowed instanceof Error || !allowed.getPublicSSH().equals(context.key.data)) return false;
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined || context.blob === undefined) return true;
  return allowed.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function answerScript(stream: ssh2.ServerChannel, here: () => Place | null): void {
  let script = '';
  stream.on('error', () => stream.close());
  stream.on('data', (chunk: Buffer) => {
    script += chunk.toString('utf8');
    if (script.length > maxScriptBytes) stream.close();
  });
  stream.on('end', () => {
    const place = here();
    if (place === null) {
      stream.close();
      return;
    }
    const sections = [...commandsOf(script)].map(([name, run]) => [name, answerCommand(run, place)] as const);
    stream.write(encodeSections(new Map(sections)));
    stream.exit(0);
    stream.end();
  });
}

/** The commands of a host script by section: its lines `section NAME SECONDS BYTES 'COMMAND'`. */
export function commandsOf(script: string): Map<string, string> {
  const lines = script.matchAll(/^section (\S+) \d+ \d+ '((?:[^']|'\\'')*)'$/gm);
  return new Map([...lines].map(([, name = '', quoted = '']) => [name, quoted.replaceAll("'\\''", "'")]));
}
