import { resolve } from 'node:path';
import { entityOf, expectedEntity, parseRename } from '../import/metric-names.ts';
import { readPnpXml, readRrds } from '../import/rrd.ts';
import type { EntityId } from '../model/entity.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { type ImportFlags, importCommand } from './import-command.ts';

interface RrdFlags extends ImportFlags {
  readonly entity?: string;
  readonly metric: readonly string[];
}

/** `vigie import rrd FILE…` */
export const rrdCommand = importCommand<RrdFlags>({
  kind: 'rrd',
  description: 'what graphs were drawn from: round robin databases of pnp4nagios, Munin, Cacti and others',
  files: 'RRD files; rrdtool reads them, and must be installed',
  hasWrittenDates: false,
  help: `
Of each time the finest archive counts; where archives of minima and maxima are kept, days have them. What pnp4nagios wrote is understood
by the XML file beside it, and what Munin wrote by its name. Of other files say what they tell of and what their sources are.

Examples:
  vigie import rrd /var/lib/pnp4nagios/perfdata/hv1/*.rrd --dry-run
  vigie import rrd /var/lib/munin/example.org/*.rrd --metric "memory.apps=memory_used_bytes"
  vigie import rrd hv1_traffic_in_42.rrd --entity host:hv1 --metric traffic_in=network_received_bytes_total`,
  async prepare({ flags, fleet, sources, onProgress }) {
    const metrics = flags.metric.map((text) => parseRename(text, '--metric'));
    const entity = flags.entity === undefined ? undefined : readEntity(flags.entity);
    const beside = await Promise.all(sources.map(({ path }) => readPnpXml(path)));
    const hosts = hostNames(fleet);
    return {
      // A file's path tells its host where nothing else does.
      options: {
        metrics,
        entity,
        beside,
        hosts: [...hosts],
        paths: sources.map(({ path }) => namesIn(path)),
      },
      read: () =>
        readRrds(sources, {
          metrics,
          hosts,
          timeZone: fleet.timeZone,
          onProgress,
          ...(entity === undefined ? {} : { entity }),
        }),
    };
  },
})
  .option('--entity <entity>', 'what the files tell of: a host such as hv1, or an entity in full')
  .option(
    '--metric <ds=name>',
    'what a source is called here, and by what its values are multiplied: ds=metric_name or ds=metric_name*factor; may be given several times',
    (text: string, before: readonly string[]) => [...before, text],
    [],
  );

function readEntity(text: string): EntityId {
  const entity = entityOf(text);
  if (entity !== undefined) return entity;
  throw new ConfigurationError([{ file: '--entity', found: JSON.stringify(text), expected: expectedEntity }]);
}

/** What hosts of the fleet may be called elsewhere, in lower case, and their ids. */
function hostNames(fleet: Fleet): ReadonlyMap<string, string> {
  const hosts = [...fleet.hosts.values()];
  const addresses = hosts.flatMap(({ id, reach }): [string, string][] =>
    reach.kind === 'ssh' ? [[reach.address.host.toLowerCase(), id]] : [],
  );
  return new Map([...addresses, ...hosts.map(({ id }): [string, string] => [id, id])]);
}

/** The last two parts of a path. */
function namesIn(path: string): string {
  return resolve(path).split('/').slice(-2).join('/');
}
