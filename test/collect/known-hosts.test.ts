import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKeys, fingerprint, hostKeyOf, parseKnownHosts, pinKey } from '../../src/collect/known-hosts.ts';

// Real keys, made by ssh-keygen for this test and used nowhere; the fingerprint is what `ssh-keygen -lf` printed.
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqtOkMKX+ko6EHJbEWGSxMTsLwAc9liTOOih82qig9H';
const ed25519Fingerprint = 'SHA256:CLvcSQFhTxdEhtRUAeMUEvOL89bNdQsSQMR3rE3mP6g';
const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC0rxk1SNiVwNAy6BK1k3iyJX020hg/paMeJQx75IqxsZf2m1lCjyoBj3gYfsqLxVJOGqhsNm9OjNXD5WGp7994ELIfOesnqqKx0Z5F+SBZls1kBeQTz5GLmNGtvWFQqFLcbhJlEhMxaD3j+jgwwWkDzdcmRdH92MxA/I4O9hDqLgjnyt5gkoBXrSqq4md0G/VGavOwe1QGIQooi+K5QKe70kypKCYlzdV4HxVjHEeODOj3Je8Mglb/2VCQOqWqbNXBSJDEju14Hyh83lViRh16aDPcQTcJU5nVZl5T0nI93H2zO+7dvywXfryCaL8GSkJAl5Ki0Hig/N4NW6PKGZAT';

/** The types of the keys that are pinned for a host. */
function pinnedIn(text: string, host: string, port = 22): string[] {
  return findKeys(parseKnownHosts(text, 'known_hosts'), host, port).pinned.map(({ type }) => type);
}

describe('known_hosts', () => {
  test('finds a plain name, in any case, and no part of it', () => {
    const text = `hv1.example.org ${ed25519}\n`;
    expect(pinnedIn(text, 'HV1.example.org')).toEqual(['ssh-ed25519']);
    expect(pinnedIn(text, 'hv1.example.or')).toEqual([]);
    expect(pinnedIn(text, 'xhv1.example.org')).toEqual([]);
  });

  test('tells ports apart', () => {
    const text = `hv1 ${ed25519}\n[hv1]:2222 ${rsa}\n`;
    expect(pinnedIn(text, 'hv1')).toEqual(['ssh-ed25519']);
    expect(pinnedIn(text, 'hv1', 2222)).toEqual(['ssh-rsa']);
    expect(pinnedIn(text, 'hv1', 2223)).toEqual([]);
  });

  test.each([
    ['hv1,hv2,192.0.2.7', 'hv2', true],
    ['hv1,hv2,192.0.2.7', '192.0.2.7', true],
    ['*.example.org', 'hv1.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org,!hv1.example.org', 'hv1.example.org', false],
    ['!hv1.example.org,*.example.org', 'hv2.example.org', true],
    ['!hv1.example.org', 'hv2.example.org', false],
    ['hv?', 'hv1', true],
    ['hv?', 'hv', false],
    ['hv?', 'hv12', false],
    ['h*v*1', 'hxvyv21', true],
    ['h*v*1', 'hxvyv2', false],
    ['*', 'anything', true],
    ['hv.', 'hv1', false],
  ])('the pattern %j matches %j: %s', (patterns, host, isMatch) => {
    expect(pinnedIn(`${patterns} ${ed25519}\n`, host)).toEqual(isMatch ? ['ssh-ed25519'] : []);
  });

  test('answers at once on a pattern made to be slow', () => {
    expect(pinnedIn(`${'*a'.repeat(100)}b ${ed25519}\n`, 'a'.repeat(250))).toEqual([]);
  });

  test('keeps revoked keys apart', () => {
    const { pinned, revoked } = findKeys(
      parseKnownHosts(`@revoked * ${rsa}\nhv1 ${ed25519} a comment\n`, 'f'),
      'hv1',
      22,
    );
    expect(pinned.map(({ type }) => type)).toEqual(['ssh-ed25519']);
    expect(revoked.map(({ type }) => type)).toEqual(['ssh-rsa']);
  });

  test('skips comments and blank lines, and takes tabs and CRLF', () => {
    expect(pinnedIn(`# hv1 ${rsa}\r\n\r\n  \nhv1\t${ed25519.replace(' ', '\t')}\r\n`, 'hv1')).toEqual([
      'ssh-ed25519',
    ]);
  });

  test('names each line that cannot be used, and uses the others', () => {
    const lines = [
      'hv1',
      'hv1 ssh-ed25519 AAAA',
      `hv1 ${ed25519.replace('ssh-ed25519', 'ssh-rsa')}`,
      `@cert-authority *.example.org ${ed25519}`,
      `@trusted hv1 ${ed25519}`,
      `|1|c2FsdA==|short ${ed25519}`,
      `hv1 ${ed25519}`,
    ];
    const { entries, faults } = parseKnownHosts(lines.join('\n'), 'data/known_hosts');
    expect(faults.map(({ file, line }) => `${file}:${line}`)).toEqual(
      [1, 2, 3, 4, 5, 6].map((line) => `data/known_hosts:${line}`),
    );
    expect(faults[3]?.expected).toContain('certificate authorities are not supported');
    expect(entries.map(({ line }) => line)).toEqual([7]);
  });

  test('takes the type from the key itself', () => {
    expect(hostKeyOf(Buffer.from(rsa.split(' ')[1] ?? '', 'base64')).type).toBe('ssh-rsa');
    expect(hostKeyOf(Buffer.from([0, 0, 0, 200, 1])).type).toBe('malformed');
  });

  test('prints fingerprints as ssh-keygen does', () => {
    const [key] = findKeys(parseKnownHosts(`hv1 ${ed25519}`, 'f'), 'hv1', 22).pinned;
    expect(key && fingerprint(key)).toBe(ed25519Fingerprint);
  });
});

