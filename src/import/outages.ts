import type { EntityId } from '../model/entity.ts';
import { show } from '../model/problem.ts';
import type { State } from '../model/state.ts';
import { dayBounds, dayOf, fromSeconds } from '../model/time.ts';
import { type CsvFile, type CsvLayout, type CsvOptions, openCsv } from './csv-file.ts';
import type { CsvRow } from './csv-rows.ts';
import { dateStyleOf } from './dates.ts';
import type { Imported } from './imported.ts';
import { expectedDate } from './instants.ts';
import { noRefusals, type Refusals } from './refusals.ts';
import type { Source } from './source.ts';
import { type ImportedStep, monthsOfTimelines } from './timeline-months.ts';

/** A stretch of time, in seconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** How a list of outages is to be read. */
export interface OutagesOptions extends CsvOptions {
  /** The fleet's time zone, whose months are made. */
  readonly dayZone: string;
  /** The services of the fleet. */
  readonly services: ReadonlySet<string>;
  /** Set when the list names all outages of this time: what lies outside of them was up. */
  readonly complete?: Window;
}

interface Outage extends Window {
  readonly service: string;
  readonly reason: string;
}

const layout: CsvLayout = {
  columns: [
    { name: 'service', synonyms: ['application', 'service_id', 'site'], isRequired: true },
    {
      name: 'from',
      synonyms: ['start', 'begin', 'begins', 'debut', 'de', 'du', 'date_debut'],
      isRequired: true,
    },
    { name: 'to', synonyms: ['end', 'until', 'fin', 'a', 'au', 'date_fin'], isRequired: true },
    {
      name: 'reason',
      synonyms: ['cause', 'motif', 'raison', 'why', 'comment', 'commentaire'],
      isRequired: false,
    },
  ],
  dates: ['from', 'to'],
  isRow: ([service = '', from = '', to = '']) =>
    service !== '' && dateStyleOf(from) !== undefined && dateStyleOf(to) !== undefined,
};

/**
 * Reads outages, `service,from,to,reason` a row, to the timelines of services. `to` is when it ended; where it names only a day, the end
 * of that day. Outages of a service that overlap are one.
 * @throws ConfigurationError when a file's form cannot be told.
 */
export async function readOutages(sources: readonly Source[], options: OutagesOptions): Promise<Imported> {
  const refusals = noRefusals();
  const outages = new Map<string, Outage[]>();
  const files: CsvFile[] = [];
  let rows = 0;
  for (const source of sources) {
    const file = await openCsv(source, layout, options);
    files.push(file);
    for await (const block of file.rows()) {
      for (const row of block) {
        const outage = readOutage(row, file, options, refusals);
        if (outage === undefined) continue;
        rows += 1;
        const own = outages.get(outage.service);
        if (own === undefined) outages.set(outage.service, [outage]);
        else own.push(outage);
      }
    }
  }
  const merged = [...outages].map(([service, own]): [string, Outage[]] => [service, mergeOutages(own)]);
  const lost = rows - merged.reduce((sum, [, own]) => sum + own.length, 0);
  const listed = options.complete === undefined ? [] : [...options.services].filter((id) => !outages.has(id));
  const all = [...merged, ...listed.map((service): [string, Outage[]] => [service, []])];
  const steps = new Map(
    all.map(([service, own]): [EntityId, ImportedStep[]] => [
      `service:${service}`,
      stepsOf(own, options.complete),
    ]),
  );
  return {
    rows,
    refusals,
    detected: files.map((file) => file.detected()),
    notes: [
      ...(lost === 0 ? [] : [`${lost} outages overlap or touch others of their service: they are one`]),
      options.complete === undefined
        ? 'what lies outside these outages stays unknown; --complete FROM..TO says that the list names all outages of that time'
        : `every service of the fleet counts as up from ${fromSeconds(options.complete.from)} to ${fromSeconds(options.complete.to)} where no outage is listed`,
    ],
    months: monthsOfTimelines(steps, options.dayZone),
  };
}

function readOutage(
  row: CsvRow,
  file: CsvFile,
  { services, timeZone }: OutagesOptions,
  refusals: Refusals,
): Outage | undefined {
  const refuse = (field: string, found: string, expected: string): undefined => {
    refusals.add({ file: file.source.name, line: row.line, field, found, expected });
  };
  if (row.fault !== undefined) return refuse('line', row.fault.found, row.fault.expected);
  const [service = '', from = '', to = ''] = ['service', 'from', 'to'].map((name) => file.cell(row, name));
  if (!services.has(service)) {
    return refuse(
      'service',
      show(service),
      `a service of fleet.yaml (${[...services].slice(0, 8).join(', ')})`,
    );
  }
  const begin = file.readInstant(from);
  if (begin === undefined) return refuse('from', show(from), expectedDate);
  const end = file.readInstant(to);
  if (end === undefined) return refuse('to', show(to), `${expectedDate}, when the outage ended`);
  const until = end.hasTime ? end.seconds : endOfDay(end.seconds, timeZone);
  if (until <= begin.seconds) return refuse('to', show(to), `a time after the outage began (${from})`);
  return { service, from: begin.seconds, to: until, reason: file.cell(row, 'reason') };
}

function endOfDay(seconds: number, timeZone: string): number {
  return dayBounds(dayOf(fromSeconds(seconds), timeZone), timeZone).end;
}

/** In order of time; those that overlap or touch as one, with the reasons of all. */
function mergeOutages(outages: readonly Outage[]): Outage[] {
  const merged: Outage[] = [];
  for (const outage of outages.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1);
    if (last === undefined || outage.from > last.to) {
      merged.push(outage);
      continue;
    }
    const isTold = outage.reason === '' || last.reason.split('; ').includes(outage.reason);
    const reason = isTold
      ? last.reason
      : [last.reason, outage.reason].filter((text) => text !== '').join('; ');
    merged.splice(-1, 1, { ...last, to: Math.max(last.to, outage.to), reason });
  }
  return merged;
}

/** An outage ends when the service was seen up again, if only for a second: else it would go on until somebody looks. */
function stepsOf(outages: readonly Outage[], complete: Window | undefined): ImportedStep[] {
  const outside = (at: number, lastEnd: number | undefined): State => {
    const isListed = complete !== undefined && at >= complete.from && at < complete.to;
    return isListed || at === lastEnd ? 'up' : 'unknown';
  };
  const marks = [
    ...outages.flatMap(({ from, to }) => [from, to, to + 1]),
    ...(complete === undefined ? [] : [complete.from, complete.to]),
  ];
  const steps: ImportedStep[] = [];
  let next = 0;
  for (const at of [...new Set(marks)].toSorted((a, b) => a - b)) {
    while ((outages[next]?.to ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    const outage = outages[next];
    const isDown = outage !== undefined && outage.from <= at;
    const state = isDown ? 'down' : outside(at, outages[next - 1]?.to);
    if (steps.at(-1)?.state === state) continue;
    steps.push(isDown ? { at, state, reason: outage.reason } : { at, state });
  }
  return steps;
}
