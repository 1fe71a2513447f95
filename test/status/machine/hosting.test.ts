import { expect, test } from 'vitest';
import { hostingFiles } from '../../../src/status/machine/hosting.ts';

test("each of Caddy's headers is set by a path or by a matcher that is there: a pattern of names alone would be read as a header's name", async () => {
  const files = new Map(await hostingFiles(300, ['fr', 'en']));
  const lines = (files.get('hosting/Caddyfile') ?? '').split('\n');
  const matchers = lines.flatMap((line) => /^(@\S+) (?:not )?path /.exec(line)?.[1] ?? []);
  const targets = lines.flatMap((line) => /^header (\S+)/.exec(line)?.[1] ?? []);
  expect(targets.filter((target) => target.startsWith('*'))).toEqual([]);
  expect(targets.filter((target) => target.startsWith('@') && !matchers.includes(target))).toEqual([]);
  // Without a matcher it would win over that of /_astro/, whatever their order.
  expect(lines.filter((line) => line.startsWith('header Cache-Control'))).toEqual([]);
});
