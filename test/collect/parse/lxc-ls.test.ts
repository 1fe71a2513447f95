import { expect, test } from 'vitest';
import { parseLxcLs } from '../../../src/collect/parse/lxc-ls.ts';

test('the table of lxc-ls is read by its headings, whatever its columns', () => {
  const table = [
    'NAME      STATE   AUTOSTART GROUPS      IPV4                 IPV6 UNPRIVILEGED ',
    'koha-prod RUNNING 1         web, onboot 10.0.3.9, 10.0.4.9   -    false        ',
    'old       STOPPED 0         -           -                    -    false        ',
    '',
  ].join('\n');
  expect(parseLxcLs(table)).toEqual({
    rows: [
      { name: 'koha-prod', state: 'running', pid: undefined },
      { name: 'old', state: 'stopped', pid: undefined },
    ],
    faults: [],
  });
  expect(parseLxcLs('NAME STATE   PID \nweb  FROZEN  123 \nidle STOPPED -   \n').rows).toEqual([
    { name: 'web', state: 'frozen', pid: 123 },
    { name: 'idle', state: 'stopped', pid: undefined },
  ]);
});

test('no container is no table', () => expect(parseLxcLs('')).toEqual({ rows: [], faults: [] }));

test('what is no such table is refused', () => {
  expect(() => parseLxcLs('bash: lxc-ls: command not found\n')).toThrow(
    /^heading: found .*, expected the columns NAME/,
  );
  expect(() => parseLxcLs('NAME AUTOSTART\nweb  0\n')).toThrow(/^heading/);
});
