import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDumpFiles } from '../../../src/collect/parse/dump-files.ts';
import { FormatError } from '../../../src/collect/parse/field.ts';

const text = `v 1 1795340100
s koha ok 0
s omeka absent 0
s coral denied 2
f koha 334001 1795312800 valid trailer 2026-11-22 /backup/koha/a  b's dump 2026-11-22.sql.gz
f koha 396 1795226400 bad trailer - /backup/koha/x-2026-11-21.sql.gz
f koha 10 -5 unverified budget - /backup/koha/old.sql
end
`;

test('names may hold blanks, and are told as they are', () => {
  const { services, isKept } = parseDumpFiles(text);
  expect(isKept).toBe(true);
  expect(services.get('koha')?.files[0]).toEqual({
    path: "/backup/koha/a  b's dump 2026-11-22.sql.gz",
    name: "a  b's dump 2026-11-22.sql.gz",
    series: "a  b's dump .sql.gz",
    bytes: 334001,
    seconds: 1795312800,
    verdict: 'valid',
    completedOn: '2026-11-22',
  });
});

test('what is bad or was not looked at says why, and a time before 1990 is none', () => {
  const files = parseDumpFiles(text).services.get('koha')?.files ?? [];
  expect(files.map(({ why }) => why)).toEqual([
    undefined,
    'its closing line is missing: the dump did not come to its end',
    'not yet read: no time left in this run',
  ]);
  expect(files[2]?.seconds).toBeUndefined();
});

test('a folder that is not there and one that we may not see are told apart', () => {
  const { services } = parseDumpFiles(text);
  expect(services.get('omeka')?.look).toBe('absent');
  expect(services.get('coral')).toEqual({ look: 'denied', oddCount: 2, files: [] });
});

test.each([
  ['without its end', text.slice(0, -4), 'last line'],
  ['cut in a name', text.slice(0, 150), 'last line'],
  ['of another version', text.replace('v 1', 'v 2'), 'first line'],
  ['with a verdict that is none', text.replace('bad trailer', 'bad luck'), 'verdict'],
  ['with a verdict of another kind', text.replace('bad trailer', 'valid cut'), 'verdict'],
  ['with a verdict that every object has', text.replace('bad trailer', 'bad constructor'), 'verdict'],
  ['with a file of no service', text.replace('f koha 396', 'f other 396'), 'service'],
  ['that is another text', 'total 12\n-rw-r--r-- 1 root\nend\n', 'first line'],
])('an answer %s is refused whole', (_name, broken, field) => {
  expect(() => parseDumpFiles(broken)).toThrow(FormatError);
  expect(() => parseDumpFiles(broken)).toThrow(field);
});

test('any text is read or refused', () => {
  const line = fc.oneof(
    fc.constantFrom(...text.split('\n')),
    fc.string({ unit: 'binary' }),
    fc.string().map((name) => `f koha 1 1795312800 valid trailer - /${name}`),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        parseDumpFiles(['v 1 1', 's koha ok 0', ...lines, 'end', ''].join('\n'));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
  );
});
