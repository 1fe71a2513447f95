import { z } from 'zod';
import { parseReclaimableArcBytes } from '../../src/collect/parse/arcstats.ts';
import { parseDf } from '../../src/collect/parse/df.ts';
import { parseDiskstats } from '../../src/collect/parse/diskstats.ts';
import { parseLoadavg } from '../../src/collect/parse/loadavg.ts';
import { parseMeminfo } from '../../src/collect/parse/meminfo.ts';
import { parseNetDev } from '../../src/collect/parse/net-dev.ts';
import { parseOsRelease } from '../../src/collect/parse/os-release.ts';
import { parsePressure } from '../../src/collect/parse/pressure.ts';
import { parseProcStat } from '../../src/collect/parse/proc-stat.ts';
import { parseUptimeSeconds } from '../../src/collect/parse/uptime.ts';
import { parseOomKillCount } from '../../src/collect/parse/vmstat.ts';
import { backupFormats } from './backup-formats.ts';
import { containerFormats } from './container-formats.ts';
import { nagiosFormats } from './nagios-formats.ts';
import { prometheusFormats } from './prometheus-formats.ts';
import { smartFormats } from './smart-formats.ts';
import { zfsFormats } from './zfs-formats.ts';

/** A format of which there may be files, and how we read it. To try another one, add it to the list below. */
export interface Format {
  readonly name: string;
  /** Tells its files by their names, or by their whole paths. */
  readonly file: RegExp;
  /** Text to values; throws FormatError, or gives Rows with faults, when it cannot be read. */
  parse(text: string): unknown;
  /**
   * What `parse` should give, made of what another program read of the same text: the file of the same name and `.json` beside it,
   * by jc (https://github.com/kellyjonbrazil/jc).
   */
  twin?(json: unknown): unknown;
  /** The same of another text of the same thing, in a file of its own. */
  readonly twinText?: { file(path: string): string; read(text: string): unknown };
}

const number = z.number();
const numbers = z.record(z.string(), z.unknown());

export const formats: readonly Format[] = [
  {
    name: 'stat',
    file: /(^|__)stat(\d|_file_\w+)?$/,
    parse: parseProcStat,
    twin(json) {
      const file = numbers.parse(json);
      const cpu = z.record(z.string(), number).parse(file.cpu);
      const seconds = (...names: string[]): number =>
        names.reduce((sum, name) => sum + (cpu[name] ?? Number.NaN), 0) / 100;
      return {
        busySeconds: seconds('user', 'nice', 'system', 'irq', 'softirq', 'steal'),
        idleSeconds: seconds('idle'),
        iowaitSeconds: seconds('iowait'),
        stealSeconds: seconds('steal'),
        cpuCount: Object.keys(file).filter((name) => /^cpu\d/.test(name)).length,
      };
    },
  },
  {
    name: 'meminfo',
    file: /(^|__)meminfo$/,
    parse: parseMeminfo,
    twin(json) {
      const file = z
        .object({ MemTotal: number, MemAvailable: number, SwapTotal: number, SwapFree: number })
        .parse(json);
      return {
        totalBytes: file.MemTotal * 1024,
        availableBytes: file.MemAvailable * 1024,
        swapTotalBytes: file.SwapTotal * 1024,
        swapFreeBytes: file.SwapFree * 1024,
      };
    },
  },
  {
    name: 'loadavg',
    file: /(^|__)loadavg$/,
    parse: parseLoadavg,
    twin(json) {
      const file = z.object({ load_1m: number, load_5m: number, load_15m: number }).parse(json);
      return { load1: file.load_1m, load5: file.load_5m, load15: file.load_15m };
    },
  },
  {
    name: 'uptime',
    file: /(^|__)uptime$/,
    parse: parseUptimeSeconds,
    twin: (json) => z.object({ up_time: number }).parse(json).up_time,
  },
  {
    name: 'vmstat',
    file: /(^|__)vmstat$/,
    parse: parseOomKillCount,
    twin: (json) => z.object({ oom_kill: number.optional() }).parse(json).oom_kill,
  },
  {
    name: 'diskstats',
    file: /(^|__)diskstats$/,
    parse: parseDiskstats,
    twin(json) {
      const disk = z.object({
        device: z.string(),
        sectors_read: number,
        sectors_written: number,
        io_time_ms: number,
      });
      const rows = z
        .array(disk)
        .parse(json)
        .map((row) => ({
          device: row.device,
          readBytes: row.sectors_read * 512,
          writtenBytes: row.sectors_written * 512,
          busySeconds: row.io_time_ms / 1000,
        }));
      return { rows, faults: [] };
    },
  },
  {
    name: 'net/dev',
    file: /(^|__)net_?dev$/,
    parse: parseNetDev,
    twin(json) {
      const counters = {
        r_bytes: number,
        t_bytes: number,
        r_errs: number,
        t_errs: number,
        r_drop: number,
        t_drop: number,
      };
      const rows = z
        .array(z.object({ interface: z.string(), ...counters }))
        .parse(json)
        .map((row) => ({
          name: row.interface,
          receivedBytes: row.r_bytes,
          sentBytes: row.t_bytes,
          errorCount: row.r_errs + row.t_errs,
          dropCount: row.r_drop + row.t_drop,
        }));
      return { rows, faults: [] };
    },
  },
  { name: 'pressure', file: /(^|__)pressure__(cpu|memory|io)$/, parse: parsePressure },
  { name: 'arcstats', file: /(^|__)arcstats$/, parse: parseReclaimableArcBytes },
  { name: 'os-release', file: /(^|__)os-release$/, parse: parseOsRelease },
  { name: 'df', file: /(^|__)df-PT\w*(\.txt)?$/, parse: parseDf },
  ...containerFormats,
  ...zfsFormats,
  ...smartFormats,
  ...backupFormats,
  ...prometheusFormats,
  ...nagiosFormats,
];
