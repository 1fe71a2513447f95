import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import container from '../../collectors/container.ts';
import lxdMetrics from '../../collectors/lxd.ts';
import { runApi } from '../../src/collect/api-run.ts';
import { openApi } from '../../src/collect/ask-api.ts';
import type { HostCollector, Section } from '../../src/collect/collector.ts';
import { openFrameReader } from '../../src/collect/frames.ts';
import { runLocal } from '../../src/collect/local.ts';
import { parseContainerMetrics } from '../../src/collect/parse/container-metrics.ts';
import { hostScript } from '../../src/collect/script.ts';
import { parseFleet } from '../../src/store/fleet.ts';
import { makeAuthority } from './certificates.ts';
import { type Lxd, leaveNoCgroups, makeTinyRoot, missingLxd, startLxd } from './lxd.ts';
import { freePort } from './openssh.ts';

// What our host script and parser make of containers that really run.

const missing = missingLxd();
if (missing !== undefined) test('containers of a real LXD', (context) => context.skip(missing));

const collector: HostCollector = container;
const fleet = parseFleet('fleet: { name: Test }', 'fleet.yaml');
const secret = 'S3CRET-of-a-library';

/** The script as a host runs it, but for the place of LXD's socket. */
function scriptFor(socket: string): string {
  const commands = Object.entries(collector.commands).map(
    ([name, command]) => [`container.${name}`, command] as const,
  );
  return hostScript(new Map(commands)).replaceAll('/var/lib/lxd/unix.socket', socket);
}

/** What a host answers, and what we make of it. */
async function collect(script: string) {
  const { sections, failure } = await runLocal(script, { seconds: 60, bytes: 16e6 });
  expect(failure).toBeUndefined();
  return read(sections);
}

function read(sections: ReadonlyMap<string, Section>) {
  const own = new Map([...sections].map(([name, section]) => [name.replace('container.', ''), section]));
  const { records, errors } = collector.parse(own, { host: 'hv1', at: '2026-11-22T09:35:00Z', fleet });
  return {
    raw: JSON.stringify([...sections]),
    errors,
    entities: new Map(records.map((record) => [record.entity, record])),
  };
}

