import type { Command, HostCollector, Parsed } from '../collect/collector.ts';
import { type HostCollectors, parseAnswer, sectionCommandsOf } from '../collect/host-run.ts';
import { loadCollectors } from '../collect/registry.ts';
import type { Host } from '../model/fleet.ts';
import { fromSeconds } from '../model/time.ts';
import { answerCommand } from './answers.ts';
import type { Place } from './place.ts';

/** What reads hosts at every run: to print and parse all that would take minutes, and the demo writes the records of it at once. */
const toldOtherwise = ['host', 'container', 'nagios'];

/** The collectors of hosts that are due now and then; what they would have told they tell themselves. */
export async function slowCollectors(): Promise<HostCollectors> {
  return new Map(
    [...(await loadCollectors())].filter(
      (entry): entry is [string, HostCollector] =>
        entry[1].kind === 'host' && !toldOtherwise.includes(entry[0]),
    ),
  );
}

/** What a collector makes of what a host prints. */
export function toldByCollector(name: string, collector: HostCollector, place: Place): Parsed {
  const { fleet, moment } = place;
  const host = fleet.hosts.get(place.host);
  if (host === undefined) return { records: [], errors: [] };
  const only = new Map([[name, collector]]);
  const commands = commandsOf(only, host, place);
  const sections = new Map(
    [...commands].map(([section, { run }]) => [section, answerCommand(run, place)] as const),
  );
  const parsed = parseAnswer(only, host, { sections }, { at: fromSeconds(moment.seconds), fleet });
  return parsed.get(name) ?? { records: [], errors: [] };
}

/** The script for a host's backups is long, and the same each time. */
const known = new WeakMap<HostCollector, Map<Host, ReadonlyMap<string, Command>>>();

function commandsOf(only: HostCollectors, host: Host, { fleet }: Place): ReadonlyMap<string, Command> {
  const [collector] = only.values();
  if (collector === undefined) return new Map();
  const byHost = known.get(collector) ?? new Map<Host, ReadonlyMap<string, Command>>();
  known.set(collector, byHost);
  const commands = byHost.get(host) ?? sectionCommandsOf(only, host, fleet);
  byHost.set(host, commands);
  return commands;
}
