import { expect, test } from 'vitest';
import { parseAptSimulation } from '../../../src/collect/parse/apt-simulation.ts';
import { wholeDisks } from '../../../src/collect/parse/diskstats.ts';
import { parseObjsets } from '../../../src/collect/parse/objset-kstat.ts';
import { failureOf, parseRepositoryAnswers } from '../../../src/collect/parse/repository-answers.ts';
import { parseSmartAnswers } from '../../../src/collect/parse/smart-answers.ts';
import { parseZpoolStatus } from '../../../src/collect/parse/zpool-status.ts';

// What a hostile host may send in the megabytes that a section may have: texts at which an expression that tries every part of them
// from every place is busy for hours. Each is read, or costs itself alone.

const million = 1_000_000;

test('counts of a dataset are read behind a million blanks', () => {
  const count = (name: string) => `${name}  4  ${' '.repeat(million / 4)}7\u2028\n`;
  const text = `23 1 0x01 7 2160 22 66\nname   type data\ndataset_name 7 tank\n${['reads', 'writes', 'nread', 'nwritten'].map(count).join('')}`;
  expect(parseObjsets(text)).toMatchObject({
    rows: [{ name: 'tank', readCount: 7, writeCount: 7, readBytes: 7, writtenBytes: 7 }],
    faults: [],
  });
});

test('what apt would do is read behind a million empty lines', () => {
  const summary = '2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.';
  expect(parseAptSimulation(`${'\n'.repeat(million)}Inst a\nInst b\n${summary}\n`).count).toBe(2);
});

test('a disk whose name begins with a million digits is a disk', () => {
  const disk = { device: `${'1'.repeat(million)}x`, readBytes: 0, writtenBytes: 0, busySeconds: 0 };
  expect(wholeDisks([disk])).toEqual([disk]);
});

test('a disk that could not be opened a hundred thousand times over is one', () => {
  const why = 'No such device\u2028';
  const text = `== scan\n# /dev/sda -d scsi # ${'/dev/sda open failed: '.repeat(100_000)}${why}\n== end 0\n`;
  expect(parseSmartAnswers(text)).toEqual([{ device: '/dev/sda scsi', fault: why }]);
});

test('rows of zpool status that are as long as they may be are read', () => {
  const note = 'x'.repeat(4000);
  const pools = Array.from(
    { length: 250 },
    (_, index) => `  pool: tank${index}
 state: ONLINE
config:

	NAME        STATE     READ WRITE CKSUM
	tank${index}      ONLINE       0     0     0
	  my disk   ONLINE       0     0     0  (ok)1M resilvered
	  sdb       ONLINE       0     0     0  ${note}
	spares
	  sdc       AVAIL ${' '.repeat(3900)} a\u2028b

errors: No known data errors
`,
  );
  const { rows, faults } = parseZpoolStatus(pools.join('\n'));
  expect([rows.length, faults]).toEqual([250, []]);
  expect(rows[7]?.vdevs.map(({ path, note: said }) => [path, said?.slice(0, 3)])).toEqual([
    ['tank7/my disk', undefined],
    ['tank7/sdb', 'xxx'],
    ['tank7/spares/sdc', 'a b'],
  ]);
});

test('what a tool says at length of a repository tells no more than its end', () => {
  const [answer] = parseRepositoryAnswers(
    `\u0005restic 0.14.0\n\u00020 /srv/restic\n\u0001${'password '.repeat(million)}Fatal: odd 1\u0004\u0003\nend\n`,
  ).answers;
  expect(answer && failureOf('restic', answer)).toMatchObject({
    kind: 'unknown',
    message: expect.stringMatching(/Fatal: odd\)$/),
  });
});
