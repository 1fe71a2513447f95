import { DatabaseSync } from 'node:sqlite';
import { emptySums } from './store-sums.ts';

// The yardstick's question: `store-sqlite-ask.ts FILE` reads from SQLite what `store-load.ts` reads from JSON, entity after entity.

const started = performance.now();
const database = new DatabaseSync(process.argv[2] ?? '', { readOnly: true });
const entities = database.prepare('SELECT id FROM entity ORDER BY id').all();
const gauges = database.prepare('SELECT metric, day, last, p95 FROM gauge WHERE entity = ?');
const counters = database.prepare('SELECT metric, day, total FROM counter WHERE entity = ?');
const steps = database.prepare('SELECT at, state FROM step WHERE entity = ? ORDER BY at');
for (const statement of [gauges, counters, steps]) statement.setReturnArrays(true);
const sums = emptySums();
for (const { id } of entities) {
  const entity = Number(id);
  for (const row of gauges.all(entity)) {
    const [, , last, p95] = numbers(row);
    sums.rows += 1;
    sums.last += last ?? 0;
    sums.p95 += p95 ?? 0;
  }
  for (const row of counters.all(entity)) {
    const [, , total] = numbers(row);
    sums.rows += 1;
    sums.total += total ?? 0;
  }
  for (const row of steps.all(entity)) {
    const [at, state] = numbers(row);
    sums.steps += 1;
    if (String(state) !== 'up') sums.instants += at ?? 0;
  }
}
database.close();
console.log(JSON.stringify({ ...sums, seconds: (performance.now() - started) / 1000 }));

/** A row as the statement gives it: the types of node:sqlite do not know of `setReturnArrays`. */
function numbers(row: unknown): number[] {
  return row as number[];
}
