import type { EntityId } from '../model/entity.ts';
import { MetricName } from '../model/metric.ts';
import { show } from '../model/problem.ts';
import { type CsvFile, type CsvLayout, type CsvOptions, hasHeaderOf, openCsv } from './csv-file.ts';
import type { CsvRow } from './csv-rows.ts';
import { dateStyleOf } from './dates.ts';
import {
  daysOfStatistics,
  mergeDays,
  readStatistics,
  type StatisticsDays,
  statisticsLayout,
} from './day-statistics.ts';
import { decimalReader } from './decimals.ts';
import { type Imported, monthsOfDays } from './imported.ts';
import { expectedDate } from './instants.ts';
import { entityOf, expectedEntity, expectedMetric, type Rename } from './metric-names.ts';
import { noRefusals, type Refusals } from './refusals.ts';
import { type SeriesStore, seriesStore } from './series.ts';
import { daysOfSeries } from './series-days.ts';
import type { Source } from './source.ts';

/** How metrics are to be read. */
export interface MetricsOptions extends CsvOptions {
  /** The fleet's time zone, whose days are made. */
  readonly dayZone: string;
  readonly renames: readonly Rename[];
  readonly onProgress?: (text: string) => void;
}

const layout: CsvLayout = {
  columns: [
    {
      name: 'date',
      synonyms: [
        'time',
        'timestamp',
        'datetime',
        'date_time',
        'horodatage',
        'date_heure',
        'instant',
        'jour',
        'day',
      ],
      isRequired: true,
    },
    {
      name: 'host',
      synonyms: ['hote', 'server', 'serveur', 'entity', 'entite', 'machine', 'hostname', 'instance'],
      isRequired: true,
    },
    { name: 'metric', synonyms: ['metrique', 'mesure', 'indicateur', 'metric_name'], isRequired: true },
    { name: 'value', synonyms: ['valeur', 'val'], isRequired: true },
  ],
  dates: ['date'],
  isRow: ([date = '', , metric = '', value = '', ...others]) =>
    dateStyleOf(date) !== undefined &&
    metric !== '' &&
    others.length === 0 &&
    decimalReader().read(value) !== undefined,
};

/**
 * Reads metrics, `date,host,metric,value` a row, to months as a collector would have made them; also what `vigie export series` wrote.
 * @throws ConfigurationError when a file's form cannot be told.
 */
export async function readMetrics(sources: readonly Source[], options: MetricsOptions): Promise<Imported> {
  const store = seriesStore();
  const refusals = noRefusals();
  const renames = new Map(options.renames.map((rename) => [rename.from, rename]));
  const files: CsvFile[] = [];
  const statistics: StatisticsDays = new Map();
  let [blank, statisticsRows] = [0, 0];
  for (const source of sources) {
    if (await hasHeaderOf(source, statisticsLayout)) {
      const { file, rows } = await readStatistics(source, options, statistics, refusals);
      files.push(file);
      statisticsRows += rows;
      continue;
    }
    const file = await openCsv(source, layout, options);
    const read = readerOf(file, renames, store, refusals);
    files.push(file);
    for await (const rows of file.rows()) {
      for (const row of rows) if (read(row) === 'blank') blank += 1;
      options.onProgress?.(`reading ${source.name}: ${store.count} readings`);
    }
  }
  const series = store.sorted();
  const kept = series.reduce((sum, { seconds }) => sum + seconds.length, 0);
  const twice = store.count - kept;
  return {
    rows: store.count + statisticsRows,
    refusals,
    detected: files.map((file) => file.detected()),
    notes: [
      ...(blank === 0 ? [] : [`${blank} rows have no value and were passed over`]),
      ...(twice === 0 ? [] : [`${twice} readings stand a second time: the last one counts`]),
    ],
    months: monthsOfDays(
      mergeDays(daysOfSeries(series, options.dayZone), daysOfStatistics(statistics)),
      options.dayZone,
    ),
  };
}

/** Adds a row to the store, or to what is refused. */
function readerOf(
  file: CsvFile,
  renames: ReadonlyMap<string, Rename>,
  store: SeriesStore,
  refusals: Refusals,
): (row: CsvRow) => 'read' | 'blank' | 'refused' {
  const entities = new Map<string, EntityId | undefined>();
  const metrics = new Map<string, Pick<Rename, 'to' | 'factor'> | undefined>();
  const width = Math.max(...file.dialect.columns.values()) + 1;
  return (row) => {
    const refuse = (field: string, found: string, expected: string): 'refused' => {
      refusals.add({ file: file.source.name, line: row.line, field, found, expected });
      return 'refused';
    };
    if (row.fault !== undefined) return refuse('line', row.fault.found, row.fault.expected);
    if (row.cells.length < width || (!file.dialect.hasHeader && row.cells.length > width)) {
      return refuse('line', `${row.cells.length} cells`, `${width}`);
    }
    const [date, host, metric, value] = ['date', 'host', 'metric', 'value'].map((name) =>
      file.cell(row, name),
    );
    const at = file.readInstant(date ?? '');
    if (at === undefined) return refuse('date', show(date), expectedDate);
    const entity = remember(entities, host ?? '', entityOf);
    if (entity === undefined) return refuse('host', show(host), expectedEntity);
    const name = remember(metrics, metric ?? '', (cell) => nameOf(cell, renames));
    if (name === undefined) return refuse('metric', show(metric), hintOf(metric ?? ''));
    const number = file.decimals.read(value ?? '');
    if (number === null) return 'blank';
    if (number === undefined) return refuse('value', show(value), expectedNumber(file));
    const scaled = number * name.factor;
    if (name.to.endsWith('_total') && scaled < 0)
      return refuse('value', show(value), 'a counter of at least 0');
    if (store.add(entity, name.to, at.seconds, scaled)) return 'read';
    return refuse('line', 'one more reading', 'at most 20 million in one import');
  };
}

function nameOf(
  cell: string,
  renames: ReadonlyMap<string, Rename>,
): Pick<Rename, 'to' | 'factor'> | undefined {
  const rename = renames.get(cell);
  if (rename !== undefined) return rename;
  return MetricName.safeParse(cell).success ? { to: cell, factor: 1 } : undefined;
}

function hintOf(metric: string): string {
  return `${expectedMetric}; --rename ${JSON.stringify(`${metric.slice(0, 40)}=${metric.slice(0, 40)}_count`)} gives it one`;
}

function expectedNumber({ decimals: { mark } }: CsvFile): string {
  return `a number${mark === undefined ? '' : `, its decimals after a ${mark === ',' ? 'comma' : 'point'} as in the rows before`}`;
}

/** Most cells stand in millions of rows: each is judged once. */
function remember<Value>(known: Map<string, Value>, cell: string, judge: (cell: string) => Value): Value {
  const value = known.get(cell);
  if (value !== undefined || known.has(cell)) return value as Value;
  const judged = judge(cell);
  // What stands in millions of different rows is not worth remembering.
  if (known.size < 100_000) known.set(cell, judged);
  return judged;
}
