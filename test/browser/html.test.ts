import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltSite, buildSite } from '../built-site.ts';
import { toldSample } from '../status/machine/told.ts';

// The pages as the W3C's checker reads them.

const checker = fileURLToPath(new URL('../../node_modules/vnu-jar/build/dist/vnu.jar', import.meta.url));
const missing =
  spawnSync('java', ['-version']).status === 0 ? undefined : 'no Java here (Debian: default-jre-headless)';
if (missing !== undefined) console.log(`the W3C checker is not tried: ${missing}`);

interface Message {
  readonly url: string;
  readonly message: string;
  readonly extract?: string;
}

describe.skipIf(missing !== undefined)('the public site', () => {
  let site: BuiltSite;

  beforeAll(async () => {
    site = await buildSite('status', toldSample);
  });
  afterAll(() => site?.remove());

  test('is valid HTML, on every page', () => {
    const { stderr } = spawnSync(
      'java',
      ['-jar', checker, '--format', 'json', '--skip-non-html', site.folder],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const { messages } = JSON.parse(stderr) as { messages: Message[] };
    // It reads files, of which none has an origin: what the policy allows is tried in the browser.
    const faults = messages.filter(
      ({ message }) => !message.startsWith('Resource violates Content Security Policy'),
    );
    expect(
      faults.map(
        ({ url, message, extract }) => `${url.slice(site.folder.length)}: ${message} ${extract ?? ''}`,
      ),
    ).toEqual([]);
  });
});
