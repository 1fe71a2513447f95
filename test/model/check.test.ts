import { expect, test } from 'vitest';
import { HttpCheck } from '../../src/model/check.ts';

test.each([
  ['', true],
  ['/data/0/a~1b~0c//', true],
  ['data', false],
  ['/a~2', false],
  // An expression that may read a slash in two ways would try 2^199 of them.
  [`${'/'.repeat(199)}~`, false],
])('the JSON Pointer %j is one, or refused as none (RFC 6901)', (pointer, isOne) => {
  const check = { kind: 'http', url: 'https://example.org', json: { pointer } };
  const { success, error } = HttpCheck.safeParse(check);
  expect([success, error?.issues.map(({ path }) => path.join('.'))]).toEqual([
    isOne,
    isOne ? undefined : ['json.pointer'],
  ]);
});
