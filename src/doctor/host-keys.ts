import { stat } from 'node:fs/promises';
import { findKeys } from '../collect/known-hosts.ts';
import { nameOf } from '../collect/ssh-connect.ts';
import { knownHostsPath, loadSshSettings, locate } from '../collect/ssh-settings.ts';
import { formatFault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { isAbsence } from '../store/documents.ts';
import { shownPath } from '../store/fleet.ts';
import type { Examination, Finding } from './examination.ts';

/** Whom we trust, and who may be us. */
export const hostKeys: Examination = {
  name: 'host keys',
  looksFor:
    'hosts whose key is not pinned, lines of known_hosts for nobody, private keys that others can read',
  async examine({ workspace, fleet, environment }) {
    if (fleet === undefined) return [];
    const { settings } = await loadSshSettings(fleet, workspace.data, environment);
    const { knownHosts } = settings;
    const file = shownPath(knownHostsPath(fleet, workspace.data));
    const addresses = addressesOf(fleet);
    const unpinned = addresses
      .filter(({ host, port }) => findKeys(knownHosts, host, port).pinned.length === 0)
      .map(({ name, host, port }): Finding => {
        const found = `no key pinned for ${host}${port === 22 ? '' : ` port ${port}`}`;
        return {
          severity: 'error',
          where: name,
          found,
          expected: `a line in ${file}`,
          advice: `compare and pin it: vigie trust ${name}`,
        };
      });
    const idle = knownHosts.entries
      .filter((entry) => {
        const alone = { entries: [entry], faults: [] };
        const isUsed = addresses.some(({ host, port }) => findKeys(alone, host, port).pinned.length > 0);
        return !isUsed && !entry.isRevoked;
      })
      .map(({ line }): Finding => {
        const advice = 'remove the line, if the host has left the fleet';
        return {
          severity: 'note',
          where: `${file}:${line}`,
          found: 'a key that no host of the fleet shows',
          advice,
        };
      });
    const unusable = knownHosts.faults.map(
      (fault): Finding => ({
        severity: 'warning',
        where: `${file}:${fault.line ?? 1}`,
        found: formatFault(fault),
        advice: 'correct or remove the line: it pins nothing',
      }),
    );
    return [...unpinned, ...unusable, ...idle, ...(await readableKeys(fleet, workspace.data))];
  },
};

/** Each address that is connected to, once, by the name that vigie trust knows it by: bastions have none but their address. */
function addressesOf(fleet: Fleet): { name: string; host: string; port: number }[] {
  const addresses = [...fleet.hosts.values()].flatMap(({ id, reach }) =>
    reach.kind === 'ssh' ? [{ id, ...reach.address }] : [],
  );
  const bastions = addresses.flatMap(({ via }) =>
    via === undefined ? [] : [{ name: nameOf(via), host: via.host, port: via.port }],
  );
  const hosts = addresses.map(({ id, host, port }) => ({ name: id, host, port }));
  const byAddress = new Map([...bastions, ...hosts].map((own) => [`${own.host}:${own.port}`, own]));
  return [...byAddress.values()];
}

async function readableKeys(fleet: Fleet, dataFolder: string): Promise<Finding[]> {
  const names = [...fleet.hosts.values()].flatMap(({ reach }) =>
    reach.kind === 'ssh' && reach.address.key !== undefined ? [reach.address.key] : [],
  );
  const findings: Finding[] = [];
  for (const name of new Set(names)) {
    const path = locate(name, dataFolder);
    // A key that is missing is told as a fault of the fleet.
    const mode = await stat(path)
      .then(({ mode }) => mode)
      .catch((cause: unknown) => {
        if (isAbsence(cause)) return 0;
        throw cause;
      });
    if ((mode & 0o077) === 0) continue;
    const found = `a private key with mode ${(mode & 0o777).toString(8)}`;
    findings.push({
      severity: 'error',
      where: shownPath(path),
      found,
      expected: '600',
      advice: `chmod 600 ${shownPath(path)}`,
    });
  }
  return findings;
}
