import { Command, Option } from 'commander';
import type { CsvOptions } from '../import/csv-file.ts';
import { dateStyles } from '../import/dates.ts';
import type { Imported } from '../import/imported.ts';
import { inspectSource, type Source } from '../import/source.ts';
import { ConfigurationError } from '../model/fault.ts';
import type { Fleet } from '../model/fleet.ts';
import { TimeZone, toInstant, toSeconds } from '../model/time.ts';
import { readFleet } from '../store/fleet.ts';
import type { ImportKind } from '../store/imports.ts';
import { describeImport, describeRefusals, runImport } from './import-run.ts';
import { progressOn } from './progress.ts';
import { workspaceOf } from './root.ts';

/** The options that all kinds of imports have. */
export interface ImportFlags {
  readonly dryRun?: true;
  readonly json?: true;
  readonly timeZone?: string;
  readonly dateFormat?: (typeof dateStyles)[number];
}

/** What a kind of import is given. */
export interface ImportContext<Flags> {
  readonly flags: Flags;
  readonly fleet: Fleet;
  readonly sources: readonly Source[];
  /** How dates are to be read. */
  readonly csv: CsvOptions;
  readonly onProgress: (text: string) => void;
}

/** A kind of import, as a command. */
export interface ImportCommand<Flags> {
  readonly kind: ImportKind;
  readonly description: string;
  /** What the files are. */
  readonly files: string;
  /** Format and examples, below the options. */
  readonly help: string;
  /** Whether dates without a time zone, or of an unclear form, may stand in the files. */
  readonly hasWrittenDates: boolean;
  /** Reads what the options say, before anything else is done: what changes the result, and how it is made. */
  prepare(context: ImportContext<Flags>): Promise<{ readonly options: object; read(): Promise<Imported> }>;
}

/** `vigie import KIND FILE…` */
export function importCommand<Flags extends ImportFlags>(kind: ImportCommand<Flags>): Command {
  const command = new Command(kind.kind)
    .exitOverride()
    .showHelpAfterError(`(vigie import ${kind.kind} --help tells more)`)
    .description(kind.description)
    .argument('<files...>', kind.files)
    .option('--dry-run', 'tell what would be imported, and write nothing')
    .option('--json', 'print the summary as JSON');
  if (kind.hasWrittenDates) {
    command
      .addOption(
        new Option('--date-format <format>', 'how dates are written, when the files do not tell').choices(
          dateStyles,
        ),
      )
      .option('--time-zone <zone>', 'of dates that name none; the fleet’s own by default');
  }
  return command
    .addHelpText(
      'after',
      `${kind.help}

Exit codes: 0 imported (or imported before), 1 imported, but some of it was refused (it is named), 2 nothing was imported.`,
    )
    .action(async (files: string[], flags: Flags, self: Command) => {
      process.exitCode = await run(kind, files, flags, self);
    });
}

async function run<Flags extends ImportFlags>(
  kind: ImportCommand<Flags>,
  files: readonly string[],
  flags: Flags,
  self: Command,
): Promise<number> {
  const workspace = workspaceOf(self);
  const fleet = await readFleet(workspace.data);
  const timeZone = zoneOf(flags, fleet);
  const progress = progressOn();
  const sources: Source[] = [];
  for (const file of new Set(files)) {
    progress.state(`reading ${file}`);
    sources.push(await inspectSource(file));
  }
  // In whatever order they are given, the same files are the same import.
  sources.sort((a, b) => compare(a.name, b.name) || compare(a.sha256, b.sha256));
  const now = toInstant(new Date());
  const { dateFormat } = flags;
  const csv = { timeZone, now: toSeconds(now), ...(dateFormat === undefined ? {} : { dateFormat }) };
  const onProgress = (text: string) => progress.state(text);
  const { options, read } = await kind.prepare({ flags, fleet, sources, csv, onProgress });
  const result = await runImport({
    workspace,
    fleet,
    kind: kind.kind,
    sources,
    options: { ...options, timeZone, fleetZone: fleet.timeZone, dateFormat },
    isDryRun: flags.dryRun === true,
    now,
    progress,
    read,
  });
  for (const line of describeRefusals(result)) progress.line(line);
  console.log(flags.json ? JSON.stringify(result, null, 2) : describeImport(result));
  if (result.status === 'empty') return 2;
  return result.counts.refused > 0 ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function zoneOf({ timeZone }: ImportFlags, fleet: Fleet): string {
  if (timeZone === undefined) return fleet.timeZone;
  if (TimeZone.safeParse(timeZone).success) return timeZone;
  throw new ConfigurationError([
    {
      file: '--time-zone',
      found: JSON.stringify(timeZone),
      expected: 'an IANA time zone such as Europe/Paris',
    },
  ]);
}
