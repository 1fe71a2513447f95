import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { daysBetween } from '../../src/model/time.ts';
import { compact } from '../../src/store/compact.ts';
import { readHistory } from '../../src/store/history.ts';
import { writeSnapshot } from '../../src/store/snapshots.ts';
import { workspaceAt } from '../../src/store/workspace.ts';

const hasPython = spawnSync('python3', ['--version']).error === undefined;
if (!hasPython) console.log('skipped: the reader in Python needs python3');

test.skipIf(!hasPython)(
  'a reader in another language, written from docs/your-data.md, reads every column',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'vigie-reader-'));
    const workspace = workspaceAt(root);
    const onBroken = ({ message }: { message: string }) => expect.fail(message);
    // Six weeks with a gap: a closed month, open days, constant and changing gauges, a counter that restarts.
    for (const [index, day] of daysBetween('2026-09-20', '2026-11-02').entries()) {
      if (index === 9) continue;
      for (const hour of [3, 9, 15, 21]) {
        const at = `${day}T${String(hour).padStart(2, '0')}:00:00Z`;
        const size = 4_000_000_000_000;
        const records = [
          {
            entity: 'filesystem:hv1:/srv "old"',
            at,
            gauges: {
              filesystem_size_bytes: size,
              filesystem_used_bytes: 1.5e12 + index * 7.3e9 + hour * 1e6,
              ...(hour === 3 ? { check_duration_seconds: 0.0123 * (index + 1) } : {}),
            },
          },
          {
            entity: 'host:hv1',
            at,
            epoch: index < 20 ? 'a' : 'b',
            clock_seconds: (index % 20) * 86_400 + hour * 3600,
            counters: { cpu_busy_seconds_total: (index % 20) * 40_000 + hour * 1700.25 },
          },
        ];
        const snapshot = { schema: 'vigie/snapshot@1' as const, collector: 'host', at, records, errors: [] };
        await writeSnapshot(workspace, snapshot);
      }
    }
    const settings = { timeZone: 'Europe/Paris', everySeconds: 21_600, retentionSeconds: 14 * 86_400 };
    const now = '2026-11-03T00:00:00Z';
    await compact({ workspace, ...settings, now, onBroken });
    expect(readdirSync(join(root, 'data/monthly'))).toEqual(['2026-09.json', '2026-10.json']);

    const history = await readHistory({ workspace, timeZone: 'Europe/Paris', now, onBroken });
    const columns = [...history.entities].flatMap(([entity, { gauges, counters }]) => [
      ...[...gauges].flatMap(([metric, stats]) =>
        Object.entries(stats).map(([stat, column]) => ({ entity, metric, stat, column })),
      ),
      ...[...counters].flatMap(([metric, stats]) =>
        Object.entries(stats).map(([stat, column]) => ({ entity, metric, stat, column })),
      ),
    ]);
    const wanted = columns.filter(({ stat }) => stat !== 'count');
    expect(wanted.length).toBe(3 * 6 + 4);
    for (const { entity, metric, stat, column } of wanted) {
      const args = ['docs/examples/read.py', workspace.data, entity, metric, stat];
      const lines = execFileSync('python3', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
      const read = lines.map((line) => [line.slice(0, 10), Number(line.slice(11))]);
      const own = history.days.flatMap((day, index) =>
        Number.isNaN(column[index]) ? [] : [[day, column[index]]],
      );
      expect(read, `${entity} ${metric} ${stat}`).toEqual(own);
    }
    await history.close();
    rmSync(root, { recursive: true });
  },
);
