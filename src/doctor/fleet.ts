import { loadSshSettings } from '../collect/ssh-settings.ts';
import { domainsOf, registryOf } from '../model/domains.ts';
import { ConfigurationError, type Fault } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { readHardware } from '../store/hardware.ts';
import type { Examination, Finding } from './examination.ts';

/** What people write. */
export const fleet: Examination = {
  name: 'fleet',
  looksFor: 'mistakes in fleet.yaml and hardware.csv, and keys that cannot be used',
  async examine({ workspace, fleet, faults, environment }) {
    const ofKeys =
      fleet === undefined ? [] : (await loadSshSettings(fleet, workspace.data, environment)).faults;
    const ofHardware = await faultsOfHardware(workspace.data, fleet);
    const ofDomains = fleet === undefined ? [] : unknownRegistries(fleet);
    return [...[...faults, ...ofKeys, ...ofHardware].map(toFinding), ...ofDomains];
  },
};

/** Domain names that nobody is asked about, where fleet.yaml wants them asked about. */
function unknownRegistries(fleet: Fleet): Finding[] {
  if (fleet.registries.size === 0) return [];
  return domainsOf(fleet)
    .filter((domain) => registryOf(domain, fleet.registries) === undefined)
    .map((domain) => ({
      severity: 'note',
      where: `domain:${domain}`,
      found: 'no registry that we know',
      advice:
        'name its RDAP server in fleet.yaml, domains.registries, as https://data.iana.org/rdap/dns.json lists it',
    }));
}

/** While fleet.yaml cannot be used, all but the hosts' names. */
async function faultsOfHardware(dataFolder: string, fleet: Fleet | undefined): Promise<readonly Fault[]> {
  try {
    await readHardware(dataFolder, fleet);
    return [];
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return cause.faults;
  }
}

function toFinding({ file, line, field, found, expected }: Fault): Finding {
  const place = line === undefined ? file : `${file}:${line}`;
  return {
    severity: 'error',
    where: field === undefined ? place : `${place}: ${field}`,
    found: found ?? 'something else',
    expected,
    advice: 'correct it: nothing is collected or built until then',
  };
}
