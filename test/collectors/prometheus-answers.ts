import fc from 'fast-check';
import type { ApiAnswer } from '../../src/collect/collector.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { toSeconds } from '../../src/model/time.ts';
import { parseFleet } from '../../src/store/fleet.ts';

/** When servers are asked. */
export const at = '2026-11-22T09:35:00Z';
export const now = toSeconds(at);

export type Labels = Readonly<Record<string, string>>;
/** A series of an answer; `part:x` is what our own query calls x. */
export type Series = readonly [name: string, value: number | string, labels?: Labels];

/** The answer of a server at 9:35, to any question. */
export function answerOf(series: readonly Series[], seconds = now): ApiAnswer {
  const result = series.map(([name, value, labels]) => ({
    metric: name.startsWith('part:')
      ? { vigie_part: name.slice(5), ...labels }
      : { __name__: name, ...labels },
    value: [seconds, String(value)],
  }));
  const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  return { at, status: 200, body };
}

/** A fleet that is asked every five minutes. */
export function fleetOf(text: string): Fleet {
  return parseFleet(`fleet: { name: Test, every: 5m }\n${text}`, 'fleet.yaml');
}

/** Answers of any series with these names, of hosts of ours and of others. */
export function anyAnswer(names: readonly string[]): fc.Arbitrary<ApiAnswer> {
  const label = fc.constantFrom(
    'device',
    'mountpoint',
    'fstype',
    'name',
    'project',
    'pool',
    'mode',
    'serial_number',
    'type',
    'vigie_part',
  );
  const value = fc.oneof(
    fc.constantFrom('sda', '/', 'user', 'cpu', 'seen', 'filesystem', 'nvme0', 'a:b'),
    fc.string({ unit: 'binary' }),
  );
  const series = fc.record({
    metric: fc
      .tuple(
        fc.dictionary(label, value),
        fc.constantFrom(...names),
        fc.constantFrom('hv1', 'hv2:9100', 'hv3', 't'),
      )
      .map(([labels, name, instance]) => ({ ...labels, __name__: name, instance })),
    value: fc.tuple(
      fc.constantFrom(now, now, now, now - 60, 0, 1e12),
      fc.oneof(fc.double().map(String), fc.integer().map(String), fc.constantFrom('0', '1', '1e300', '-5')),
    ),
  });
  return fc.array(series, { maxLength: 30 }).map((result): ApiAnswer => {
    return {
      at,
      status: 200,
      body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }),
    };
  });
}
