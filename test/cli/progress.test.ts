import { expect, test } from 'vitest';
import { printable } from '../../src/cli/progress.ts';

test('what a host said cannot move the cursor, colour the terminal, ring its bell or turn text around', () => {
  expect(printable('df: \u001b[2J\u001b]0;owned\u0007 no such\r\nfile \u202eyppah\u009b31m')).toBe(
    'df:  [2J ]0;owned  no such file  yppah 31m',
  );
});
