import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { entitiesTable, factsTable, hardwareTable } from '../export/inventory.ts';
import { type Days, dayTable, matching, metricsOf, seriesTable } from '../export/metrics.ts';
import { outagesTable, statesTable } from '../export/services.ts';
import type { Table } from '../export/table.ts';
import { csvOf, jsonOf } from '../export/write.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet, Service } from '../model/fleet.ts';
import type { History } from '../model/history.ts';
import { Day, toInstant } from '../model/time.ts';
import { readAnnouncements } from '../store/announcements.ts';
import type { BrokenFile } from '../store/documents.ts';
import { readFleet } from '../store/fleet.ts';
import { readHardware } from '../store/hardware.ts';
import { readHistory } from '../store/history.ts';
import type { Workspace } from '../store/workspace.ts';
import { type Accounting, overridesOf } from '../views/service-history.ts';
import { progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';
import { gatherSetAside } from './set-aside.ts';

interface Flags {
  readonly csv?: true;
  readonly json?: true;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

/** What a table is made from. */
interface Request {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  readonly history: History;
  /** The words after the name of the table. */
  readonly words: readonly string[];
  readonly days: Days;
  readonly onBroken: (broken: BrokenFile) => void;
}

/** A table that can be exported. */
interface Export {
  /** How many words follow its name, at least and at most. */
  readonly words: readonly [least: number, most: number];
  readonly usage: string;
  table(request: Request): Table | Promise<Table>;
}

const exports: Readonly<Record<string, Export>> = {
  series: { words: [2, 2], usage: 'series ENTITY METRIC', table: seriesOf },
  states: {
    words: [0, 1],
    usage: 'states [SERVICE]',
    table: async (request) => statesTable(await accountingOf(request), servicesOf(request), request.days),
  },
  outages: {
    words: [0, 1],
    usage: 'outages [SERVICE]',
    table: async (request) => outagesTable(await accountingOf(request), servicesOf(request), request.days),
  },
  entities: { words: [0, 0], usage: 'entities', table: ({ history, days }) => entitiesTable(history, days) },
  facts: { words: [0, 0], usage: 'facts', table: ({ history, days }) => factsTable(history, days) },
  hardware: {
    words: [0, 0],
    usage: 'hardware',
    table: async ({ workspace, fleet }) => hardwareTable(await readHardware(workspace.data, fleet)),
  },
  day: {
    words: [1, 1],
    usage: 'day DAY',
    table: ({ history, words }) => dayTable(history, dayIn(words[0], 'vigie export day')),
  },
};

/** `vigie export` */
export const command = new Command('export')
  .description('give a table or series back, as CSV for spreadsheets or as JSON')
  .argument(
    '<what>',
    Object.values(exports)
      .map(({ usage }) => usage)
      .join(', '),
  )
  .argument('[words...]', 'which; in ENTITY and METRIC a * stands for any text')
  .addOption(new Option('--csv', 'as CSV: comma, UTF-8 (so by default)').conflicts('json'))
  .option('--json', 'as a JSON array, an object a line')
  .option('--from <day>', 'from this day on; from the first one by default')
  .option('--to <day>', 'up to this day, included; to the last one by default')
  .option('--out <file>', 'write to this file, whole or not at all')
  .addHelpText(
    'after',
    `
  series     a row a day and metric: samples, and the statistics of gauges or counters; days without data have empty cells (null)
  states     a row a service and day: seconds in each state, availability, and in how much of the day we looked
  outages    a row an outage: service, from, to, duration, reason
  entities   a row all that is known by name: since when, how often it was read, which metrics
  facts      a row each value that a fact had, and since when
  hardware   data/hardware.csv and what was imported
  day        a row each metric of one day

What was compacted is told (vigie compact comes first), and what was imported. Text that a spreadsheet would run as a formula gets an
apostrophe before it. vigie import metrics reads series and days back, vigie import outages outages.

Examples:
  vigie export series host:hv1 memory_used_bytes
  vigie export series "filesystem:*" "filesystem_*_bytes" --from 2026-01-01 --out filesystems.csv
  vigie export states koha-mulhouse --json
  vigie export day 2026-11-22

Exit codes: 0 exported, 1 exported, but some data files were set aside (each is named), 2 nothing was exported.`,
  )
  .action(async (what: string, words: string[], flags: Flags, self: Command) => {
    const workspace = workspaceOf(self);
    const wanted = exportOf(what, words);
    const fleet = await readFleet(workspace.data);
    const progress = progressOn();
    const aside = gatherSetAside(progress);
    const history = await readHistory({
      workspace,
      timeZone: fleet.timeZone,
      now: toInstant(new Date()),
      onBroken: aside.onBroken,
    });
    try {
      const days = {
        from: flags.from === undefined ? (history.days[0] ?? '9999-12-31') : dayIn(flags.from, '--from'),
        to: flags.to === undefined ? (history.days.at(-1) ?? '0000-01-01') : dayIn(flags.to, '--to'),
      };
      const table = await wanted.table({ workspace, fleet, history, words, days, onBroken: aside.onBroken });
      await write(flags.json ? jsonOf(table) : csvOf(table), flags.out);
    } finally {
      await history.close();
    }
    process.exitCode = aside.files().length > 0 ? 1 : 0;
  });

function exportOf(what: string, words: readonly string[]): Export {
  const wanted = Object.hasOwn(exports, what) ? exports[what] : undefined;
  const usages = wanted === undefined ? Object.values(exports).map(({ usage }) => usage) : [wanted.usage];
  const [least, most] = wanted?.words ?? [0, 0];
  if (wanted !== undefined && words.length >= least && words.length <= most) return wanted;
  const found = JSON.stringify([what, ...words].join(' '));
  throw new ConfigurationError([{ file: 'vigie export', found, expected: usages.join(', or ') }]);
}

function seriesOf({ history, words, days }: Request): Table {
  const [entities = '', metrics = ''] = words;
  const known = matching(history, entities);
  if (known.length === 0) {
    const some = [...history.entities.keys()].slice(0, 8).join(', ');
    throw nothing('series', entities, `an entity that has data (vigie export entities lists all: ${some})`);
  }
  if (known.some((entity) => metricsOf(history, entity, metrics).length > 0)) {
    return seriesTable(history, entities, metrics, days);
  }
  const some = new Set(known.flatMap((entity) => metricsOf(history, entity, '*')));
  throw nothing(
    'series',
    metrics,
    `a metric of ${entities} (${[...some].slice(0, 12).join(', ') || 'there is none'})`,
  );
}

async function accountingOf({ workspace, fleet, history, onBroken }: Request): Promise<Accounting> {
  const announcements = await readAnnouncements({
    dataFolder: workspace.data,
    fleet,
    now: toInstant(new Date()),
    onBroken,
  });
  return { fleet, history, overrides: overridesOf(announcements) };
}

function servicesOf({ fleet, words: [wanted] }: Request): Service[] {
  const services = [...fleet.services.values()];
  if (wanted === undefined) return services;
  const service = fleet.services.get(wanted);
  if (service !== undefined) return [service];
  const some = services
    .map(({ id }) => id)
    .slice(0, 8)
    .join(', ');
  throw nothing('states', wanted, `a service of fleet.yaml (${some})`);
}

function nothing(what: string, found: string, expected: string): ConfigurationError {
  return new ConfigurationError([{ file: `vigie export ${what}`, found: JSON.stringify(found), expected }]);
}

function dayIn(text: string | undefined, option: string): Day {
  const day = Day.safeParse(text);
  if (day.success) return day.data;
  throw new ConfigurationError([
    { file: option, found: JSON.stringify(text), expected: 'a day such as 2026-11-22' },
  ]);
}

async function write(pieces: Iterable<string>, out: string | undefined): Promise<void> {
  if (out === undefined) {
    for (const piece of pieces) {
      if (!process.stdout.write(piece)) await new Promise((settle) => process.stdout.once('drain', settle));
    }
    return;
  }
  const temporary = `${out}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(temporary));
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}