describe('pinning a key', () => {
  const key = hostKeyOf(Buffer.from(ed25519.split(' ')[1] ?? '', 'base64'));

  test('adds a line and changes no other', () => {
    const before = `# ours\nhv2 ${rsa}\n@cert-authority * ${rsa}\nbroken line`;
    expect(pinKey(before, 'f', 'HV1', 22, key)).toBe(`${before}\nhv1 ${ed25519}\n`);
    expect(pinKey('', 'f', 'hv1', 2222, key)).toBe(`[hv1]:2222 ${ed25519}\n`);
  });

  test('takes the place of the keys that were pinned for the host', () => {
    expect(pinKey(`hv1 ${rsa}\nhv2 ${rsa}\n`, 'f', 'hv1', 22, key)).toBe(`hv2 ${rsa}\nhv1 ${ed25519}\n`);
  });

  test('leaves a revoked key revoked', () => {
    expect(pinKey(`@revoked hv1 ${rsa}\n`, 'f', 'hv1', 22, key)).toBe(
      `@revoked hv1 ${rsa}\nhv1 ${ed25519}\n`,
    );
  });

  test('leaves a line that names other hosts too to people', () => {
    expect(() => pinKey(`# x\nhv1,hv2 ${rsa}\n`, 'data/known_hosts', 'hv1', 22, key)).toThrow(
      'data/known_hosts:2: found a line that pins a key for other hosts too, expected a line without hv1',
    );
  });
});

describe.skipIf(spawnSync('ssh-keygen', ['-?']).error !== undefined)(
  'beside the real ssh-keygen (OpenSSH), known_hosts',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-known-hosts-'));
    const file = join(folder, 'known_hosts');
    const plain = [
      `hv1.example.org ${ed25519}`,
      `[hv1.example.org]:2222 ${rsa}`,
      `192.0.2.7 ${rsa}`,
      `2001:db8::7 ${ed25519}`,
      `*.web.example.org,!bad.web.example.org ${rsa}`,
    ];
    let hashed = '';
    beforeAll(() => {
      writeFileSync(file, `${plain.join('\n')}\n`);
      expect(spawnSync('ssh-keygen', ['-H', '-f', file]).status).toBe(0);
      hashed = readFileSync(file, 'utf8');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test('is hashed but for its patterns', () => {
      expect(hashed.match(/^\|1\|/gm)).toHaveLength(4);
    });

    test.each([
      ['hv1.example.org', 22],
      ['hv1.example.org', 2222],
      ['hv1.example.org', 2223],
      ['hv2.example.org', 22],
      ['192.0.2.7', 22],
      ['192.0.2.7', 2222],
      ['2001:db8::7', 22],
      ['a.web.example.org', 22],
      ['bad.web.example.org', 22],
    ])('finds the same keys for %s port %i', (host, port) => {
      const name = port === 22 ? host : `[${host}]:${port}`;
      const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
      const expected = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(pinnedIn(hashed, host, port)).toEqual(expected.map((line) => line.split(' ')[1]));
    });
  },
);
