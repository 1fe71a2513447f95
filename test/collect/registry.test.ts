import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCollectors } from '../../src/collect/registry.ts';

const good =
  "export default { kind: 'host', reads: 'Nothing.', metrics: {}, commands: {}, parse: () => ({ records: [], errors: [] }) };";

describe('the registry', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-registry-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes the files, then loads the folder. */
  async function load(files: Readonly<Record<string, string>>): Promise<string[]> {
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    return [...(await loadCollectors(folder)).keys()];
  }

  test('finds every collector of the project, by the name of its file', async () => {
    const files = await readdir(fileURLToPath(new URL('../../collectors', import.meta.url)));
    const names = [...(await loadCollectors()).keys()];
    expect(names).toEqual(files.map((file) => file.replace(/\.ts$/, '')).toSorted());
    expect(names).toContain('host');
  });

  test('reads .ts and .js, in alphabetical order, and nothing else', async () => {
    const files = {
      'zfs.ts': good,
      'disk-smart.js': good,
      'README.md': '#',
      'zfs.d.ts': 'export {};',
      'old.ts.bak': '',
    };
    expect(await load(files)).toEqual(['disk-smart', 'zfs']);
  });

  test.each([
    ['no default export', 'export const reads = 1;'],
    ['null', 'export default null;'],
    ['a kind that does not exist', good.replace("'host'", "'oracle'")],
    ['no parse function', good.replace('parse:', 'parsed:')],
    ['no sentence', good.replace("'Nothing.'", "''")],
    ['a metric without a unit', good.replace('metrics: {}', "metrics: { load: { type: 'gauge' } }")],
    ['no commands', good.replace('commands:', 'command:')],
  ])('names the file that has %s', async (_fault, text) => {
    await expect(load({ 'broken.ts': text, 'fine.ts': good })).rejects.toThrow(join(folder, 'broken.ts'));
  });

  test('refuses a name that is no slug, and two files of one name', async () => {
    await expect(load({ 'My_Disk.ts': good })).rejects.toThrow('My_Disk.ts: expected a name');
    await rm(join(folder, 'My_Disk.ts'));
    await expect(load({ 'a.js': good, 'a.ts': good })).rejects.toThrow(
      'a.ts: there is another collector named a',
    );
  });
});
