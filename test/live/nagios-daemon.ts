import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// A Nagios of our own, in a mount namespace of its own: it finds its files where Debian has them, and nobody else finds them.

const etc = '/etc/nagios4';
const lib = '/var/lib/nagios4';
const cgis = '/usr/lib/cgi-bin/nagios4';

/** What is missing to run Nagios here, in words; undefined when all is there. One that runs already is left alone. */
export function missingNagios(): string | undefined {
  if (process.getuid?.() !== 0) return 'mount namespaces are made by root alone';
  if (!existsSync('/usr/sbin/nagios4') || !existsSync(`${cgis}/statusjson.cgi`))
    return 'no nagios4 here (Debian: nagios4)';
  if (existsSync(`${lib}/status.dat`)) return 'a Nagios runs here already, and is left alone';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'no mount namespace may be made here';
  return undefined;
}

/** What a plugin says: its exit status (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN), and its output. */
export interface Verdict {
  readonly status: number;
  readonly output: string;
}

export interface Nagios {
  /** A folder whose program `sh` runs shell where this Nagios is found: to come first in PATH. */
  readonly path: string;
  /** Runs shell there and gives its stdout, as root or as an account. */
  run(script: string, account?: 'nobody'): string;
  /** What the plugin of a service says from now on. */
  say(service: (typeof services)[number], verdict: Verdict): Promise<void>;
  /** An external command, as `ACKNOWLEDGE_SVC_PROBLEM;web1;Page;…`. */
  command(text: string): Promise<void>;
  /** Ends it as `systemctl stop` would; its files stay. */
  end(): Promise<void>;
  /** Starts it anew once it has ended, and waits until it knows its services. */
  begin(): Promise<void>;
  /** Ends it, and leaves nothing. */
  stop(): Promise<void>;
}

const hosts = ['web1', 'web2'];

/** Services of the host web1 that are checked each second; the passive one only when somebody tells. */
export const services = ['Page', 'C:\\ Space', 'Passive'] as const;

const configuration = `
log_file=${lib}/nagios.log
cfg_file=${etc}/objects.cfg
object_cache_file=${lib}/objects.cache
precached_object_file=${lib}/objects.precache
resource_file=${etc}/resource.cfg
status_file=${lib}/status.dat
status_update_interval=1
command_file=${lib}/rw/nagios.cmd
query_socket=${lib}/rw/nagios.qh
lock_file=${lib}/nagios.pid
temp_file=${lib}/nagios.tmp
temp_path=${lib}
check_result_path=${lib}/results
state_retention_file=${lib}/retention.dat
retain_state_information=0
check_external_commands=1
interval_length=1
cached_host_check_horizon=0
cached_service_check_horizon=0
check_for_updates=0
use_syslog=0
enable_flap_detection=0
`;

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const contacts = { contacts: 'ops', check_period: 'always', notification_period: 'always' };

const objects = [
  define('timeperiod', {
    timeperiod_name: 'always',
    alias: 'always',
    ...Object.fromEntries(days.map((day) => [day, '00:00-24:00'])),
  }),
  define('command', { command_name: 'nothing', command_line: '/bin/true' }),
  define('command', { command_name: 'told', command_line: `/bin/sh ${lib}/plugin $ARG1$` }),
  define('contact', {
    contact_name: 'ops',
    host_notification_commands: 'nothing',
    service_notification_commands: 'nothing',
    host_notification_period: 'always',
    service_notification_period: 'always',
  }),
  ...hosts.map((host_name) =>
    define('host', {
      host_name,
      address: '127.0.0.1',
      check_command: `told!${host_name}`,
      check_interval: 1,
      retry_interval: 1,
      max_check_attempts: 1,
      ...contacts,
    }),
  ),
  ...services.map((service_description, index) =>
    define('service', {
      host_name: 'web1',
      service_description,
      check_command: `told!${index}`,
      check_interval: 2,
      retry_interval: 1,
      max_check_attempts: 3,
      active_checks_enabled: service_description === 'Passive' ? 0 : 1,
      ...contacts,
    }),
  ),
].join('\n');

