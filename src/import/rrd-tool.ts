import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { ConfigurationError } from '../model/fault.ts';
import { parseRrdInfo, parseRrdRows, type RrdArchive, type RrdInfo, type RrdRows } from './rrd-info.ts';

const timeoutMilliseconds = 60_000;
const maxBytes = 256 * 1024 * 1024;

/** `rrdtool` did not read a file; its own words say why. */
export class RrdFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RrdFailure';
  }
}

/**
 * What a file holds.
 * @throws RrdFailure when it is no RRD; ConfigurationError when there is no rrdtool.
 */
export async function readRrdInfo(path: string): Promise<RrdInfo> {
  const info = parseRrdInfo(await rrdtool(['info', resolve(path)]));
  if (info === undefined) throw new RrdFailure('rrdtool info told neither step nor last_update');
  return info;
}

/**
 * All rows of an archive, up to the last update.
 * @throws RrdFailure when they cannot be read, or come in another resolution.
 */
export async function readRrdRows(path: string, info: RrdInfo, archive: RrdArchive): Promise<RrdRows> {
  const { consolidation, rows, rowSeconds } = archive;
  const end = Math.floor(info.lastUpdate / rowSeconds) * rowSeconds;
  // A backslash before what separates the parts of a definition.
  const file = resolve(path).replaceAll(/[\\:]/g, '\\$&');
  const definitions = info.sources.flatMap(({ name }, index) => [
    `DEF:v${index}=${file}:${name}:${consolidation}:step=${rowSeconds}`,
    `XPORT:v${index}:v${index}`,
  ]);
  const times = ['--start', String(end - rows * rowSeconds), '--end', String(end)];
  const shape = ['--json', '--maxrows', String(rows + 10), '--step', String(rowSeconds)];
  const found = parseRrdRows(await rrdtool(['xport', ...shape, ...times, ...definitions]));
  if (found === undefined) throw new RrdFailure('rrdtool xport did not answer in JSON');
  if (found.rowSeconds === rowSeconds) return found;
  throw new RrdFailure(
    `rrdtool xport gave a row every ${found.rowSeconds} s, expected every ${rowSeconds} s`,
  );
}

function rrdtool(words: readonly string[]): Promise<string> {
  const { RRDCACHED_ADDRESS, ...env } = process.env;
  const options = { env: { ...env, LC_ALL: 'C' }, timeout: timeoutMilliseconds, maxBuffer: maxBytes };
  return new Promise((settle, fail) => {
    execFile('rrdtool', words, options, (cause, stdout, stderr) => {
      if (cause === null) settle(stdout);
      else if (cause.code === 'ENOENT') fail(notInstalled());
      else fail(new RrdFailure(stderr.trim().split('\n')[0] || cause.message));
    });
  });
}

function notInstalled(): ConfigurationError {
  return new ConfigurationError([
    {
      file: 'vigie import rrd',
      found: 'no rrdtool on this machine',
      expected: 'rrdtool (Debian: apt-get install rrdtool), or this command where the files and rrdtool are',
    },
  ]);
}
