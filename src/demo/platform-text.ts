import { seedOf, uniform } from './chance.ts';
import type { Place } from './place.ts';

// What the package manager of a host would install, and what waits for a reboot.

const day = 86_400;

/** Packages that updates come for, and whether from the security archive. */
const packages: readonly (readonly [name: string, isSecurity: boolean])[] = [
  ['libssl3', true],
  ['openssl', true],
  ['tzdata', false],
  ['libxml2', true],
  ['base-files', false],
  ['curl', true],
  ['libcurl4', true],
  ['systemd', false],
  ['libsystemd0', false],
  ['udev', false],
  ['openssh-server', true],
  ['openssh-client', true],
  ['vim-common', false],
  ['bind9-host', true],
  ['libc6', false],
  ['libc-bin', false],
  ['sudo', true],
  ['gnupg', false],
  ['python3.11', true],
  ['ca-certificates', false],
  ['rsync', true],
  ['perl-base', false],
  ['libgnutls30', true],
  ['bash', false],
];

/** Every fortnight somebody installs all that there is, but for kernels that wait for a reboot. */
const updateDays = 14;

/** The folders of kernels: the kernel that runs, and those before and after it that are installed. */
export function kernelsText({ host, moment, story }: Place): string {
  const { machine, kernel, seconds } = moment;
  const at = machine.kernels.indexOf(kernel);
  const installed = machine.kernels.slice(Math.max(0, at - 1), at + 1);
  const next = isOutdated(story.outdated, host, seconds) ? [nextKernel(kernel)] : [];
  return [...installed, ...next].map((release) => `/lib/modules/${release}/kernel\n`).join('');
}

/** Whether a package asked for a reboot. */
export function rebootText({ host, moment, story }: Place): string {
  return isOutdated(story.outdated, host, moment.seconds) ? 'yes\n' : 'no\n';
}

/** `apt-get --simulate dist-upgrade`. */
export function updatesText({ host, moment, story }: Place): string {
  const { machine, seconds } = moment;
  const seed = seedOf(story.seed, 'updates', host);
  const age = (seconds / day + updateDays * uniform(seed, 0)) % updateDays;
  const round = Math.floor(seconds / day / updateDays);
  // Nobody publishes updates any more for a release whose support is over.
  const count =
    machine.osVersion === '11' ? 0 : Math.floor((age / updateDays) * (5 + 14 * uniform(seed, 1 + round)));
  const archive = machine.osName === 'Ubuntu' ? ['Ubuntu', 'noble'] : ['Debian', 'stable'];
  const pending = packages.slice(0, count).map(([name, isSecurity], index) => {
    const version = `${1 + (index % 4)}.${index}-${round}`;
    const origin = isSecurity
      ? `${archive[0]}-Security:${machine.osVersion}/${archive[1]}-security`
      : `${archive[0]}:${machine.osVersion}/${archive[1]}`;
    return `Inst ${name} [${version}] (${version}+u1 ${origin} [amd64])\n`;
  });
  return [
    'Reading package lists...\nBuilding dependency tree...\nReading state information...\nCalculating upgrade...\n',
    `${count} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`,
    ...pending,
  ].join('');
}

/** Now, and when apt was last told what there is: each morning. */
export function listsAgeText({ host, moment, story }: Place): string {
  const offset = 4 * 3600 + Math.floor(7200 * uniform(seedOf(story.seed, 'lists', host), 0));
  const now = Math.floor(moment.seconds);
  return `${now} ${Math.floor((now - offset) / day) * day + offset}\n`;
}

function isOutdated(outdated: Place['story']['outdated'], host: string, seconds: number): boolean {
  return outdated.host === host && outdated.from <= seconds;
}

/** `6.1.0-41-amd64` is followed by `6.1.0-42-amd64`. */
function nextKernel(kernel: string): string {
  return kernel.replace(
    /(\d+)(-[a-z]\w*)$/,
    (_, number: string, kind: string) => `${Number(number) + 1}${kind}`,
  );
}
