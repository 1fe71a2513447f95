import { FormatError, readCount, splitFields } from './field.ts';
import { type Rows, readRows } from './rows.ts';

/** What a network interface carried since it exists. */
export interface InterfaceCounters {
  /** As the kernel names it, e.g. `eth0`. */
  readonly name: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** In both directions. */
  readonly errorCount: number;
  /** Packets dropped, in both directions. */
  readonly dropCount: number;
}

/** Reads /proc/net/dev (proc_pid_net(5)): every interface, virtual ones too. */
export function parseNetDev(text: string): Rows<InterfaceCounters> {
  return readRows(text, (line) => {
    // The two heading lines.
    if (/^(Inter-\| {3}Receive| face \|bytes)/.test(line)) return undefined;
    // Large counters touch the colon, so that it, not a blank, ends the name.
    const colon = line.lastIndexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 1 || name === '' || /\s/.test(name))
      throw new FormatError('interface', line, 'a line "name: counters…"');
    const fields = splitFields(line.slice(colon + 1));
    const count = (index: number, field: string): number => readCount(fields[index], `${name} ${field}`);
    return {
      name,
      receivedBytes: count(0, 'received bytes'),
      sentBytes: count(8, 'sent bytes'),
      errorCount: count(2, 'receive errors') + count(10, 'send errors'),
      dropCount: count(3, 'receive drops') + count(11, 'send drops'),
    };
  });
}

/**
 * Those with hardware behind them (`physical` names them): bridges, veth pairs and VLANs carry the same bytes again.
 * Where none has hardware the host is a container, and its eth0 (or the like) is what counts.
 */
export function countedInterfaces(
  interfaces: readonly InterfaceCounters[],
  physical: ReadonlySet<string>,
): InterfaceCounters[] {
  const withHardware = interfaces.filter(({ name }) => physical.has(name));
  return withHardware.length > 0
    ? withHardware
    : interfaces.filter(({ name }) => /^(eth|en|venet)\w+$/.test(name));
}