function define(type: string, values: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${key} ${value}\n`);
  return `define ${type} {\n${lines.join('')}}\n`;
}

/** Starts it and waits until it has written what it knows. Throws what it said when it does not. */
export async function startNagios(): Promise<Nagios> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-nagios-'));
  await chmod(root, 0o755);
  const at = (...parts: string[]) => join(root, ...parts);
  for (const folder of ['etc', 'lib', 'lib/rw', 'lib/results', 'lib/says', 'bin']) await mkdir(at(folder));
  await writeFile(at('etc/nagios.cfg'), configuration);
  await writeFile(at('etc/objects.cfg'), objects);
  await writeFile(at('etc/resource.cfg'), '');
  await writeFile(
    at('etc/cgi.cfg'),
    `main_config_file=${etc}/nagios.cfg\nuse_authentication=1\nauthorized_for_all_hosts=watcher,other\nauthorized_for_all_services=watcher\nauthorized_for_system_information=watcher\n`,
  );
  await writeFile(
    at('lib/plugin'),
    `read -r status <${lib}/says/$1.status; cat ${lib}/says/$1.output; exit $status\n`,
  );
  const say = async (name: string, { status, output }: Verdict): Promise<void> => {
    await writeFile(at('lib/says', `${name}.output`), output);
    await writeFile(at('lib/says', `${name}.status`), `${status}\n`);
  };
  for (const name of [...hosts, ...services.keys()]) await say(String(name), { status: 0, output: 'OK' });
  const [user, group] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nagios'], { encoding: 'utf8' }).stdout),
  );
  for (const folder of ['lib', 'lib/rw', 'lib/results']) await chown(at(folder), user ?? 0, group ?? 0);

  const program = `exec setpriv --reuid nagios --regid nagios --init-groups nagios4 ${etc}/nagios.cfg`;
  const mounts = `mount --bind ${at('etc')} ${etc} && mount --bind ${at('lib')} ${lib}`;
  let said = '';
  const launch = (words: readonly [string, ...string[]], shell: string): ChildProcess => {
    const [command, ...args] = words;
    const started = spawn(command, [...args, 'sh', '-c', shell], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-3000);
      });
    return started;
  };
  let child = launch(['unshare', '--mount'], `${mounts} && ${program}`);
  // Another process holds the namespace: it is there when Nagios has ended.
  const holder = await holdNamespace(child);
  const namespace = `--mount=/proc/${holder.pid}/ns/mnt`;
  await writeFile(at('bin/sh'), `#!/bin/sh\nexec nsenter ${namespace} /bin/sh "$@"\n`, { mode: 0o755 });
  const run = (script: string, account?: 'nobody'): string => {
    const as =
      account === undefined ? [] : ['setpriv', '--reuid', account, '--regid', 'nogroup', '--clear-groups'];
    const words = [namespace, ...as, '/bin/sh', '-s'];
    return spawnSync('nsenter', words, { input: script, encoding: 'utf8', timeout: 30_000 }).stdout;
  };
  const isReady = () =>
    run(`[ -p ${lib}/rw/nagios.cmd ] && cat ${lib}/status.dat`).includes('servicestatus {');
  const wait = async () => {
    for (let tries = 0; tries < 150 && child.exitCode === null; tries += 1) {
      if (isReady()) return;
      await delay(100);
    }
    throw new Error(`Nagios does not start: ${said}`);
  };
  const nagios: Nagios = {
    path: at('bin'),
    run,
    say: (service, verdict) => say(String(services.indexOf(service)), verdict),
    command: (text) => appendFile(at('lib/rw/nagios.cmd'), `[${Math.floor(Date.now() / 1000)}] ${text}\n`),
    end: () => end(child),
    async begin() {
      child = launch(['nsenter', namespace], program);
      await wait();
    },
    async stop() {
      await end(child);
      await end(holder);
      await rm(root, { recursive: true, force: true });
    },
  };
  try {
    await wait();
  } catch (error) {
    await nagios.stop();
    throw error;
  }
  return nagios;
}

async function holdNamespace(child: ChildProcess): Promise<ChildProcess> {
  const own = () => spawnSync('readlink', ['/proc/self/ns/mnt'], { encoding: 'utf8' }).stdout;
  const its = () => spawnSync('readlink', [`/proc/${child.pid}/ns/mnt`], { encoding: 'utf8' }).stdout;
  for (let wait = 0; wait < 100 && (its() === '' || its() === own()); wait += 1) await delay(20);
  const holder = spawn('nsenter', [`--mount=/proc/${child.pid}/ns/mnt`, 'sleep', '600'], { stdio: 'ignore' });
  await once(holder, 'spawn');
  await delay(100);
  return holder;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
