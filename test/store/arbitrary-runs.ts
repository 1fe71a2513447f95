import fc from 'fast-check';
import type { EntityRecord, Snapshot } from '../../src/model/snapshot.ts';
import { State } from '../../src/model/state.ts';
import { runOf } from './workspaces.ts';

/** A day and the hours after it in which runs begin. */
export interface Span {
  /** An instant. */
  readonly from: string;
  readonly days: number;
}

/**
 * Runs of two collectors and two vantages in a span of time, no two of one name: counters that are reset by reboots, states with and
 * without reasons, gauges and facts that come and go, records that were read long after their run began. Days without any are common.
 */
export function arbitraryRuns({ from, days }: Span, maxLength = 30): fc.Arbitrary<Snapshot[]> {
  const second = fc.oneof(
    fc.integer({ min: 0, max: days * 86_400 - 1 }),
    // Near the hours at which days of European and American zones begin, where runs reach into the next one.
    fc
      .tuple(
        fc.integer({ min: 0, max: days - 1 }),
        fc.constantFrom(4, 5, 21, 22, 23),
        fc.integer({ min: -90, max: 90 }),
      )
      .map(([day, hour, offset]) => day * 86_400 + hour * 3600 + offset),
  );
  const run = fc.record({
    second,
    collector: fc.constantFrom('probe', 'host'),
    vantage: fc.constantFrom(undefined, 'lyon', 'paris'),
    records: fc.array(arbitraryRecord, { maxLength: 5 }),
  });
  const start = Date.parse(from) / 1000;
  return fc
    .uniqueArray(run, {
      maxLength,
      selector: ({ second, collector, vantage }) => `${second} ${collector} ${vantage}`,
    })
    .map((runs) =>
      runs.map(({ second, collector, vantage, records }) =>
        runOf(
          instant(start + second),
          records.map(({ delay, ...record }) => ({ ...record, at: instant(start + second + delay) })),
          vantage === undefined ? { collector } : { collector, vantage },
        ),
      ),
    );
}

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0.001, max: 30, noNaN: true }),
);

const count = fc.oneof(
  fc.nat({ max: 1000 }),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
);

const arbitraryRecord: fc.Arbitrary<Omit<EntityRecord, 'at'> & { delay: number }> = fc
  .record(
    {
      entity: fc.constantFrom('host:a', 'check:s:page', 'network:a:eth0', 'filesystem:a:/srv "ü"'),
      /** How long after the beginning of its run it was read. */
      delay: fc.integer({ min: -60, max: 3600 }),
      epoch: fc.constantFrom('boot-1', 'boot-2'),
      clock_seconds: fc.oneof(fc.nat({ max: 900_000 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
      state: fc.constantFrom(...State.options),
      reason: fc.constantFrom('refused', 'status 503', 'timed out'),
      gauges: someOf(['memory_used_bytes', 'check_duration_seconds', 'load_ratio'], number),
      counters: someOf(['sent_bytes_total', 'received_bytes_total'], count),
      facts: someOf(['version', 'kernel', 'constructor'], fc.constantFrom('1', '2', '')),
    },
    { requiredKeys: ['entity', 'delay'] },
  )
  .map((record) => record);

/** An object with some of these keys. */
function someOf<Value>(
  names: readonly string[],
  value: fc.Arbitrary<Value>,
): fc.Arbitrary<Record<string, Value>> {
  return fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