describe.skipIf(missing !== undefined)('containers of a real LXD', () => {
  /** Cgroups bear the names of containers, and another LXD may run its tests here. */
  const koha = `koha-${process.pid}`;
  let folder: string;
  let lxd: Lxd;
  let script: string;
  const look = async (name: string) => {
    const { entities, errors } = await collect(script);
    expect(errors).toEqual([]);
    return entities.get(`container:hv1:${name}`);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigie-lxd-'));
    await chmod(folder, 0o711);
    lxd = await startLxd(folder);
    script = scriptFor(lxd.socket);
    const userData = `#cloud-config\npassword: "${secret}"\nnote: 'a "word" \\\\ of \\" ${secret}'\n`;
    lxd.lxc('profile', 'set', 'default', 'environment.DB_PASSWORD', secret);
    lxd.lxc('profile', 'set', 'default', 'limits.memory', '64MiB');
    lxd.lxc(
      ...['launch', 'tiny', koha, '-c', 'limits.cpu=0-0', '-c', 'snapshots.schedule=@never'],
      ...[
        '-c',
        `user.token=${secret}`,
        '-c',
        `user.user-data=${userData}`,
        '-c',
        `cloud-init.user-data=${userData}`,
      ],
    );
  });

  afterAll(async () => {
    await lxd?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('come with limits of their configuration and profiles, and what LXD says they use', async () => {
    const record = await look(koha);
    const state = z
      .object({
        pid: z.number(),
        processes: z.number(),
        cpu: z.object({ usage: z.number() }),
        memory: z.object({ usage: z.number() }),
      })
      .parse(lxd.query(`/1.0/instances/${koha}/state`));
    expect(record?.gauges).toMatchObject({
      cpu_limit_count: 1,
      memory_limit_bytes: 64 * 2 ** 20,
      processes_count: state.processes,
      snapshots_count: 0,
    });
    expect(record?.counters?.cpu_busy_seconds_total).toBeGreaterThan(0);
    expect(record?.counters?.cpu_busy_seconds_total).toBeLessThanOrEqual(state.cpu.usage / 1e9);
    expect(record?.epoch).toContain(` ${state.pid}`);
    expect(record?.facts).toMatchObject({
      state: 'running',
      type: 'container',
      manager: 'lxd',
      image_os: 'busybox',
      pool: 'default',
      snapshots_schedule: '@never',
    });
  });

  test('use memory without what they cached', async () => {
    const before = (await look(koha))?.gauges;
    lxd.lxc('exec', koha, '--', 'dd', 'if=/dev/zero', 'of=/var/cached', 'bs=1M', 'count=24');
    const after = (await look(koha))?.gauges;
    const { memory } = z
      .object({ memory: z.object({ usage: z.number() }) })
      .parse(lxd.query(`/1.0/instances/${koha}/state`));
    expect(memory.usage).toBeGreaterThan(24 * 2 ** 20);
    expect(after?.memory_cache_bytes).toBeGreaterThan(20 * 2 ** 20);
    expect((after?.memory_used_bytes ?? Number.NaN) - (before?.memory_used_bytes ?? 0)).toBeLessThan(
      8 * 2 ** 20,
    );
  });

  test('tell the same to a certificate that may read metrics alone', async () => {
    const port = await freePort();
    const authority = makeAuthority();
    const { key, cert } = authority.selfSigned;
    authority.remove();
    const at = (name: string) => join(folder, name);
    await writeFile(at('vigie.crt'), cert);
    await writeFile(at('vigie.key'), key);
    lxd.lxc('config', 'set', 'core.https_address', `127.0.0.1:${port}`);
    const { certificate } = z
      .object({ environment: z.object({ certificate: z.string() }) })
      .transform(({ environment }) => environment)
      .parse(lxd.query('/1.0'));
    await writeFile(at('lxd.crt'), certificate);
    const fleet = parseFleet(
      `fleet: { name: Test }
hosts:
  hv3:
    lxd:
      url: https://127.0.0.1:${port}
      ca: lxd.crt
      certificate: { file: vigie.crt, key: vigie.key }
`,
      'fleet.yaml',
    );
    const clock = () => new Date();
    const askApi = openApi({ dataFolder: folder, env: {}, userAgent: 'Vigie/test', clock });
    const ask = () =>
      runApi({ collector: lxdMetrics, fleet, requests: lxdMetrics.requests(fleet) }, { askApi, clock });
    const stranger = await ask();
    expect(stranger.records).toEqual([]);
    expect(stranger.errors[0]?.message).toContain('status 403');
    lxd.lxc('config', 'trust', 'add', at('vigie.crt'), '--type=metrics');
    const { records, errors } = await ask();
    expect(errors).toEqual([]);
    const own = await look(koha);
    const record = records.find(({ entity }) => entity === `container:hv3:${koha}`);
    expect(record).toMatchObject({
      gauges: { processes_count: own?.gauges?.processes_count },
      facts: { state: 'running', type: 'container', manager: 'lxd' },
    });
    expect(records.find(({ entity }) => entity === 'manager:hv3:lxd')?.gauges).toEqual({
      containers_running_count: 1,
    });
    lxd.lxc('config', 'unset', 'core.https_address');
  });

  test('are described alike by the text of its metrics', async () => {
    const { rows, faults } = parseContainerMetrics(lxd.lxc('query', '/1.0/metrics'));
    const record = await look(koha);
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      name: koha,
      project: 'default',
      memoryTotalBytes: record?.gauges?.memory_limit_bytes,
    });
    const { memoryTotalBytes = 0, memoryAvailableBytes = 0 } = rows[0] ?? {};
    expect(
      Math.abs(memoryTotalBytes - memoryAvailableBytes - (record?.gauges?.memory_used_bytes ?? 0)),
    ).toBeLessThan(8 * 2 ** 20);
  });

  test('keep their secrets: nothing of them leaves the host, of container snapshots neither', async () => {
    lxd.lxc('snapshot', koha, 'sunday');
    const { raw, entities, errors } = await collect(script);
    expect(JSON.stringify(lxd.query('/1.0/instances?recursion=2')).split(secret).length).toBeGreaterThan(8);
    expect(errors).toEqual([]);
    expect(raw).not.toContain(secret);
    const record = entities.get(`container:hv1:${koha}`);
    expect(record?.gauges?.snapshots_count).toBe(1);
    const made = z
      .array(z.object({ created_at: z.string() }))
      .parse(lxd.query(`/1.0/instances/${koha}/snapshots?recursion=1`));
    expect(record?.facts?.newest_snapshot_at).toBe(`${made[0]?.created_at.slice(0, 19)}Z`);
    expect(record?.facts?.snapshot_days).toBe(`${made[0]?.created_at.slice(0, 16)}Z`);
  });

  test('freeze and thaw without counting anew; stop, and count anew when they start', async () => {
    const running = await look(koha);
    lxd.lxc('pause', koha);
    const frozen = await look(koha);
    expect(frozen?.facts?.state).toBe('frozen');
    expect(frozen?.epoch).toBe(running?.epoch);
    expect(frozen?.counters?.cpu_busy_seconds_total).toBeGreaterThanOrEqual(
      running?.counters?.cpu_busy_seconds_total ?? 0,
    );
    lxd.lxc('start', koha);
    lxd.lxc('stop', '-f', koha);
    const stopped = await look(koha);
    expect(stopped?.facts?.state).toBe('stopped');
    expect(stopped?.state).toBeUndefined();
    expect(stopped?.counters).toBeUndefined();
    expect(stopped?.gauges).toMatchObject({ cpu_limit_count: 1, memory_limit_bytes: 64 * 2 ** 20 });
    expect(stopped?.gauges).not.toHaveProperty('memory_used_bytes');
    lxd.lxc('start', koha);
    const again = await look(koha);
    expect(again?.epoch).toBeDefined();
    expect(again?.epoch).not.toBe(running?.epoch);
    expect(again?.facts?.created_at).toBe(running?.facts?.created_at);
  });

  test('have the traffic of their own interfaces, and not what they say to themselves', async () => {
    lxd.lxc('config', 'device', 'add', koha, 'eth0', 'nic', 'nictype=p2p', 'name=eth0');
    const within = (command: string) => lxd.lxc('exec', koha, '--', '/bin/busybox', 'sh', '-c', command);
    within('busybox ifconfig lo 127.0.0.1 up; busybox ifconfig eth0 192.0.2.9 up');
    within('busybox ping -c 2 -i 0.2 -s 1400 127.0.0.1');
    const Counters = z.object({ counters: z.object({ bytes_sent: z.number(), bytes_received: z.number() }) });
    const countersOf = (name: string) =>
      z.object({ network: z.record(z.string(), Counters) }).parse(lxd.query(`/1.0/instances/${koha}/state`))
        .network[name]?.counters;
    const before = countersOf('eth0');
    const record = await look(koha);
    const after = countersOf('eth0');
    expect(countersOf('lo')?.bytes_sent).toBeGreaterThan(2800);
    for (const [metric, counter] of [
      ['network_sent_bytes_total', 'bytes_sent'],
      ['network_received_bytes_total', 'bytes_received'],
    ] as const) {
      expect(record?.counters?.[metric]).toBeGreaterThanOrEqual(before?.[counter] ?? Number.NaN);
      expect(record?.counters?.[metric]).toBeLessThanOrEqual(after?.[counter] ?? Number.NaN);
    }
  });

  test('follow their limits while they run, in other spellings', async () => {
    const set = (...settings: string[]) => lxd.lxc('config', 'set', koha, ...settings);
    set('limits.cpu=1', 'limits.cpu.allowance=25ms/100ms', 'limits.memory=1%');
    const limited = await look(koha);
    const total = Number(/MemTotal:\s+(\d+)/.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]) * 1024;
    expect(limited?.gauges?.cpu_limit_count).toBe(0.25);
    // LXD 5.0 takes a kB of the host for 1000 bytes, and what counts is what it made of it.
    expect((limited?.gauges?.memory_limit_bytes ?? 0) / total).toBeGreaterThan(0.0095);
    expect((limited?.gauges?.memory_limit_bytes ?? 0) / total).toBeLessThanOrEqual(0.01);
    set('limits.cpu=', 'limits.cpu.allowance=50%', 'limits.memory=32MB');
    const other = await look(koha);
    expect(other?.gauges).toMatchObject({ cpu_share_ratio: 0.5, memory_limit_bytes: 32_000_000 });
    expect(other?.gauges).not.toHaveProperty('cpu_limit_count');
  });

  test('of another project bear its name', async () => {
    lxd.lxc('project', 'create', 'lab', '-c', 'features.images=false', '-c', 'features.profiles=false');
    lxd.lxc('init', 'tiny', 'trial', '--project', 'lab');
    const { entities } = await collect(script);
    expect(entities.get('container:hv1:lab_trial')?.facts).toMatchObject({
      state: 'stopped',
      project: 'lab',
    });
    expect(entities.get('manager:hv1:lxd')?.gauges).toMatchObject({
      containers_count: 2,
      containers_running_count: 1,
    });
  });

  test('are the same when LXD is asked as its older versions must be', async () => {
    const without = (extensions: string) =>
      script.replaceAll('has() { ', `has() { case $1 in ${extensions}) return 1 ;; esac; `);
    const now = await collect(script);
    const containers = [`container:hv1:${koha}`, 'container:hv1:lab_trial'];
    const of = (entities: typeof now.entities, id: string) => {
      const { epoch, facts, gauges } = entities.get(id) ?? {};
      return { epoch, facts, limit: gauges?.memory_limit_bytes, snapshots: gauges?.snapshots_count };
    };
    const perProject = await collect(without('instance_all_projects'));
    expect(perProject.errors).toEqual([]);
    for (const id of containers) expect(of(perProject.entities, id)).toEqual(of(now.entities, id));
    const perContainer = await collect(without('instance_all_projects | container_full | instances'));
    expect(perContainer.errors).toEqual([]);
    expect(of(perContainer.entities, `container:hv1:${koha}`)).toEqual(
      of(now.entities, `container:hv1:${koha}`),
    );
    expect(perContainer.entities.get(`container:hv1:${koha}`)?.counters).toHaveProperty(
      'cpu_busy_seconds_total',
    );
    for (const { raw } of [perProject, perContainer]) expect(raw).not.toContain(secret);
  });

  test('are the same where curl is missing and the client is asked, and where awk is another one', async () => {
    const now = await collect(script);
    const programs = 'sh timeout head cat tr sed grep awk printf renice sleep id stat lxc'.split(' ');
    for (const awk of ['mawk', 'gawk', 'busybox']) {
      const path = pathOf(awk);
      if (path === undefined) continue;
      const bin = join(folder, `bin-${awk}`);
      mkdirSync(bin);
      for (const program of programs)
        symlinkSync(program === 'awk' ? path : (pathOf(program) ?? ''), join(bin, program));
      mkdirSync(join(folder, `home-${awk}/.config/lxc`), { recursive: true });
      await writeFile(join(folder, `home-${awk}/.config/lxc/config.yml`), 'default-remote: local\n');
      const { stdout } = spawnSync(join(bin, 'sh'), ['-s'], {
        input: script.replace('PATH=$PATH:', 'OTHER='),
        env: { PATH: bin, HOME: join(folder, `home-${awk}`) },
      });
      const frames = openFrameReader(16e6);
      frames.push(stdout);
      const { entities, errors, raw } = read(frames.sections);
      expect(errors).toEqual([]);
      expect(raw).not.toContain(secret);
      expect(entities.get(`container:hv1:${koha}`)?.facts).toEqual(
        now.entities.get(`container:hv1:${koha}`)?.facts,
      );
    }
  });

  test('may come and go while they are read', async () => {
    const cycle = `for n in 1 2 3; do lxc launch tiny coming-$n && lxc delete -f coming-$n; done`;
    const env = { ...process.env, LXD_DIR: join(folder, 'lxd'), LXD_CONF: join(folder, 'client') };
    let isDone = false;
    const churn = runLocal(`export LXD_DIR=${env.LXD_DIR} LXD_CONF=${env.LXD_CONF}\n${cycle}`, {
      seconds: 50,
      bytes: 1e6,
    }).then(() => {
      isDone = true;
    });
    let runs = 0;
    while (!isDone) {
      const { entities, errors } = await collect(script);
      expect(errors).toEqual([]);
      expect(entities.get(`container:hv1:${koha}`)?.facts?.state).toBe('running');
      runs += 1;
    }
    await churn;
    expect(runs).toBeGreaterThan(1);
  });

  test('that are deleted are gone', async () => {
    lxd.lxc('delete', '-f', koha);
    expect(await look(koha)).toBeUndefined();
  });
});

