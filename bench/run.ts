import { availableParallelism, cpus, loadavg } from 'node:os';
import { benchBuild } from './build.ts';
import { benchCollect } from './collect.ts';
import { benchFuzz } from './fuzz.ts';
import { benchParse } from './parse.ts';
import { benchProbe } from './probe.ts';
import { benchStatus } from './status.ts';
import { benchStore } from './store.ts';

// `npm run bench [-- collect|probe|build|status|store|parse|fuzz …]`: figures as JSON on stdout. Ratios are of programs that ran in turns, in this one run.

const parts = {
  collect: () => benchCollect(),
  probe: () => benchProbe(),
  build: () => benchBuild(),
  status: () => benchStatus(),
  store: () => benchStore(),
  parse: () => benchParse(),
  fuzz: () => benchFuzz(),
};

type Part = keyof typeof parts;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`found ${unknown.join(', ')}, expected some of ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const figures: Record<string, unknown> = {
  machine: {
    processors: availableParallelism(),
    model: cpus()[0]?.model ?? '',
    node: process.version,
    load1_before: loadavg()[0],
  },
};
for (const part of Object.keys(parts) as Part[]) {
  if (asked.length > 0 && !asked.includes(part)) continue;
  console.error(`${part} …`);
  figures[part] = await parts[part]();
}
// Three significant digits: no figure here is better than that.
console.log(
  JSON.stringify(
    figures,
    (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value,
    2,
  ),
);
