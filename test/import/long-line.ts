import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { readMetrics } from '../../src/import/metrics.ts';
import { inspectSource } from '../../src/import/source.ts';

// `long-line.ts FILE MEGABYTES` reads a table with a line of that length, and tells what came of it and the most memory that the whole program took.

const [path = '', megabytes = ''] = process.argv.slice(2);
const good = '2021-01-01,hv1,pool_free_bytes,1';
writeFileSync(path, `${good}\n"`);
const megabyte = 'x'.repeat(1e6);
for (let written = 0; written < Number(megabytes); written += 1) appendFileSync(path, megabyte);
appendFileSync(path, `\n${good}\n`);
const { rows, refusals } = await readMetrics([await inspectSource(path)], {
  timeZone: 'Europe/Paris',
  dayZone: 'Europe/Paris',
  now: Date.parse('2026-11-23T00:00:00Z') / 1000,
  renames: [],
});
rmSync(path);
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ rows, refused: refusals.count, peakBytes }));
