import { ConfigurationError } from '../model/fault.ts';
import { show } from '../model/problem.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { type DateStyle, dateStyleNames, dateStyleOf, dateStyleOfAll, type dateStyles } from './dates.ts';
import { type DecimalReader, decimalReader } from './decimals.ts';
import { type ColumnName, type Dialect, delimiterNames, detectDialect } from './dialect.ts';
import { expectedDate, type InstantReader, instantReader, isDecided } from './instants.ts';
import { type LocalClock, localClock } from './local-clock.ts';
import { type Source, textOf } from './source.ts';

/** So much of a file's beginning tells how it is written. */
const sampleLength = 262_144;
const sampleLines = 1000;

/** What kind of rows a file should hold. */
export interface CsvLayout {
  readonly columns: readonly ColumnName[];
  /** The columns that hold dates. */
  readonly dates: readonly string[];
  /** Whether a line of a file without a header is one; absent when a header is needed. */
  readonly isRow?: (cells: readonly string[]) => boolean;
}

/** What the user says of a file's dates. */
export interface CsvOptions {
  /** Of dates that name none. */
  readonly timeZone: string;
  readonly dateFormat?: (typeof dateStyles)[number];
  /** In seconds since 1970; dates after it are refused. */
  readonly now: number;
}

/** A CSV file of which we know how it is written. */
export interface CsvFile {
  readonly source: Source;
  readonly dialect: Dialect;
  readonly dateStyle: DateStyle;
  /** The rows but the header. */
  rows(): AsyncGenerator<readonly CsvRow[]>;
  /** The cell of a column; empty when the file has none. */
  cell(row: CsvRow, column: string): string;
  readonly readInstant: InstantReader;
  readonly decimals: DecimalReader;
  readonly clock: LocalClock;
  /** How it was understood, for people; complete once its rows are read. */
  detected(): Record<string, string>;
}

/**
 * Finds out how a CSV file is written.
 * @throws ConfigurationError when it cannot be told: no header and no such rows, or dates of which the day may be the month.
 */
export async function openCsv(source: Source, layout: CsvLayout, options: CsvOptions): Promise<CsvFile> {
  const lines = await firstLines(source);
  const dialect = detectDialect(lines, layout.columns, layout.isRow ?? (() => false));
  if (dialect === undefined) throw unknownDialect(source, lines, layout);
  const rows = () => bodyOf(source, dialect);
  const cell = ({ cells }: CsvRow, column: string) => cells[dialect.columns.get(column) ?? -1] ?? '';
  const dateStyle =
    layout.dates.length === 0
      ? 'iso'
      : (options.dateFormat ?? (await findDateStyle(source, rows, layout.dates, cell)));
  if (!isDecided(dateStyle)) throw undecided(source);
  const clock = localClock(options.timeZone);
  const decimals = decimalReader();
  return {
    source,
    dialect,
    dateStyle,
    rows,
    cell,
    readInstant: instantReader(dateStyle, clock, options.now),
    decimals,
    clock,
    detected: () => describe({ source, dialect, dateStyle, decimals, clock }, layout),
  };
}

/** Whether a file begins with a header that has all columns of a layout. */
export async function hasHeaderOf(source: Source, layout: CsvLayout): Promise<boolean> {
  return detectDialect(await firstLines(source), layout.columns, () => false) !== undefined;
}

async function firstLines(source: Source): Promise<string[]> {
  let text = '';
  for await (const piece of textOf(source)) {
    text += piece;
    if (text.length >= sampleLength) break;
  }
  const lines = text.slice(0, sampleLength).split(/\r?\n/, sampleLines + 1);
  // The last line of a sample may be half a line.
  return lines.length > 1 && text.length >= sampleLength ? lines.slice(0, -1) : lines;
}

async function* bodyOf(source: Source, dialect: Dialect): AsyncGenerator<readonly CsvRow[]> {
  let isHeaderAhead = dialect.hasHeader;
  for await (const rows of csvRows(textOf(source), dialect.delimiter)) {
    yield isHeaderAhead ? rows.slice(1) : rows;
    isHeaderAhead = false;
  }
}

/** The style of the dates: that of the first one that is told, from the whole file when need be. */
async function findDateStyle(
  source: Source,
  rows: CsvFile['rows'],
  columns: readonly string[],
  cell: CsvFile['cell'],
): Promise<DateStyle> {
  let style: DateStyle | undefined;
  let firstCell: { text: string; line: number } | undefined;
  for await (const block of rows()) {
    const cells = block.flatMap((row) =>
      columns
        .map((column) => ({ text: cell(row, column), line: row.line }))
        .filter(({ text }) => text !== ''),
    );
    firstCell ??= cells[0];
    const known = cells.filter(({ text }) => dateStyleOf(text) !== undefined).map(({ text }) => text);
    style = dateStyleOfAll(style === undefined ? known : ['1/1/2000', ...known]);
    if (style !== undefined && style !== 'undecided') return style;
  }
  if (style !== undefined) return style;
  throw new ConfigurationError([
    {
      file: source.name,
      ...(firstCell === undefined ? {} : { line: firstCell.line, field: columns.join(', ') }),
      found: firstCell === undefined ? 'no row with a date' : show(firstCell.text),
      expected: `${expectedDate} (2021-03-31, 31/03/2021, 03/31/2021, each with a time or without, or seconds since 1970)`,
    },
  ]);
}

function undecided(source: Source): ConfigurationError {
  return new ConfigurationError([
    {
      file: source.name,
      field: 'dates',
      found: 'only dates that can be read both ways, such as 03/04/2021',
      expected: '--date-format dmy (the day first) or --date-format mdy (the month first)',
    },
  ]);
}

function unknownDialect(source: Source, lines: readonly string[], layout: CsvLayout): ConfigurationError {
  const names = layout.columns.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const first = lines.find((line) => line.trim() !== '' && !line.startsWith('#'));
  return new ConfigurationError([
    {
      file: source.name,
      line: 1,
      field: 'header',
      found: first === undefined ? 'no line' : show(first),
      expected: `a header with the columns ${names.join(', ')}${layout.isRow === undefined ? '' : ', or rows in that order'}; delimited by comma, semicolon, tab or vertical bar`,
    },
  ]);
}

function describe(
  {
    source,
    dialect,
    dateStyle,
    decimals,
    clock,
  }: Pick<CsvFile, 'source' | 'dialect' | 'dateStyle' | 'decimals' | 'clock'>,
  layout: CsvLayout,
): Record<string, string> {
  const { ambiguous, skipped } = clock;
  return {
    source: source.name,
    encoding: source.encoding,
    delimiter: delimiterNames[dialect.delimiter] ?? dialect.delimiter,
    header: dialect.hasHeader ? 'in the first line' : 'none',
    columns: [...dialect.columns].map(([name, index]) => `${name}: ${index + 1}`).join(', '),
    ...(dialect.ignored.length === 0 ? {} : { ignored_columns: dialect.ignored.join(', ') }),
    ...(decimals.mark === undefined ? {} : { decimal_mark: decimals.mark === ',' ? 'comma' : 'point' }),
    ...(layout.dates.length === 0
      ? {}
      : { date_format: dateStyleNames[dateStyle], time_zone: `${clock.timeZone}, where a date names none` }),
    ...(ambiguous === 0
      ? {}
      : {
          clocks_set_back: `${ambiguous} times stand in an hour that clocks showed twice: taken as the first`,
        }),
    ...(skipped === 0
      ? {}
      : {
          clocks_set_forward: `${skipped} times stand in an hour that clocks skipped: taken as an hour later`,
        }),
  };
}
