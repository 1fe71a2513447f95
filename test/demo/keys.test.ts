import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { createKeyPair } from '../../src/demo/ssh-hosts.ts';

test('every key pair can be read, though ssh2 spoils one in 256', () => {
  const unreadable = Array.from({ length: 3000 }, createKeyPair).filter(
    (pair) => ssh2.utils.parseKey(pair.private) instanceof Error,
  );
  expect(unreadable).toEqual([]);
});