const lxcMissing = missing ?? (pathOf('lxc-ls') === undefined ? 'no lxc-ls here (Debian: lxc)' : undefined);
if (lxcMissing !== undefined) test('a container of classic LXC', (context) => context.skip(lxcMissing));

describe.skipIf(lxcMissing !== undefined)('a container of classic LXC', () => {
  const name = `vigie-test-${process.pid}`;
  const path = `/var/lib/lxc/${name}`;
  const script = scriptFor('/nonexistent');
  const lxc = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, ['-n', name, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program}: status ${status}: ${stderr}`);
    return stdout;
  };
  const look = async () => {
    const { entities, errors } = await collect(script);
    expect(errors).toEqual([]);
    return entities.get(`container:hv1:${name}`);
  };

  beforeAll(async () => {
    await makeTinyRoot(join(path, 'rootfs'));
    const isSecond =
      (await readFile('/proc/filesystems', 'utf8')).includes('cgroup2') &&
      pathOf('stat') !== undefined &&
      spawnSync('stat', ['-fc', '%T', '/sys/fs/cgroup'], { encoding: 'utf8' }).stdout.trim() === 'cgroup2fs';
    await writeFile(
      join(path, 'config'),
      [
        `lxc.rootfs.path = dir:${path}/rootfs`,
        `lxc.uts.name = ${name}`,
        'lxc.apparmor.profile = unconfined',
        'lxc.net.0.type = empty',
        isSecond ? 'lxc.cgroup2.memory.max = 67108864' : 'lxc.cgroup.memory.limit_in_bytes = 67108864',
        '',
      ].join('\n'),
    );
    lxc('lxc-snapshot');
    lxc('lxc-start');
  });

  afterAll(async () => {
    spawnSync('lxc-stop', ['-k', '-n', name]);
    spawnSync('lxc-destroy', ['-s', '-n', name]);
    leaveNoCgroups();
    await rm(path, { recursive: true, force: true });
  });

  test('shows limit and use as lxc-info does', async () => {
    const record = await look();
    const info = lxc('lxc-info', '-H');
    const of = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)$`, 'm').exec(info)?.[1]);
    expect(record?.facts).toMatchObject({
      state: 'running',
      manager: 'lxc',
      manager_version: lxc('lxc-info', '--version').trim(),
    });
    expect(record?.gauges?.memory_limit_bytes).toBe(67108864);
    expect(Math.abs((record?.gauges?.memory_charged_bytes ?? Number.NaN) - of('Memory use'))).toBeLessThan(
      2 ** 20,
    );
    expect(record?.counters?.cpu_busy_seconds_total).toBeLessThanOrEqual(of('CPU use') / 1e9);
    expect(record?.epoch).toContain(` ${of('PID')} `);
    expect(record?.gauges?.snapshots_count).toBe(1);
    expect(record?.facts?.newest_snapshot_at).toMatch(/^20/);
  });

  test('counts anew when it starts anew, and is stopped in between', async () => {
    const before = await look();
    lxc('lxc-stop', '-k');
    const stopped = await look();
    expect(stopped?.facts?.state).toBe('stopped');
    expect(stopped?.counters).toBeUndefined();
    lxc('lxc-start');
    const after = await look();
    expect(after?.epoch).toBeDefined();
    expect(after?.epoch).not.toBe(before?.epoch);
  });
});

function pathOf(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
