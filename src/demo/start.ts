import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { Instant, toInstant, toSeconds } from '../model/time.ts';
import { isAbsence, writeDocument } from '../store/documents.ts';
import { parseFleet, readFleet, shownPath } from '../store/fleet.ts';
import { listSnapshotDays, listSnapshots } from '../store/snapshots.ts';
import type { Workspace } from '../store/workspace.ts';
import { type AnnouncementFiles, tellAnnouncements } from './announcements.ts';
import { rewriteFleet } from './fleet-copy.ts';
import { startServices } from './services.ts';
import { createKeyPair, startSshHosts } from './ssh-hosts.ts';
import { tellHistory } from './tell-history.ts';
import { createWorld } from './world.ts';

interface StartOptions {
  /** The folder of the fleet that the demo imitates: fleet.yaml and hardware.csv. */
  readonly source: string;
  /** The demo's own workspace. */
  readonly workspace: Workspace;
  readonly seed: number;
  /** How many days of history; thirteen months when absent. */
  readonly days?: number;
  readonly clock: () => Date;
  readonly signal?: AbortSignal;
  /** Told how far the history is, in days. */
  readonly onHistory?: (done: number, total: number) => void;
}

/** A demo fleet that answers. */
export interface Demo {
  /** The demo's fleet: simulated hosts and services at loopback addresses, and this machine. */
  readonly fleet: Fleet;
  /** Whether the history was told anew, rather than kept from the last start. */
  readonly isNewHistory: boolean;
  /** Ends all that listens. */
  close(): Promise<void>;
}

/** What a history was told from, kept beside it: it is told anew when any of this changes. */
const Origin = z.strictObject({ seed: z.int(), days: z.int().nullable(), fleet: z.string(), told: Instant });
type Origin = z.infer<typeof Origin>;

/** A history that ended longer ago than this is told anew, up to the present. */
const staleSeconds = 86_400;
const keyFile = 'demo-key';

/** Makes the demo's workspace, with a history, and starts its hosts and services. */
export async function startDemo(options: StartOptions): Promise<Demo> {
  const { source, workspace, clock } = options;
  const text = await readSource(join(source, 'fleet.yaml'));
  const imitated = parseFleet(text, shownPath(join(source, 'fleet.yaml')));
  await mkdir(workspace.data, { recursive: true });
  const origin = await keptOrigin(options, digest(text));
  const told = origin?.told ?? toInstant(clock());
  const world = createWorld({
    fleet: imitated,
    seed: options.seed,
    now: told,
    ...(options.days === undefined ? {} : { days: options.days }),
  });
  if (origin === undefined) {
    await renewHistory(options, text, {
      seed: options.seed,
      days: options.days ?? null,
      fleet: digest(text),
      told,
    });
    await writeAnnouncements(workspace, tellAnnouncements(imitated, world.story));
  }
  await copyHardware(source, workspace);

  const clientKey = createKeyPair();
  const hosts = await startSshHosts(world, { clientKey: clientKey.public, clock });
  const services = await startServices(imitated, world.services, { clock });
  const close = async () => {
    await Promise.all([hosts.close(), services.close()]);
  };
  try {
    await writeFile(join(workspace.data, keyFile), clientKey.private, { mode: 0o600 });
    const pins = hosts.hosts.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`);
    await writeFile(join(workspace.data, 'known_hosts'), pins.join(''));
    const addresses = {
      hosts: new Map(hosts.hosts.map(({ host, port }) => [host, `127.0.0.1:${port}`])),
      services: services.urls,
      control: services.control,
      key: keyFile,
    };
    await writeFile(join(workspace.data, 'fleet.yaml'), rewriteFleet(text, addresses));
    const fleet = await readFleet(workspace.data);
    refuseForeign(fleet, new Set(addresses.hosts.keys()), workspace);
    return { fleet, isNewHistory: origin === undefined, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The history's origin when it can be kept: same seed, same fleet, and not too old. */
async function keptOrigin(
  { workspace, seed, days, clock }: StartOptions,
  fleet: string,
): Promise<Origin | undefined> {
  try {
    const origin = Origin.parse(JSON.parse(await readFile(originPath(workspace), 'utf8')));
    const isSame = origin.seed === seed && origin.days === (days ?? null) && origin.fleet === fleet;
    const newest = (await listSnapshots(workspace, (await listSnapshotDays(workspace)).slice(-1))).at(-1);
    const ageSeconds =
      newest === undefined ? Number.POSITIVE_INFINITY : clock().getTime() / 1000 - toSeconds(newest.at);
    return isSame && ageSeconds >= 0 && ageSeconds < staleSeconds ? origin : undefined;
  } catch (cause) {
    if (isAbsence(cause) || cause instanceof SyntaxError || cause instanceof z.ZodError) return undefined;
    throw cause;
  }
}

async function renewHistory(
  { workspace, days, onHistory, signal }: StartOptions,
  fleet: string,
  origin: Origin,
): Promise<void> {
  // The origin goes first and comes back last: a history that was cut short is never taken for a whole one.
  await rm(originPath(workspace), { force: true });
  for (const folder of ['snapshots', 'daily', 'monthly', 'incidents', 'maintenance'])
    await rm(join(workspace.data, folder), { recursive: true, force: true });
  await tellHistory({
    workspace,
    fleet,
    seed: origin.seed,
    now: origin.told,
    ...(days === undefined ? {} : { days }),
    ...(signal === undefined ? {} : { signal }),
    ...(onHistory === undefined ? {} : { onProgress: onHistory }),
  });
  await writeFile(originPath(workspace), `${JSON.stringify(origin)}\n`);
}

/** The demo must not knock at anybody's door: whatever it is going to ask has to be its own. */
function refuseForeign(fleet: Fleet, imitated: ReadonlySet<string>, workspace: Workspace): void {
  const file = shownPath(join(workspace.data, 'fleet.yaml'));
  const faults = [...fleet.services.values()].flatMap(({ id, checks }) =>
    [...checks].flatMap(([name, check]) =>
      (check.kind === 'http' && new URL(check.url).hostname === '127.0.0.1') ||
      (check.kind === 'nagios' && imitated.has(check.on))
        ? []
        : [
            {
              file,
              field: `services.${id}.checks.${name}`,
              found: check.kind === 'http' ? check.url : check.kind,
              expected:
                "an HTTP check below the service's own url, or one of a Nagios on a host: the demo imitates no other",
            },
          ],
    ),
  );
  if (faults.length > 0) throw new ConfigurationError(faults);
}

async function readSource(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!isAbsence(cause)) throw cause;
    throw new ConfigurationError([
      { file: shownPath(path), found: 'no such file', expected: 'the fleet that the demo imitates' },
    ]);
  }
}

async function writeAnnouncements({ data }: Workspace, files: AnnouncementFiles): Promise<void> {
  for (const [path, text] of files) await writeDocument(join(data, path), text);
}

async function copyHardware(source: string, workspace: Workspace): Promise<void> {
  try {
    await writeFile(join(workspace.data, 'hardware.csv'), await readFile(join(source, 'hardware.csv')));
  } catch (cause) {
    if (!isAbsence(cause)) throw cause;
  }
}

function originPath(workspace: Workspace): string {
  return join(workspace.data, 'demo.json');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
