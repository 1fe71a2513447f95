import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import { cpuLimitOf, cpuShareOf, memoryLimitOf, sizeOf } from '../../../src/collect/parse/instance-limits.ts';

const decimal = { isBinary: false };

describe('a CPU limit', () => {
  test.each([
    ['2', undefined, 2],
    ['0-3', undefined, 4],
    ['0,2', undefined, 2],
    ['0-1,4,6-7', undefined, 5],
    ['1-1', undefined, 1],
    ['0-2,1', undefined, 3],
    [undefined, '25ms/100ms', 0.25],
    ['', '200ms/100ms', 2],
    ['4', '150ms/100ms', 1.5],
    ['1', '150ms/100ms', 1],
    ['4', '50%', 4],
  ])('%s with allowance %s is %d', (cpus, allowance, expected) => {
    expect(cpuLimitOf(cpus, allowance)).toBe(expected);
  });

  test.each([
    [undefined, undefined],
    ['', ''],
    [undefined, '50%'],
  ])('%s with allowance %s is none', (cpus, allowance) => {
    expect(cpuLimitOf(cpus, allowance)).toBeUndefined();
  });

  test.each([['3-1'], ['a'], ['1,'], ['-1'], ['1.5']])('%s is refused', (cpus) => {
    expect(() => cpuLimitOf(cpus, undefined)).toThrow(FormatError);
  });

  test.each([['50'], ['25ms'], ['1ms/0ms'], ['25s/100s']])('the allowance %s is refused', (allowance) => {
    expect(() => cpuLimitOf('1', allowance)).toThrow(FormatError);
  });

  test('a set of CPUs counts each once, however it is spelled', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(5)), { minLength: 2, maxLength: 8 }), (ranges) => {
        const set = new Set(
          ranges.flatMap(([first, more]) => Array.from({ length: more + 1 }, (_, index) => first + index)),
        );
        const spelled = ranges
          .map(([first, more]) => (more === 0 ? `${first}` : `${first}-${first + more}`))
          .join(',');
        expect(cpuLimitOf(spelled, undefined)).toBe(set.size);
      }),
    );
  });
});

test('a share of CPU time is a percentage', () => {
  expect(cpuShareOf('50%')).toBe(0.5);
  expect(cpuShareOf('25ms/100ms')).toBeUndefined();
  expect(cpuShareOf(undefined)).toBeUndefined();
});

describe('a size', () => {
  // https://documentation.ubuntu.com/lxd/latest/reference/instance_units/
  test.each([
    ['1048576', 1048576],
    ['10B', 10],
    ['5 bytes', 5],
    ['1kB', 1e3],
    ['512MB', 512e6],
    ['2GB', 2e9],
    ['1TB', 1e12],
    ['1PB', 1e15],
    ['1EB', 1e18],
    ['1KiB', 1024],
    ['512MiB', 536870912],
    ['1GiB', 1073741824],
    ['2TiB', 2199023255552],
  ])('%s is %d bytes', (text, bytes) => expect(sizeOf(text, decimal)).toBe(bytes));

  test('of LXD before 4.0 has 1024 bytes in a kB', () => {
    expect(sizeOf('512MB', { isBinary: true })).toBe(536870912);
    expect(sizeOf('10B', { isBinary: true })).toBe(10);
  });

  test.each([['much'], ['1.5GiB'], ['-1GB'], ['1XB'], ['GiB'], ['1iB'], ['25%']])('%s is refused', (text) => {
    expect(() => sizeOf(text, decimal)).toThrow(FormatError);
  });

  test('that is empty is none', () => {
    expect(sizeOf('', decimal)).toBeUndefined();
    expect(sizeOf(undefined, decimal)).toBeUndefined();
  });
});

test('a percentage of memory is one of the host’s, and unknown when that is', () => {
  expect(memoryLimitOf('50%', { hostBytes: 8e9, isBinary: false })).toBe(4e9);
  expect(memoryLimitOf('50%', { hostBytes: undefined, isBinary: false })).toBeUndefined();
  expect(memoryLimitOf('1GiB', { hostBytes: undefined, isBinary: false })).toBe(1073741824);
});
