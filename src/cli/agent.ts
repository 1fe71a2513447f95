import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { agentOf, installerOf } from '../collect/agent.ts';
import type { HostCollector } from '../collect/collector.ts';
import type { HostCollectors } from '../collect/host-run.ts';
import { loadCollectors } from '../collect/registry.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Host } from '../model/fleet.ts';
import { readFleet } from '../store/fleet.ts';
import { workspaceOf } from './root.ts';

interface Options {
  readonly wrapper?: true;
  readonly install?: true;
  readonly key?: string;
}

/** `vigie agent` */
export const command = new Command('agent')
  .description('print the script of all host collectors, to install as the forced command of the key')
  .argument('<host>', 'the name of the host in fleet.yaml: what it is asked depends on it')
  .option(
    '--wrapper',
    'print the root wrapper: what only root may read, as the one program that the account may run by sudo',
  )
  .option(
    '--install',
    'print a script that installs both, the sudo rule and the key, when root runs it on the host',
  )
  .option(
    '--key <text>',
    'the public key to install (default: that of the key in fleet.yaml, from the file beside it)',
  )
  .addHelpText(
    'after',
    `
With the script as its forced command, the key can do nothing else on the host; with the root wrapper, the account can do nothing else
as root. Neither takes an argument. Install them again when Vigie is upgraded, or when the backups of the host change in fleet.yaml.

Examples:
  npm run --silent vigie -- agent hv1                                     look at what a host is asked
  npm run --silent vigie -- agent hv1 --install > install-hv1.sh          read it, then run it on the host as root
  npm run --silent vigie -- agent hv1 --install | ssh root@hv1.example.org sh
(--silent: npm must add no line of its own to the script)`,
  )
  .action(async (name: string, options: Options, self: Command) => {
    const { data } = workspaceOf(self);
    const fleet = await readFleet(data);
    const host = fleet.hosts.get(name);
    if (host === undefined)
      throw new ConfigurationError([
        { file: 'agent', found: `"${name}"`, expected: `one of ${[...fleet.hosts.keys()].join(', ')}` },
      ]);
    const collectors = await hostCollectors();
    const texts = agentOf(collectors, host, fleet);
    if (options.install === undefined) {
      process.stdout.write(options.wrapper ? texts.wrapper : texts.agent);
      return;
    }
    const key = options.key ?? (await publicKeyOf(host, data)) ?? '';
    if (!/^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [\w+/=]+( [^\n]*)?$/.test(key))
      throw new ConfigurationError([
        {
          file: '--key',
          found: key === '' ? 'no public key beside that of fleet.yaml' : `"${key.slice(0, 80)}"`,
          expected: 'a public key, such as "ssh-ed25519 AAAA… vigie"',
        },
      ]);
    process.stdout.write(installerOf(host, texts, key));
  });

async function hostCollectors(): Promise<HostCollectors> {
  const collectors = await loadCollectors();
  return new Map(
    [...collectors].flatMap(([name, collector]): [string, HostCollector][] =>
      collector.kind === 'host' ? [[name, collector]] : [],
    ),
  );
}

/** The file beside the private key that fleet.yaml names; undefined without one. */
async function publicKeyOf({ reach }: Host, data: string): Promise<string | undefined> {
  const key = reach.kind === 'ssh' ? reach.address.key : undefined;
  if (key === undefined) return undefined;
  const path = key.startsWith('~/') ? join(homedir(), key.slice(2)) : join(data, key);
  return readFile(`${path}.pub`, 'utf8').then(
    (text) => text.trim().split('\n', 1)[0],
    () => undefined,
  );
}
