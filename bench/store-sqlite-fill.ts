import { DatabaseSync } from 'node:sqlite';
import { toInstant, toSeconds } from '../src/model/time.ts';
import { readFleet } from '../src/store/fleet.ts';
import { readHistory } from '../src/store/history.ts';
import { workspaceAt } from '../src/store/workspace.ts';

// The yardstick of the store's bench: `store-sqlite-fill.ts ROOT FILE` puts a history into SQLite, one row a day, entity and metric.

const [root = '', file = ''] = process.argv.slice(2);
const workspace = workspaceAt(root);
const { timeZone } = await readFleet(workspace.data);
const history = await readHistory({
  workspace,
  timeZone,
  now: toInstant(new Date()),
  onBroken({ message }) {
    throw new Error(message);
  },
});
const database = new DatabaseSync(file);
// Names once, numbers otherwise, each table in the order in which it is asked.
database.exec(`
  PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
  CREATE TABLE entity (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
  CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
  CREATE TABLE gauge (entity INTEGER, metric INTEGER, day INTEGER, count, min, mean, p50, p95, max, last,
    PRIMARY KEY (entity, metric, day)) WITHOUT ROWID;
  CREATE TABLE counter (entity INTEGER, metric INTEGER, day INTEGER, total, covered_seconds, p95, max,
    PRIMARY KEY (entity, metric, day)) WITHOUT ROWID;
  CREATE TABLE step (entity INTEGER, at INTEGER, state TEXT, PRIMARY KEY (entity, at)) WITHOUT ROWID;
`);
const putEntity = database.prepare('INSERT INTO entity (name) VALUES (?)');
const putMetric = database.prepare('INSERT INTO metric (name) VALUES (?) ON CONFLICT DO NOTHING');
const getMetric = database.prepare('SELECT id FROM metric WHERE name = ?');
const putGauge = database.prepare('INSERT INTO gauge VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
const putCounter = database.prepare('INSERT INTO counter VALUES (?, ?, ?, ?, ?, ?, ?)');
const putStep = database.prepare('INSERT INTO step VALUES (?, ?, ?)');

database.exec('BEGIN');
for (const [name, { gauges, counters, timeline }] of history.entities) {
  const entity = Number(putEntity.run(name).lastInsertRowid);
  for (const [metric, gauge] of [...gauges].toSorted(byName)) {
    const id = metricId(metric);
    const { count, min, mean, p50, p95, max, last } = gauge;
    const columns = [count, min, mean, p50, p95, max, last];
    last.forEach((value, day) => {
      if (!Number.isNaN(value))
        putGauge.run(entity, id, day, ...columns.map((column) => itemOf(column, day)));
    });
  }
  for (const [metric, counter] of [...counters].toSorted(byName)) {
    const id = metricId(metric);
    const { total, covered_seconds, p95, max } = counter;
    const columns = [total, covered_seconds, p95, max];
    total.forEach((value, day) => {
      if (!Number.isNaN(value))
        putCounter.run(entity, id, day, ...columns.map((column) => itemOf(column, day)));
    });
  }
  for (const [at, state] of timeline) putStep.run(entity, toSeconds(at), state);
}
database.exec('COMMIT');
await history.close();
database.close();

function itemOf(column: Float64Array, day: number): number | null {
  const value = column[day] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function metricId(name: string): number {
  putMetric.run(name);
  return Number(getMetric.get(name)?.id);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
