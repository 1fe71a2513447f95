import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import probe from '../collectors/probe.ts';
import { runRequests } from '../src/collect/requests.ts';
import { ProbedCheck } from '../src/model/check.ts';

export interface ProbeFigures {
  readonly checks: number;
  readonly seconds: number;
  readonly checks_per_second: number;
  /** The most that this process held while the checks ran. */
  readonly peak_rss_bytes: number;
}

/** Runs HTTP checks as `vigie collect` does, against a server on loopback that has a process of its own. */
export async function benchProbe(checkCount = 2000): Promise<ProbeFigures> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'probe-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(server.stdout, 'data');
    return await measure(checkCount, `http://127.0.0.1:${Number(String(line))}`);
  } finally {
    server.kill();
  }
}

async function measure(checkCount: number, base: string): Promise<ProbeFigures> {
  const requests = Array.from({ length: checkCount }, (_, index) => ({
    entity: `check:service-${index}:search`,
    check: ProbedCheck.parse({
      kind: 'http',
      url: `${base}/${index}`,
      contains: ['id="bookbag_form"'],
      version: 'content="Koha ([0-9.]+)',
    }),
  }));
  let peakBytes = process.memoryUsage.rss();
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 20);
  const start = performance.now();
  const { records } = await runRequests(probe, requests, {
    userAgent: 'Vigie/bench',
    clock: () => new Date(),
    controls: [],
  });
  const seconds = (performance.now() - start) / 1000;
  clearInterval(sampler);
  const failed = records.find(({ state }) => state !== 'up');
  if (failed !== undefined) throw new Error(`${failed.entity} is ${failed.state}: ${failed.reason}`);
  return { checks: checkCount, seconds, checks_per_second: checkCount / seconds, peak_rss_bytes: peakBytes };
}
