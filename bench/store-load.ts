import type { EntityHistory } from '../src/model/history.ts';
import { toInstant, toSeconds } from '../src/model/time.ts';
import { readFleet } from '../src/store/fleet.ts';
import { readHistory } from '../src/store/history.ts';
import { workspaceAt } from '../src/store/workspace.ts';
import { emptySums, type Sums } from './store-sums.ts';

// The loading half of the store's bench: `store-load.ts ROOT` reads all that analysis asks of a workspace, in a process of its own.

const started = performance.now();
const workspace = workspaceAt(process.argv[2] ?? '');
const { timeZone } = await readFleet(workspace.data);
const history = await readHistory({
  workspace,
  timeZone,
  now: toInstant(new Date()),
  onBroken({ file, message }) {
    throw new Error(`${file}: ${message}`);
  },
});
const opened = performance.now();
const sums = emptySums();
for (const entity of history.entities.values()) add(sums, entity);
const loaded = performance.now();
// What was parsed is kept for the next time: after the answer, as a build does it.
await history.close();
const seconds = (from: number, to: number) => (to - from) / 1000;
console.log(
  JSON.stringify({
    ...sums,
    open_seconds: seconds(started, opened),
    seconds: seconds(started, loaded),
    keep_seconds: seconds(loaded, performance.now()),
  }),
);

function add(into: Sums, { gauges, counters, timeline }: EntityHistory): void {
  for (const { last, p95 } of gauges.values()) {
    for (const value of last) {
      if (Number.isNaN(value)) continue;
      into.rows += 1;
      into.last += value;
    }
    for (const value of p95) if (!Number.isNaN(value)) into.p95 += value;
  }
  for (const { total } of counters.values()) {
    for (const value of total) {
      if (Number.isNaN(value)) continue;
      into.rows += 1;
      into.total += value;
    }
  }
  for (const [at, state] of timeline) {
    into.steps += 1;
    if (state !== 'up') into.instants += toSeconds(at);
  }
}
