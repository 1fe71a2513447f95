import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { parseLivestatusObjects, parseLivestatusProgram } from '../../../src/collect/parse/livestatus.ts';

/** `200`, the length of the payload in eleven places, a line break (https://docs.checkmk.com/latest/en/livestatus_references.html). */
const fixed16 = (status: number, payload: string): string =>
  `${status} ${String(Buffer.byteLength(payload)).padStart(11)}\n${payload}`;
const rows = (...all: readonly unknown[][]): string => fixed16(200, `${JSON.stringify(all)}\n`);
const common = [2, 1, 2, 1, 3, 3, 1_795_372_600, 5, 'CRITICAL – é', 'time=1s', 1, 0, 0, 0.01, 0.1];

test('hosts and services are read with their states', () => {
  expect(parseLivestatusObjects('services', rows(['hv1', 'Flip', ...common]), 60)).toEqual({
    rows: [
      {
        host: 'hv1',
        service: 'Flip',
        state: 'critical',
        isHard: true,
        hardState: 'critical',
        attempt: 3,
        maxAttempts: 3,
        checkedAt: 1_795_372_600,
        everySeconds: 300,
        output: 'CRITICAL – é',
        perfdata: 'time=1s',
        isAcknowledged: true,
        isInDowntime: false,
        isFlapping: false,
        latencySeconds: 0.01,
        executionSeconds: 0.1,
      },
    ],
    faults: [],
  });
  expect(parseLivestatusObjects('hosts', rows(['hv1', ...common]), 60).rows[0]).toMatchObject({
    service: undefined,
    state: 'unreachable',
  });
});

test('flags are numbers, or truths as Icinga 2 tells some of them', () => {
  const told = [2, 1, 2, 1, 3, 3, 1_795_372_600, 5, 'x', '', false, 1, true, 0.01, 0.1];
  expect(parseLivestatusObjects('services', rows(['hv1', 'Flip', ...told]), 60).rows[0]).toMatchObject({
    isAcknowledged: false,
    isInDowntime: true,
    isFlapping: true,
  });
});

test('a program says its version; what it leaves empty is not known', () => {
  expect(parseLivestatusProgram(rows(['4.4.6', 1_795_372_000, 60]))).toEqual({
    version: '4.4.6',
    startedAt: 1_795_372_000,
    intervalLength: 60,
  });
  expect(parseLivestatusProgram(rows(['', 0, null]))).toEqual({});
});

test.each([
  ['an answer without header', JSON.stringify([]), /answer: .*expected a header such as 200/],
  ['a refusal', fixed16(404, 'Invalid GET request, no such table'), /status: found "404 Invalid GET/],
  ['an answer that is cut', rows(['hv1', 'Flip', ...common]).slice(0, -20), /payload: .* expected \d+ bytes/],
  ['another format', fixed16(200, 'hv1;Flip;2\n'), /expected JSON/],
  ['nothing', '', /found ""/],
])('%s is refused by name', (_name, text, message) => {
  expect(() => parseLivestatusObjects('services', text, 60)).toThrow(message);
});

test('a row of other columns, or of a state that is none, costs itself alone', () => {
  const text = rows(['hv1', 'short'], ['hv1', 'odd', 9, ...common.slice(1)], ['hv1', 'Flip', ...common]);
  const { rows: found, faults } = parseLivestatusObjects('services', text, 60);
  expect(found.map(({ service }) => service)).toEqual(['Flip']);
  expect(faults).toEqual([
    '"row 1": row: found "2 cells", expected 17 cells',
    '"row 2": state: found "9", expected 0 to 3',
  ]);
});

test('whatever is answered, it is read or refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map((payload) => fixed16(200, payload)),
    fc
      .array(fc.array(fc.oneof(fc.constant(1), fc.anything()), { minLength: 17, maxLength: 17 }))
      .map((all) => rows(...all)),
  );
  fc.assert(
    fc.property(text, (any) => {
      try {
        parseLivestatusObjects('services', any, 60);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
  );
});
