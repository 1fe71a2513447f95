import { readFile } from 'node:fs/promises';
import { openFrameReader } from '../src/collect/frames.ts';
import { type HostCollectors, parseAnswer } from '../src/collect/host-run.ts';
import { loadCollectors } from '../src/collect/registry.ts';
import { defaultHostLimits } from '../src/collect/transport.ts';
import { readFleet } from '../src/store/fleet.ts';
import { now } from './parse-texts.ts';

// `node parse-child.ts FOLDER COLLECTOR…`: parses the answer of the host in a folder by these collectors, and tells what that took. By none
// it does all the same but for the parsing: what that process holds is held by any.

/** What one process took to parse an answer. */
export interface ParseTimes {
  readonly seconds: number;
  readonly cpu_seconds: number;
  /** The most that the process ever held. */
  readonly peak_rss_bytes: number;
  readonly records: number;
  /** What could not be read. */
  readonly errors: readonly string[];
}

const [folder = '.', ...names] = process.argv.slice(2);
const fleet = await readFleet(folder);
const host = fleet.hosts.get('hv1');
if (host === undefined) throw new Error('expected the host hv1');
const collectors: HostCollectors = new Map(
  [...(await loadCollectors())].flatMap(([name, collector]) =>
    collector.kind === 'host' && names.includes(name) ? [[name, collector] as const] : [],
  ),
);
const bytes = names.length === 0 ? Buffer.alloc(0) : await readFile(`${folder}/answer`);

const before = process.cpuUsage();
const started = performance.now();
const frames = openFrameReader(defaultHostLimits.bytes);
frames.push(bytes);
const parsed = [...parseAnswer(collectors, host, frames, { at: now, fleet }).values()];
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);

const status = await readFile('/proc/self/status', 'utf8');
const times: ParseTimes = {
  seconds,
  cpu_seconds: (user + system) / 1e6,
  peak_rss_bytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  records: parsed.reduce((sum, { records }) => sum + records.length, 0),
  errors: parsed.flatMap(({ errors }) => errors.map(({ part, message }) => `${part}: ${message}`)),
};
console.log(JSON.stringify(times));
