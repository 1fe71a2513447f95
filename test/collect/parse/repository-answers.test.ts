import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from '../../../src/collect/parse/field.ts';
import {
  checkVerdict,
  failureOf,
  parseRepositoryAnswers,
} from '../../../src/collect/parse/repository-answers.ts';

const text = `\u0005restic 0.14.0 compiled with go1.19.8 on linux/amd64
\u00022 /srv/restic/my repository
[
]\u0001unable to read one file, \t going on 0\u00041795340000 1 Fatal: repository contains errors \u0003
\u00020 rest:https://backup.example.org/
\u0001Fatal: wrong password or no key found 1\u0004\u0003
\u00021 /late
\u0001no time left in this run late\u0004\u0003
end
`;

test('answers come with their status, notes and last check, in whatever order', () => {
  expect(parseRepositoryAnswers(text)).toEqual({
    version: 'restic 0.14.0 compiled with go1.19.8 on linux/amd64',
    answers: [
      {
        index: 2,
        repository: '/srv/restic/my repository',
        text: '[\n]',
        status: 0,
        notes: 'unable to read one file, going on',
        check: { seconds: 1795340000, status: 1, complaint: 'Fatal: repository contains errors' },
      },
      {
        index: 0,
        repository: 'rest:https://backup.example.org/',
        text: '',
        status: 1,
        notes: 'Fatal: wrong password or no key found',
      },
      { index: 1, repository: '/late', text: '', status: 'late', notes: 'no time left in this run' },
    ],
  });
});

test('an answer whose end was cut off has no text', () => {
  const cut = text.replace('\n]\u0001unable to read one file, \t going on 0', '');
  expect(parseRepositoryAnswers(cut).answers[0]).toMatchObject({ text: '', status: 'cut' });
});

test('a password that a tool repeats stays on the host', () => {
  const { answers } = parseRepositoryAnswers(
    text.replace('Fatal: wrong', 'rest:https://me:secret@backup.example.org/: wrong'),
  );
  expect(answers[1]?.notes).toBe('rest:https://***@backup.example.org/: wrong password or no key found');
});

test('any text is read or refused', () => {
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(30),
      fc.string({ unit: 'binary', maxLength: 8 }),
      (start, length, put) => {
        try {
          parseRepositoryAnswers(text.slice(0, start) + put + text.slice(start + length));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

// Texts and statuses as restic 0.14 to 0.18 and borg 1.2 to 1.4 have them.
test.each([
  ['restic', 1, 'Fatal: wrong password or no key found', 'password'],
  ['restic', 12, '', 'password'],
  ['restic', 1, 'Fatal: an empty password is not a password', 'password'],
  ['restic', 1, 'unable to create lock in backend: repository is already locked by PID 7 on koha1', 'locked'],
  ['restic', 11, '', 'locked'],
  [
    'restic',
    1,
    'Fatal: unable to open config file: stat /nope/config: no such file or directory Is there a repository at the following location? /nope',
    'absent',
  ],
  ['restic', 10, '', 'absent'],
  ['restic', 1, 'Fatal: config or key 9c is damaged: ciphertext verification failed', 'damaged'],
  ['restic', 1, 'Fatal: unable to open repository: dial tcp: connection refused', 'unknown'],
  ['restic', 124, '', 'late'],
  [
    'borg',
    2,
    'passphrase supplied in BORG_PASSPHRASE, by BORG_PASSCOMMAND or via BORG_PASSPHRASE_FD is incorrect.',
    'password',
  ],
  ['borg', 52, '', 'password'],
  ['borg', 2, 'Failed to create/acquire the lock /srv/borg/lock.exclusive (timeout).', 'locked'],
  ['borg', 73, '', 'locked'],
  ['borg', 2, 'Repository /nope does not exist.', 'absent'],
  ['borg', 2, 'Data integrity error: Segment entry checksum mismatch [segment 2, offset 97]', 'damaged'],
  ['pbs', 255, 'Error: permission check failed.', 'password'],
] as const)('%s that ends with status %i and says %j: %s', (tool, status, notes, kind) => {
  expect(failureOf(tool, { status, notes })?.kind).toBe(kind);
});

test('a warning of borg is no failure', () => {
  expect(failureOf('borg', { status: 1, notes: 'Remote: warning' })).toBeUndefined();
  expect(failureOf('borg', { status: 105, notes: '' })).toBeUndefined();
});

test.each([
  ['restic', 0, 'no errors were found', 'valid'],
  ['restic', 1, 'Fatal: repository contains errors', 'bad'],
  ['restic', 11, '', undefined],
  ['restic', 1, 'Fatal: wrong password or no key found', undefined],
  ['restic', 124, '', undefined],
  ['borg', 0, '', 'valid'],
  [
    'borg',
    1,
    'Data integrity error: Invalid segment entry size 0 - too small [segment 0, offset 530]',
    'bad',
  ],
  ['borg', 1, 'Index object count mismatch.', 'bad'],
  ['borg', 2, 'Failed to create/acquire the lock /srv/borg/lock.exclusive (timeout).', undefined],
] as const)(
  'a check of %s that ends with status %i and says %j is %s',
  (tool, status, complaint, verdict) => {
    expect(checkVerdict(tool, { seconds: 0, status, complaint })).toBe(verdict);
  },
);
