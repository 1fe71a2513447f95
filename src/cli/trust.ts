import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { findKeys, fingerprint, type HostKey, pinKey } from '../collect/known-hosts.ts';
import { openSsh } from '../collect/ssh.ts';
import { nameOf, SshFailure } from '../collect/ssh-connect.ts';
import { knownHostsPath, loadSshSettings } from '../collect/ssh-settings.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet, SshAddress } from '../model/fleet.ts';
import { writeDocument } from '../store/documents.ts';
import { readFleet, shownPath } from '../store/fleet.ts';
import { printable } from './progress.ts';
import { workspaceOf } from './root.ts';

interface Flags {
  readonly fingerprint?: string;
  readonly replace?: true;
}

/** `vigie trust HOST` */
export const command = new Command('trust')
  .description('show the host key of a host and pin it in data/known_hosts')
  .argument('<host>', 'a host of fleet.yaml, or the address of a host or bastion in it')
  .option(
    '--fingerprint <fingerprint>',
    'pin without asking, only when the key has this fingerprint (SHA256:…)',
  )
  .option('--replace', 'pin although another key is pinned')
  .addHelpText(
    'after',
    `
Compare the fingerprint with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

Examples:
  vigie trust hv1                             ask on the terminal
  vigie trust hv1 --fingerprint SHA256:…      for scripts
  vigie trust hv1 --replace                   after a reinstallation

Exit codes: 0 the key is pinned, 1 the host could not be asked, 2 nothing was pinned.`,
  )
  .action(async (name: string, flags: Flags, self: Command) => {
    const { data } = workspaceOf(self);
    const fleet = await readFleet(data);
    try {
      const verdict = await trust(name, flags, fleet, data);
      console.log(verdict.message);
      process.exitCode = verdict.isPinned ? 0 : 2;
    } catch (error) {
      if (!(error instanceof SshFailure)) throw error;
      console.error(printable(error.message));
      process.exitCode = 1;
    }
  });

async function trust(
  name: string,
  flags: Flags,
  fleet: Fleet,
  data: string,
): Promise<{ message: string; isPinned: boolean }> {
  const address = addressOf(name, fleet);
  const { settings, faults } = await loadSshSettings(fleet, data, process.env);
  if (faults.length > 0) throw new ConfigurationError(faults);
  const label = nameOf(address);
  const { pinned, revoked } = findKeys(settings.knownHosts, address.host, address.port);
  const shown = await askKey(openSsh(settings), address, pinned);
  const described = `${label} shows ${shown.type} ${fingerprint(shown)}`;
  const refuse = (reason: string) => ({ message: `${described}\nNot pinned: ${reason}`, isPinned: false });

  if (revoked.some((key) => key.blob.equals(shown.blob)))
    return refuse('this key is revoked in known_hosts.');
  if (flags.fingerprint !== undefined && flags.fingerprint !== fingerprint(shown)) {
    return refuse(`the fingerprint is not ${flags.fingerprint}.`);
  }
  if (pinned.some((key) => key.blob.equals(shown.blob))) {
    return { message: `${described}\nIt is pinned already.`, isPinned: true };
  }
  const change = pinned.length === 0 ? '' : describeChange(label, pinned);
  if (change !== '' && !flags.replace)
    return refuse(`${change}\nIf the host was reinstalled, add --replace.`);
  if (flags.fingerprint === undefined) {
    if (!process.stdin.isTTY)
      return refuse('there is no terminal to ask on; give --fingerprint to confirm it.');
    if (!(await confirm(`${change === '' ? '' : `${change}\n`}${described}\nPin this key? Type yes: `)))
      return refuse('not confirmed.');
  }
  const path = knownHostsPath(fleet, data);
  await pin(path, address, shown);
  return { message: `${described}\nPinned in ${shownPath(path)}`, isPinned: true };
}

/** The host, or the bastion, that goes by this name in fleet.yaml. */
function addressOf(name: string, fleet: Fleet): SshAddress {
  const addresses = [...fleet.hosts.values()].flatMap(({ id, reach }) =>
    reach.kind === 'ssh' ? [{ id, address: reach.address }] : [],
  );
  const host =
    addresses.find(({ id }) => id === name) ?? addresses.find(({ address }) => nameOf(address) === name);
  if (host !== undefined) return host.address;
  const bastion = addresses.flatMap(({ address }) => address.via ?? []).find((via) => nameOf(via) === name);
  if (bastion !== undefined) return bastion;
  const known = [
    ...addresses.map(({ id }) => id),
    ...new Set(addresses.flatMap(({ address }) => address.via ?? []).map(nameOf)),
  ];
  throw new ConfigurationError([
    {
      file: 'vigie trust',
      found: JSON.stringify(name),
      expected: `a host of fleet.yaml that is reached over SSH (${known.join(', ') || 'there is none'})`,
    },
  ]);
}

/** A key of a type that is pinned, if the host still has one: a host with several keys must not look changed. */
async function askKey(
  ssh: ReturnType<typeof openSsh>,
  address: SshAddress,
  pinned: readonly HostKey[],
): Promise<HostKey> {
  const signal = AbortSignal.timeout(60_000);
  try {
    const types = pinned.map(({ type }) => type);
    const shown = (await ssh.hostKey(address, types, signal)) ?? (await ssh.hostKey(address, [], signal));
    if (shown === undefined) throw new SshFailure(`${nameOf(address)} showed no host key`);
    return shown;
  } finally {
    ssh.close();
  }
}

function describeChange(label: string, pinned: readonly HostKey[]): string {
  const known = pinned.map((key) => `${key.type} ${fingerprint(key)}`).join(', ');
  return `THE HOST KEY OF ${label} HAS CHANGED. Pinned is ${known}.\nSomeone may stand between you and the host.`;
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D are a no.
  const ended = new AbortController();
  terminal.on('close', () => ended.abort());
  terminal.on('SIGINT', () => terminal.close());
  try {
    return (await terminal.question(question, { signal: ended.signal })).trim() === 'yes';
  } catch (error) {
    if (ended.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}

async function pin(path: string, { host, port }: SshAddress, key: HostKey): Promise<void> {
  let text = '';
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  await writeDocument(path, pinKey(text, shownPath(path), host, port, key));
}
