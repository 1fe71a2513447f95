import { Command } from 'commander';
import type { HostCollector } from '../collect/collector.ts';
import { scriptOf } from '../collect/host-run.ts';
import { loadCollectors } from '../collect/registry.ts';

/** `vigie agent` */
export const command = new Command('agent')
  .description('print the script of all host collectors, to install as the forced command of the key')
  .addHelpText(
    'after',
    `
With the script as its forced command, the key can do nothing else on the host.
Install it again when Vigie is upgraded; each new collector needs its own commands.

Examples:
  npm run --silent vigie -- agent > agent      (--silent: npm must add no line of its own to the script)
  scp agent root@hv1.example.org:
  ssh root@hv1.example.org install -D -m 0755 agent /usr/local/lib/vigie/agent`,
  )
  .action(async () => {
    const collectors = [...(await loadCollectors())].flatMap(
      ([name, collector]): [string, HostCollector][] =>
        collector.kind === 'host' ? [[name, collector]] : [],
    );
    process.stdout.write(agentScript(new Map(collectors)));
  });

function agentScript(collectors: ReadonlyMap<string, HostCollector>): string {
  const reads = [...collectors].map(([name, collector]) => `#   ${name}: ${collector.reads}`);
  const header = [
    '#!/bin/sh',
    '# What Vigie reads on this host. It changes nothing, and takes no argument and no input.',
    ...reads,
    '#',
    '# Install it as /usr/local/lib/vigie/agent, owner root, mode 0755, and let the key do nothing else:',
    '# one line in ~vigie/.ssh/authorized_keys, before the public key:',
    '#   restrict,command="/usr/local/lib/vigie/agent" ssh-ed25519 AAAA... vigie',
    '#',
  ];
  return `${header.join('\n')}\n${scriptOf(collectors)}`;
}
