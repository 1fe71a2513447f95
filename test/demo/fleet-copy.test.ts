import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rewriteFleet } from '../../src/demo/fleet-copy.ts';
import { parseFleet } from '../../src/store/fleet.ts';

const text = readFileSync(new URL('../../data/fleet.yaml', import.meta.url), 'utf8');
const source = parseFleet(text, 'fleet.yaml');

describe('the demo’s copy of a fleet', () => {
  const copy = rewriteFleet(text, {
    hosts: new Map([...source.hosts.keys()].map((id, index) => [id, `127.0.0.1:${4000 + index}`])),
    services: new Map(
      [...source.services.keys()].map((id, index) => [id, `http://127.0.0.1:${5000 + index}/`]),
    ),
    control: '127.0.0.1:3999',
    key: 'demo-key',
  });
  const fleet = parseFleet(copy, 'copy.yaml');

  test('reaches nothing beyond this machine', () => {
    const addresses = [...fleet.hosts.values()].flatMap(({ reach }) =>
      reach.kind === 'ssh' ? [reach.address] : [],
    );
    expect(addresses.map(({ host, port }) => `${host}:${port}`)).toEqual(
      Array.from({ length: 6 }, (_, index) => `127.0.0.1:${4000 + index}`),
    );
    expect(addresses.filter(({ via, key }) => via !== undefined || key !== 'demo-key')).toEqual([]);
    const urls = [...fleet.services.values()].flatMap(({ checks }) =>
      [...checks.values()].flatMap((check) => ('url' in check ? [check.url] : [])),
    );
    expect(urls).toHaveLength(60);
    expect(urls.filter((url) => !url.startsWith('http://127.0.0.1:5'))).toEqual([]);
    expect(fleet.controls).toEqual([{ host: '127.0.0.1', port: 3999 }]);
  });

  test('has this machine as one more host, and all else as it was', () => {
    expect(fleet.hosts.get('this-machine')).toMatchObject({
      name: 'Cette machine',
      reach: { kind: 'local' },
    });
    expect(fleet.hosts.size).toBe(source.hosts.size + 1);
    expect(fleet.libraries).toEqual(source.libraries);
    expect([...fleet.services.values()].map(({ name, container }) => [name, container])).toEqual(
      [...source.services.values()].map(({ name, container }) => [name, container]),
    );
  });

  test('keeps every comment and line', () => {
    const comments = (yaml: string) => yaml.split('\n').flatMap((line) => /#.*$/.exec(line) ?? []);
    expect(
      comments(copy).filter((comment) => !comment.includes('the machine that the demo runs on')),
    ).toEqual(comments(text));
    expect(copy.split('\n')).toHaveLength(text.split('\n').length + 1);
  });
});
