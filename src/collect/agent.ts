import type { Fleet, Host } from '../model/fleet.ts';
import { type HostCollectors, sectionCommandsOf } from './host-run.ts';
import { shellWord } from './parse/shell-word.ts';
import { hostScript, rootScript, rootWrapperPath, type SectionCommands } from './script.ts';

// What is installed on a host so that the key, and the account as root, can do one thing and nothing else.

const agentPath = '/usr/local/lib/vigie/agent';
const sudoersPath = '/etc/sudoers.d/vigie';

/** The texts for one host: its forced command, its root wrapper. */
export interface Agent {
  readonly agent: string;
  readonly wrapper: string;
}

/** What a host is asked, as programs to install there. */
export function agentOf(collectors: HostCollectors, host: Host, fleet: Fleet): Agent {
  const commands = sectionCommandsOf(collectors, host, fleet);
  return { agent: agentScript(collectors, commands), wrapper: rootWrapper(collectors, commands) };
}

/** A script of shell that writes the four files of an agent and of the key that may run it, says which, and stops at the first thing that goes wrong. */
export function installerOf(host: Host, { agent, wrapper }: Agent, key: string): string {
  const user = host.reach.kind === 'ssh' ? host.reach.address.user : 'vigie';
  const rule = `${user} ALL=(root) NOPASSWD: ${rootWrapperPath} ""\n`;
  const line = `restrict,command="${agentPath}" ${key}`;
  return `#!/bin/sh
# Installs what Vigie needs on ${host.id}. Run it as root, there.
set -eu
umask 022
[ "$(id -u)" = 0 ] || { echo "run this as root" >&2; exit 1; }

user=${shellWord(user)}
id "$user" >/dev/null 2>&1 || useradd --system --create-home --shell /bin/sh "$user"
mkdir -p ${agentPath.replace(/\/[^/]*$/, '')}

# A file takes its place whole.
write() {
  cat >"$1.new"
  chown root:root "$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
  echo "$1"
}

write ${agentPath} 0755 <<'end of agent'
${agent}end of agent

write ${rootWrapperPath} 0755 <<'end of root wrapper'
${wrapper}end of root wrapper

# The account may run the wrapper as root, with no argument, and nothing else.
if command -v visudo >/dev/null; then
  printf '%s' ${shellWord(rule)} | visudo -cqf - || { echo "sudo does not take the rule" >&2; exit 1; }
  printf '%s' ${shellWord(rule)} | write ${sudoersPath} 0440
else
  echo "no sudo here: what only root may read is left out; install it and run this again, or say \\\`root: false\\\` in fleet.yaml" >&2
fi

# The key can do nothing but run the agent.
home=$(getent passwd "$user" | cut -d: -f6)
mkdir -p "$home/.ssh"
keys=$home/.ssh/authorized_keys
touch "$keys"
grep -qxF ${shellWord(line)} "$keys" || printf '%s\\n' ${shellWord(line)} >>"$keys"
chown -R "$user:" "$home/.ssh"
chmod 700 "$home/.ssh"
chmod 600 "$keys"
echo "$keys"
`;
}

function agentScript(collectors: HostCollectors, commands: SectionCommands): string {
  return `#!/bin/sh
# What Vigie reads on this host. It takes no argument and no input; of its collectors, all or those that the asker names.
${describe(collectors, commands, false)}${hostScript(commands)}`;
}

function rootWrapper(collectors: HostCollectors, commands: SectionCommands): string {
  return `#!/bin/sh
# What Vigie reads on this host that only root may read. It takes no argument; of its input the names of collectors, to compare.
${describe(collectors, commands, true)}${rootScript(commands)}`;
}

function describe(collectors: HostCollectors, commands: SectionCommands, isRoot: boolean): string {
  return [...collectors]
    .filter(([name]) =>
      [...commands].some(
        ([section, { asRoot = false }]) => section.startsWith(`${name}.`) && asRoot === isRoot,
      ),
    )
    .map(([name, { reads }]) => `#   ${name}: ${reads}\n`)
    .join('');
}
