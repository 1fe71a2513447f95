import { readNagios } from '../import/nagios.ts';
import { inspectSource } from '../import/source.ts';
import { type ImportFlags, importCommand } from './import-command.ts';

interface NagiosFlags extends ImportFlags {
  readonly map?: string;
}

/** `vigie import nagios FILE…` */
export const nagiosCommand = importCommand<NagiosFlags>({
  kind: 'nagios',
  description: 'outages of services from the logs and archives of Nagios',
  files: 'nagios.log and its archives, in any order, compressed by gzip or not',
  hasWrittenDates: false,
  help: `
Hard states alone count: OK and UP are up, WARNING is degraded, CRITICAL and DOWN are down, UNKNOWN and UNREACHABLE are unknown; a planned
downtime is maintenance. While Nagios did not run, or where an archive is missing, nothing is known. A service of ours that has several
services of Nagios is as bad as the worst of them.

Without --map, a host of Nagios counts for the service whose name or container it has, and so does a service of Nagios whose
description is the name of one of ours. The file of --map has a header and three columns, host,nagios_service,service: an empty
nagios_service stands for the host and all of its services.

Examples:
  vigie import nagios /var/log/nagios4/nagios.log /var/log/nagios4/archives/* --dry-run
  vigie import nagios archives/*.gz --map nagios-services.csv`,
  async prepare({ flags, fleet, sources, onProgress }) {
    const map = flags.map === undefined ? undefined : await inspectSource(flags.map);
    const services = [...fleet.services.values()].map(({ id, container }) => ({
      id,
      ...(container === undefined ? {} : { container }),
    }));
    return {
      options: { services, map: map?.sha256 },
      read: () =>
        readNagios(sources, {
          services,
          timeZone: fleet.timeZone,
          onProgress,
          ...(map === undefined ? {} : { map }),
        }),
    };
  },
}).option('--map <file>', 'CSV: host,nagios_service,service');
