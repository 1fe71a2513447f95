import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from '../../src/model/json-document.ts';
import { EntityRecord, maxClockSeconds } from '../../src/model/snapshot.ts';
import { State } from '../../src/model/state.ts';
import { addToDay } from '../../src/model/time.ts';
import { compactDay } from '../../src/store/compact-day.ts';
import { compactMonth } from '../../src/store/compact-month.ts';
import { dailyKind, formatDaily, formatMonthly, monthlyKind } from '../../src/store/rollups.ts';
import { runOf } from './workspaces.ts';

const timeZone = 'Europe/Paris';
const day = '2026-11-20';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
);
const count = number.map(Math.abs);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('€'.repeat(200), '\u2028"\\'),
);
const metrics = (value: fc.Arbitrary<number>, suffix: string) =>
  fc.dictionary(fc.constantFrom(`a_duration_seconds${suffix}`, `b_bytes${suffix}`), value);

/** What the schema of snapshots lets pass, at its ends above all. */
const record = fc
  .record(
    {
      entity: fc.constantFrom('host:a', 'check:s:page', 'filesystem:a:/srv "ü"\u2028'),
      at: fc
        .integer({ min: 0, max: 86_399 })
        .map((second) => new Date(Date.parse(`${day}T00:00:00Z`) + second * 1000).toISOString())
        .map((instant) => instant.replace('.000', '')),
      epoch: fc.oneof(text, fc.constantFrom('a', 'b')),
      clock_seconds: fc.oneof(
        fc.double({ min: 0, max: maxClockSeconds, noNaN: true }),
        fc.constant(maxClockSeconds),
      ),
      state: fc.constantFrom(...State.options),
      reason: text,
      gauges: metrics(number, ''),
      counters: metrics(count, '_total'),
      facts: fc.dictionary(fc.constantFrom('version', 'constructor', 'a'), text),
    },
    { requiredKeys: ['entity', 'at'] },
  )
  .filter((candidate) => EntityRecord.safeParse(candidate).success);

test('whatever a snapshot may hold, its days and their month read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 40 }), (records) => {
      const inputs = { snapshots: 1, digest: '' };
      const common = { timeZone, everySeconds: 300, inputs };
      const snapshots = [runOf(`${day}T00:00:00Z`, records)];
      const first = compactDay({ ...common, day, snapshots, previous: undefined });
      const second = compactDay({ ...common, day: addToDay(day, 1), snapshots, previous: first });
      for (const daily of [first, second]) {
        const written = formatDaily(daily);
        expect(formatDaily(parseDocument(dailyKind, written))).toBe(written);
      }
      const written = formatMonthly(compactMonth('2026-11', timeZone, [first, second], ''));
      expect(formatMonthly(parseDocument(monthlyKind, written))).toBe(written);
    }),
    { numRuns: 300 },
  );
});
