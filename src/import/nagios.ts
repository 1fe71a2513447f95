import type { EntityId } from '../model/entity.ts';
import { show } from '../model/problem.ts';
import { type CsvLayout, openCsv } from './csv-file.ts';
import type { Imported } from './imported.ts';
import { parseNagiosLine } from './nagios-line.ts';
import { mergedLines } from './nagios-lines.ts';
import { type MapRow, type NamedService, servicesByName, servicesByTable } from './nagios-services.ts';
import { nagiosStates } from './nagios-states.ts';
import { noRefusals } from './refusals.ts';
import type { Source } from './source.ts';
import { type ImportedStep, monthsOfTimelines } from './timeline-months.ts';

/** How logs of Nagios are to be read. */
export interface NagiosOptions {
  readonly services: readonly NamedService[];
  /** Which objects of Nagios are part of which service; by name without it. */
  readonly map?: Source;
  readonly timeZone: string;
  readonly onProgress: (text: string) => void;
}

/** So many names are told. */
const told = 20;
const linesBetweenProgress = 50_000;

const mapLayout: CsvLayout = {
  columns: [
    { name: 'host', synonyms: ['nagios_host', 'hote', 'host_name'], isRequired: true },
    {
      name: 'nagios_service',
      synonyms: ['service_description', 'description', 'check', 'service_nagios'],
      isRequired: true,
    },
    { name: 'service', synonyms: ['our_service', 'service_id', 'vigie_service'], isRequired: true },
  ],
  dates: [],
};

/**
 * Reads logs and archives of Nagios, in any order, to the timelines of our services.
 * @throws ConfigurationError when the map cannot be read, or an archive is damaged.
 */
export async function readNagios(sources: readonly Source[], options: NagiosOptions): Promise<Imported> {
  const refusals = noRefusals();
  const { services, map, timeZone } = options;
  const rows = map === undefined ? undefined : await readMap(map, services, timeZone);
  for (const fault of rows?.faults ?? []) refusals.add(fault);
  const states = nagiosStates(rows === undefined ? servicesByName(services) : servicesByTable(rows.rows));
  let count = 0;
  for await (const { file, line, text } of mergedLines(sources)) {
    const event = parseNagiosLine(text);
    if (event === undefined) {
      refusals.add({
        file,
        line,
        found: show(text),
        expected: 'a line of nagios.log such as [1795372295] SERVICE ALERT: host;service;OK;HARD;1;output',
      });
      continue;
    }
    states.take(event);
    count += 1;
    if (count % linesBetweenProgress === 0) options.onProgress(`reading ${file}: ${count} lines`);
  }
  const steps = new Map(
    [...states.end()].map(([service, own]): [EntityId, readonly ImportedStep[]] => [
      `service:${service}`,
      own,
    ]),
  );
  return {
    rows: count,
    refusals,
    detected: [
      {
        source: `${sources.length} logs`,
        mapping: map === undefined ? 'by name' : map.name,
        services: [...steps.keys()]
          .map((entity) => entity.slice('service:'.length))
          .toSorted()
          .join(', '),
      },
    ],
    notes: notesOf(states.unmapped()),
    months: monthsOfTimelines(steps, timeZone),
  };
}

async function readMap(
  source: Source,
  services: readonly NamedService[],
  timeZone: string,
): Promise<{
  rows: MapRow[];
  faults: { file: string; line: number; field: string; found: string; expected: string }[];
}> {
  const file = await openCsv(source, mapLayout, { timeZone, now: 0 });
  const ids = services.map(({ id }) => id);
  const rows: MapRow[] = [];
  const faults = [];
  for await (const block of file.rows()) {
    for (const row of block) {
      const [host = '', nagiosService = '', service = ''] = ['host', 'nagios_service', 'service'].map(
        (name) => file.cell(row, name),
      );
      if (row.fault === undefined && ids.includes(service)) rows.push({ host, nagiosService, service });
      else {
        const expected = `a service of fleet.yaml (${ids.slice(0, 8).join(', ')})`;
        faults.push({ file: source.name, line: row.line, field: 'service', found: show(service), expected });
      }
    }
  }
  return { rows, faults };
}

function notesOf(unmapped: readonly string[]): string[] {
  if (unmapped.length === 0) return [];
  const more = unmapped.length > told ? `, and ${unmapped.length - told} more` : '';
  return [
    `part of no service of fleet.yaml, and passed over: ${unmapped.slice(0, told).join(', ')}${more}. --map FILE.csv (host,nagios_service,service) says which they are part of`,
  ];
}
