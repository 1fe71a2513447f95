import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './openssh.ts';

// An Icinga 2 of our own, with its API and with Livestatus, in a mount namespace of its own: nothing of it is left when it ends.

const lib = '/var/lib/icinga2';
const folders = [
  '/etc/icinga2',
  lib,
  '/run/icinga2',
  '/var/log/icinga2',
  '/var/cache/icinga2',
  '/var/spool/icinga2',
];

/** What is missing to run Icinga 2 here, in words; undefined when all is there. One that runs already is left alone. */
export function missingIcinga(): string | undefined {
  if (process.getuid?.() !== 0) return 'mount namespaces are made by root alone';
  if (!existsSync('/usr/sbin/icinga2')) return 'no icinga2 here (Debian: icinga2-bin)';
  if (existsSync('/run/icinga2/icinga2.pid')) return 'an Icinga 2 runs here already, and is left alone';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'no mount namespace may be made here';
  return undefined;
}

/** What a plugin says: its exit status, and its output. */
export interface Verdict {
  readonly status: number;
  readonly output: string;
}

export interface Icinga {
  /** The API's address, the certificate authority of its certificate, and a user who may do everything. */
  readonly api: {
    readonly url: string;
    readonly ca: string;
    readonly user: string;
    readonly password: string;
  };
  /** A folder whose program `sh` runs shell where this Icinga is found: to come first in PATH. */
  readonly path: string;
  /** What the plugin of a service says from now on. */
  say(service: (typeof icingaServices)[number], verdict: Verdict): Promise<void>;
  /** `POST /v1/actions/…` with what the action wants; throws when it is refused. */
  act(action: string, wanted: object): Promise<void>;
  /** Ends it, and leaves nothing. */
  stop(): Promise<void>;
}

/** Services of the host web1 that are checked each other second; the passive one only when somebody tells. The host web2 is never checked. */
export const icingaServices = ['Page', 'Réserve "C:\\"', 'Passive'] as const;

const [user, password] = ['vigie', 'secret of tests'];

function configuration(port: number): string {
  const services = icingaServices.map((name, index) =>
    name === 'Passive'
      ? `object Service "Passive" { host_name = "web1", check_command = "passive", enable_active_checks = false, check_interval = 2s }`
      : `object Service ${JSON.stringify(name)} { host_name = "web1", check_command = "told", vars.told = "${index}", check_interval = 2s, retry_interval = 1s, max_check_attempts = 3 }`,
  );
  return `const NodeName = "localhost"
const ZoneName = "localhost"
include <itl>
object Endpoint "localhost" {}
object Zone "localhost" { endpoints = [ "localhost" ] }
object CheckerComponent "checker" {}
object ApiListener "api" { bind_host = "127.0.0.1", bind_port = ${port} }
object ApiUser "${user}" { password = "${password}", permissions = [ "*" ] }
library "livestatus"
object LivestatusListener "live" { socket_type = "unix", socket_path = "/run/icinga2/cmd/livestatus" }
object CheckCommand "told" { command = [ "/bin/sh", "${lib}/plugin", "$told$" ] }
object Host "web1" { check_command = "told", vars.told = "host", check_interval = 1s, retry_interval = 1s, max_check_attempts = 1 }
object Host "web2" { check_command = "passive", enable_active_checks = false }
${services.join('\n')}
`;
}

/** Starts it and waits until it has looked at its services. Throws what it said when it does not. */
export async function startIcinga(): Promise<Icinga> {
  const root = await mkdtemp(join(tmpdir(), 'vigie-icinga-'));
  const at = (...parts: string[]) => join(root, ...parts);
  for (const folder of ['bin', 'says']) await mkdir(at(folder));
  const say = async (name: string, { status, output }: Verdict): Promise<void> => {
    await writeFile(at('says', `${name}.output`), output);
    await writeFile(at('says', `${name}.status`), `${status}\n`);
  };
  for (const name of ['host', ...icingaServices.keys()]) await say(String(name), { status: 0, output: 'OK' });
  const port = await freePort();
  await writeFile(at('icinga2.conf'), configuration(port));
  await writeFile(
    at('plugin'),
    `read -r status <${lib}/says/$1.status; cat ${lib}/says/$1.output; exit $status\n`,
  );
  const start = `set -e
chmod 755 ${root}
for folder in ${folders.join(' ')}; do
  mkdir -p "$folder"
  mount -t tmpfs none "$folder"
  chown nagios:nagios "$folder"
done
mkdir -p /run/icinga2/cmd ${lib}/certs ${lib}/ca ${lib}/says /var/spool/icinga2/perfdata /var/spool/icinga2/tmp
mount --bind ${at('says')} ${lib}/says
cp ${at('icinga2.conf')} /etc/icinga2/icinga2.conf
cp ${at('plugin')} ${lib}/plugin
chown -R nagios:nagios /run/icinga2 /etc/icinga2 /var/spool/icinga2 ${lib}/certs ${lib}/ca
icinga2 pki new-ca
icinga2 pki new-cert --cn localhost --key ${lib}/certs/localhost.key --csr ${lib}/localhost.csr
icinga2 pki sign-csr --csr ${lib}/localhost.csr --cert ${lib}/certs/localhost.crt
cp ${lib}/ca/ca.crt ${lib}/certs/ca.crt
cp ${lib}/ca/ca.crt ${at('ca.crt')}
exec icinga2 daemon -c /etc/icinga2/icinga2.conf
`;
  await writeFile(at('start'), start);
  const child = spawn('unshare', ['--mount', 'sh', at('start')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-3000);
    });
  const namespace = `--mount=/proc/${child.pid}/ns/mnt`;
  await writeFile(at('bin/sh'), `#!/bin/sh\nexec nsenter ${namespace} /bin/sh "$@"\n`, { mode: 0o755 });
  const url = `https://localhost:${port}`;
  const ask = (words: readonly string[]) => {
    const common = [
      '-sS',
      '--cacert',
      at('ca.crt'),
      '-u',
      `${user}:${password}`,
      '-H',
      'Accept: application/json',
    ];
    return spawnSync('curl', [...common, ...words], { encoding: 'utf8', timeout: 10_000 }).stdout;
  };
  const icinga: Icinga = {
    api: { url, ca: at('ca.crt'), user, password },
    path: at('bin'),
    say: (service, verdict) => say(String(icingaServices.indexOf(service)), verdict),
    async act(action, wanted) {
      const answer = ask(['-X', 'POST', `${url}/v1/actions/${action}`, '-d', JSON.stringify(wanted)]);
      if (!/"code":200\b/.test(answer)) throw new Error(`${action}: ${answer}`);
    },
    async stop() {
      await end(child);
      await rm(root, { recursive: true, force: true });
    },
  };
  for (let wait = 0; wait < 300; wait += 1) {
    const known = existsSync(at('ca.crt')) ? ask([`${url}/v1/objects/services?attrs=last_check`]) : '';
    if ((known.match(/"last_check":1\d{9}/g) ?? []).length === 2) return icinga;
    if (child.exitCode !== null) break;
    await delay(100);
  }
  await icinga.stop();
  throw new Error(`Icinga 2 does not start: ${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
