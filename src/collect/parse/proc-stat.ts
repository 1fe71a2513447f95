import { FormatError, readCount, splitFields } from './field.ts';

/** Processor time of all CPUs since boot. */
export interface ProcStat {
  /** All that is neither idle nor waiting for a disk: user, nice, system, irq, softirq, steal. */
  readonly busySeconds: number;
  readonly idleSeconds: number;
  readonly iowaitSeconds: number;
  /** Taken by the hypervisor for others. */
  readonly stealSeconds: number;
  /** CPUs that are online. */
  readonly cpuCount: number;
}

// USER_HZ: what the kernel shows to programs is in hundredths of a second on every architecture of ours, whatever its own tick is.
const ticksPerSecond = 100;
const columns = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

/** Reads /proc/stat (proc_stat(5)). The guest columns are left out: user and nice hold them already. */
export function parseProcStat(text: string): ProcStat {
  const lines = text.split('\n');
  const total = lines.find((line) => line.startsWith('cpu '));
  if (total === undefined) throw new FormatError('cpu', lines[0], 'a line "cpu …"');
  const fields = splitFields(total).slice(1);
  const ticks = columns.map((column, index) => readCount(fields[index], `cpu ${column}`));
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const cpuCount = lines.filter((line) => /^cpu\d+ /.test(line)).length;
  if (cpuCount === 0) throw new FormatError('cpu0', undefined, 'a line for each CPU');
  return {
    busySeconds: (user + nice + system + irq + softirq + steal) / ticksPerSecond,
    idleSeconds: idle / ticksPerSecond,
    iowaitSeconds: iowait / ticksPerSecond,
    stealSeconds: steal / ticksPerSecond,
    cpuCount,
  };
}
