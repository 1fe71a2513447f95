import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type HostCollectors, questionOf } from '../src/collect/host-run.ts';
import type { Fleet, Host } from '../src/model/fleet.ts';
import { fromSeconds, toSeconds } from '../src/model/time.ts';
import { parseFleet } from '../src/store/fleet.ts';
import { type Cost, measure } from './measure.ts';
import { cgroupFiles, lxdAnswers } from './parse-lxd.ts';
import {
  containerNames,
  lsblk,
  type MachineSize,
  now,
  objsets,
  smartAnswer,
  smartScan,
  zfsList,
  zfsSnapshots,
  zpoolList,
  zpoolStatus,
} from './parse-texts.ts';

/** What our script costs a host. */
export interface ScriptCost extends Cost {
  /** How many processes it started. */
  readonly processes: number;
}

/** A host that is not there: programs that print what its own would, and the files that are read of it. */
export interface Machine {
  readonly fleet: Fleet;
  /** The fleet.yaml of it. */
  readonly fleetText: string;
  readonly host: Host;
  /** Runs the script of these collectors; throws when its answer is not whole. */
  ask(collectors: HostCollectors): Promise<{ answer: string; cost: ScriptCost }>;
  /** Nobody asks any more. */
  close(): void;
}

/** Puts a host into a folder. Its dumps are real, and were written long before it is asked. */
export async function makeMachine(folder: string, size: MachineSize): Promise<Machine> {
  const fleetText = fleetOf(folder, size);
  const fleet = parseFleet(fleetText, 'fleet.yaml');
  const host = fleet.hosts.get('hv1');
  if (host === undefined) throw new Error('expected the host of our own fleet.yaml');
  await writePrograms(folder, size);
  await writeFiles(join(folder, 'cgroup'), cgroupFiles(size));
  await writeFiles(join(folder, 'kstat/zfs'), objsets(size));
  await writeFiles(folder, new Map([['zfs-is-here', '']]));
  await writeDumps(join(folder, 'dumps'), size);
  const manager = createServer().listen(join(folder, 'lxd.socket'));
  return {
    fleet,
    fleetText,
    host,
    ask: (collectors) => ask(moved(questionOf(collectors, host, fleet).script, folder), folder),
    close: () => manager.close(),
  };
}

/** The script, with what it looks for on a host looked for in the folder. */
function moved(script: string, folder: string): string {
  const places = {
    '/var/lib/lxd/unix.socket': 'lxd.socket',
    '/var/snap/lxd/common/lxd/unix.socket': 'none',
    '/var/lib/incus/unix.socket': 'none',
    '/run/incus/unix.socket': 'none',
    '/var/cache/vigie': 'cache',
    '/dev/zfs': 'zfs-is-here',
    '/sys/fs/cgroup': 'cgroup',
    '/proc/spl/kstat': 'kstat',
  };
  return Object.entries(places).reduce(
    (text, [place, own]) => text.replaceAll(place, join(folder, own)),
    script,
  );
}

/**
 * Runs the script as root of a process namespace of its own: there all that it starts is counted, also what it does not wait for, and
 * each process has the next number.
 */
async function ask(script: string, folder: string): Promise<{ answer: string; cost: ScriptCost }> {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { stdout, cost } = await measure({
    command: 'unshare',
    args: [...asRoot, '--pid', '--fork', 'sh', '-c', 'sh -s; exec sh -c "sh -c \'echo \\$\\$\'"'],
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
    input: script,
  });
  const [, answer = '', last] = /^([\s\S]*\n::vigie\/1 end\n)(\d+)\n$/.exec(stdout) ?? [];
  if (last === undefined) throw new Error(`expected a whole answer, found ${stdout.slice(-200)}`);
  // Before it come the shell of the namespace and the one that tells its number.
  return { answer, cost: { ...cost, processes: Number(last) - 2 } };
}

/** Programs that print a file each, by what they are asked. */
async function writePrograms(folder: string, size: MachineSize): Promise<void> {
  const answers = lxdAnswers(size);
  const texts = new Map([
    ['status', zpoolStatus(size)],
    ['unhealthy', 'all pools are healthy\n'],
    ['pools', zpoolList(size)],
    ['datasets', zfsList(size)],
    ['snapshots', zfsSnapshots(size)],
    ['scan', smartScan(size)],
    ['block', lsblk(size)],
    ...[...answers.values()].map((text, index): [string, string] => [`lxd-${index}`, text]),
    ...smartScan(size)
      .split('\n')
      .flatMap((line): [string, string][] => {
        const path = line.split(' ', 1)[0] ?? '';
        return path === '' ? [] : [[`smart${path}`, smartAnswer(path)]];
      }),
  ]);
  const print = (file: string): string => `exec cat '${join(folder, 'texts')}/'${file}`;
  const urls = [...answers.keys()].map(
    (url, index) => `'http://manager/1.0${url}') ${print(`lxd-${index}`)} ;;`,
  );
  const programs = {
    zpool: `case $* in 'status -x') ${print('unhealthy')} ;; status*) ${print('status')} ;; *) ${print('pools')} ;; esac`,
    zfs: `case $* in *'-t snapshot'*) ${print('snapshots')} ;; *) ${print('datasets')} ;; esac`,
    smartctl: `case $* in --scan-open) ${print('scan')} ;; *) for last; do :; done; ${print('"smart$last"')} ;; esac`,
    lsblk: print('block'),
    curl: `for url; do :; done; case $url in ${urls.join(' ')} esac; exit 22`,
    'lxc-ls': 'exit 0',
  };
  await writeFiles(join(folder, 'texts'), texts);
  await writeFiles(
    join(folder, 'bin'),
    new Map(Object.entries(programs).map(([name, run]) => [name, `#!/bin/sh\n${run}\n`])),
  );
  for (const name of Object.keys(programs)) await chmod(join(folder, 'bin', name), 0o755);
}

async function writeFiles(folder: string, texts: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of texts) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function fleetOf(folder: string, size: MachineSize): string {
  const services = containerNames(size).map(
    (name) =>
      `  ${name}: { name: ${name}, url: 'https://${name}.example.org', host: hv1, container: ${name}, backup: standard }\n`,
  );
  return `fleet: { name: Bench, timeZone: Europe/Paris }
hosts: { hv1: { ssh: hv1.example.org } }
backups: { standard: { dumps: '${folder}/dumps/{service}/*.sql.gz', daily: 7, monthly: 12, readFor: 15m } }
services:
${services.join('')}`;
}

/** Whole dumps, one a day of each service. */
async function writeDumps(folder: string, size: MachineSize): Promise<void> {
  const dump = gzipSync(
    `-- MariaDB dump 10.19\nINSERT INTO t VALUES (1);\n-- Dump completed on 2026-11-22  3:00:01\n`,
  );
  const services = containerNames(size);
  for (let index = 0; index < size.dumps; index += 1) {
    const service = services[index % services.length] ?? '';
    const seconds = toSeconds(now) - Math.floor(index / services.length) * 86_400 - 23_700;
    const path = join(folder, service, `${service}-${fromSeconds(seconds).slice(0, 10)}.sql.gz`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, dump);
    await utimes(path, seconds, seconds);
  }
}
