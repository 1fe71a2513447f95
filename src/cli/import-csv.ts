import { readHardwareLists } from '../import/hardware.ts';
import { parseRename } from '../import/metric-names.ts';
import { readMetrics } from '../import/metrics.ts';
import { readOutages, type Window } from '../import/outages.ts';
import { ConfigurationError } from '../model/fault.ts';
import { Day, dayBounds } from '../model/time.ts';
import { type ImportFlags, importCommand } from './import-command.ts';

interface MetricsFlags extends ImportFlags {
  readonly rename: readonly string[];
}

/** `vigie import metrics FILE…` */
export const metricsCommand = importCommand<MetricsFlags>({
  kind: 'metrics',
  description: 'readings of metrics: date, host, metric, value a row',
  files: 'CSV files, delimited by comma, semicolon, tab or vertical bar',
  hasWrittenDates: true,
  help: `
A row names a date, a host (or an entity in full), a metric, and its value. Columns are told by their header, in any order; without one
they come in this order. Metrics end in their unit (memory_used_bytes); those that end in _total are counters. Each day becomes what
a collector would have made of it. What vigie export series writes can be read back.

Examples:
  vigie import metrics readings.csv --dry-run
  vigie import metrics 2021.csv 2022.csv --rename "kbmemused=memory_used_bytes*1024"
  vigie import metrics munin.csv --time-zone UTC --date-format dmy`,
  async prepare({ flags, fleet, sources, csv, onProgress }) {
    const renames = flags.rename.map((text) => parseRename(text, '--rename'));
    return {
      options: { renames },
      read: () => readMetrics(sources, { ...csv, dayZone: fleet.timeZone, renames, onProgress }),
    };
  },
}).option(
  '--rename <old=new>',
  'what a metric is called here, and by what its values are multiplied: old=new or old=new*factor; may be given several times',
  gather,
  [],
);

interface OutagesFlags extends ImportFlags {
  readonly complete?: string;
}

/** `vigie import outages FILE…` */
export const outagesCommand = importCommand<OutagesFlags>({
  kind: 'outages',
  description: 'outages of services: service, from, to, reason a row',
  files: 'CSV files, delimited by comma, semicolon, tab or vertical bar',
  hasWrittenDates: true,
  help: `
A row names a service of fleet.yaml, when it went down and when it came back, and why. What lies outside of the outages is unknown,
unless --complete says that the list names all outages of a time: then services were up.

Examples:
  vigie import outages outages.csv --dry-run
  vigie import outages outages.csv --complete 2021-01-01..2025-12-31`,
  async prepare({ flags, fleet, sources, csv }) {
    const services = new Set(fleet.services.keys());
    const complete =
      flags.complete === undefined ? undefined : windowOf(flags.complete, fleet.timeZone, csv.now);
    const options = {
      ...csv,
      dayZone: fleet.timeZone,
      services,
      ...(complete === undefined ? {} : { complete }),
    };
    return {
      // Services decide what is refused and, with --complete, what was up.
      options: { complete, services: [...services].toSorted() },
      read: () => readOutages(sources, options),
    };
  },
}).option('--complete <from..to>', 'the days, both included, of which the list names all outages');

/** `vigie import hardware FILE…` */
export const hardwareCommand = importCommand<ImportFlags>({
  kind: 'hardware',
  description: 'what was bought and leased, from a list in another form than data/hardware.csv',
  files: 'CSV files, delimited by comma, semicolon, tab or vertical bar, with a header',
  hasWrittenDates: true,
  help: `
Columns are those of data/hardware.csv, in any order and also by their French names (serveur, composant, désignation, date d’achat, prix …);
host, part, description, acquisition and from must be there. Rows of data/hardware.csv count before imported ones.

Examples:
  vigie import hardware achats.csv --dry-run
  vigie import hardware purchases.csv --date-format mdy`,
  async prepare({ fleet, sources, csv }) {
    const hosts = new Set(fleet.hosts.keys());
    return {
      options: { hosts: [...hosts].toSorted() },
      read: () => readHardwareLists(sources, { ...csv, hosts }),
    };
  },
});

function gather(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function windowOf(text: string, timeZone: string, now: number): Window {
  const [from, to] = text.split('..').map((day) => Day.safeParse(day).data);
  if (from !== undefined && to !== undefined && from <= to && text.split('..').length === 2) {
    const end = dayBounds(to, timeZone).end;
    if (dayBounds(to, timeZone).start <= now) {
      return { from: dayBounds(from, timeZone).start, to: Math.min(end, now) };
    }
  }
  throw new ConfigurationError([
    {
      file: '--complete',
      found: JSON.stringify(text),
      expected: 'two days that are not ahead, the earlier one first, such as 2021-01-01..2025-12-31',
    },
  ]);
}
