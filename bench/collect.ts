import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import host from '../collectors/host.ts';
import { frameMagic } from '../src/collect/frames.ts';
import { hostScript } from '../src/collect/script.ts';
import { createKeyPair, type SshHost } from '../src/demo/ssh-hosts.ts';
import { type Cost, measure, medianBy } from './measure.ts';

/** As many hosts as `vigie collect` reads at once. */
const concurrency = 24;
const rounds = 3;
const serverProcesses = 2;

export interface CollectFigures {
  readonly hosts: number;
  readonly concurrency: number;
  /** `vigie collect --only host`, from the start of Node to the snapshot on disk; the round of median time. */
  readonly vigie: Cost & {
    /** The run alone. */
    readonly run_seconds: number;
  };
  /** As many OpenSSH clients that run the same script on the same hosts, as many at once, started by xargs. */
  readonly openssh: Cost;
  /** Vigie's time by OpenSSH's. */
  readonly ratio: number;
  readonly cpu_ratio: number;
}

/** Reads simulated hosts over SSH, beside OpenSSH's client, in turns. The servers have processes of their own. */
export async function benchCollect(hostCount = 200): Promise<CollectFigures> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const clientKey = createKeyPair();
  const names = Array.from({ length: hostCount }, (_, index) => `host${index + 1}`);
  const shares = Array.from({ length: serverProcesses }, (_, share) =>
    names.filter((_, index) => index % serverProcesses === share),
  );
  const servers = shares.map((share) =>
    spawn(process.execPath, [join(import.meta.dirname, 'collect-servers.ts'), clientKey.public, ...share], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  try {
    const hosts = (await Promise.all(servers.map(({ stdout }) => firstLine(stdout)))).flatMap(
      (line) => JSON.parse(line) as SshHost[],
    );
    await writeWorkspace(root, hosts, clientKey.private);
    const vigie: CollectFigures['vigie'][] = [];
    const openssh: Cost[] = [];
    // The first round warms the servers and counts for nothing; then each goes first in turn.
    for (let round = 0; round <= rounds; round += 1) {
      const turns = [
        async () => vigie.push(await runVigie(root, hostCount)),
        async () => openssh.push(await runOpenSsh(root, hosts)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    }
    const ours = medianBy(vigie.slice(1), ({ seconds }) => seconds);
    const theirs = medianBy(openssh.slice(1), ({ seconds }) => seconds);
    return {
      hosts: hostCount,
      concurrency,
      vigie: ours,
      openssh: theirs,
      ratio: ours.seconds / theirs.seconds,
      cpu_ratio: ours.cpu_seconds / theirs.cpu_seconds,
    };
  } finally {
    for (const server of servers) server.kill();
    await rm(root, { recursive: true });
  }
}

async function writeWorkspace(root: string, hosts: readonly SshHost[], privateKey: string): Promise<void> {
  const data = join(root, 'data');
  await mkdir(data);
  const lines = hosts.map(({ host: name, port }) => `  ${name}: { ssh: 127.0.0.1:${port} }\n`);
  await writeFile(
    join(data, 'fleet.yaml'),
    `fleet: { name: Bench }\naccess: { ssh: { user: vigie, key: key, knownHosts: known_hosts } }\nhosts:\n${lines.join('')}`,
  );
  await writeFile(join(data, 'key'), privateKey, { mode: 0o600 });
  const pins = hosts.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`);
  await writeFile(join(data, 'known_hosts'), pins.join(''));
  await writeFile(
    join(root, 'script'),
    hostScript(new Map(Object.entries(host.commands).map(([name, command]) => [`host.${name}`, command]))),
  );
}

async function runVigie(root: string, hostCount: number): Promise<CollectFigures['vigie']> {
  const { stdout, cost } = await measure({
    command: process.execPath,
    args: [join(import.meta.dirname, 'collect-vigie.ts'), root],
  });
  const { hosts, seconds } = JSON.parse(stdout) as { hosts: number; seconds: number };
  if (hosts !== hostCount) throw new Error(`${hosts} hosts were read, expected ${hostCount}`);
  return { ...cost, run_seconds: seconds };
}

async function runOpenSsh(root: string, hosts: readonly SshHost[]): Promise<Cost> {
  const answers = join(root, 'answers');
  await rm(answers, { recursive: true, force: true });
  await mkdir(answers);
  const options = [
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'UserKnownHostsFile=data/known_hosts',
    'GlobalKnownHostsFile=none',
  ].map((option) => `-o ${option}`);
  const client = `exec ssh -F none -T -i data/key ${options.join(' ')} -p "$0" vigie@127.0.0.1 sh -s <script >"answers/$0"`;
  const { cost } = await measure({
    command: 'xargs',
    args: ['-P', String(concurrency), '-n', '1', 'sh', '-c', client],
    cwd: root,
    input: hosts.map(({ port }) => `${port}\n`).join(''),
  });
  const files = await readdir(answers);
  const texts = await Promise.all(files.map((file) => readFile(join(answers, file), 'utf8')));
  const whole = texts.filter((text) => text.endsWith(`${frameMagic} end\n`)).length;
  if (whole !== hosts.length) throw new Error(`${whole} whole answers came, expected ${hosts.length}`);
  return cost;
}

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error('a server of the bench ended before it listened');
}
