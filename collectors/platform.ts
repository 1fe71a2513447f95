import type { Command, HostCollector } from '../src/collect/collector.ts';
import { parseAptSimulation } from '../src/collect/parse/apt-simulation.ts';
import { FormatError, readCount } from '../src/collect/parse/field.ts';
import { newestKernel } from '../src/collect/parse/kernels.ts';
import { known } from '../src/collect/parse/known.ts';
import { parseOsRelease } from '../src/collect/parse/os-release.ts';
import { sectionReader } from '../src/collect/parse/sections.ts';
import type { Metric } from '../src/model/metric.ts';

const gauge = (meaning: string, example: number): Metric => ({ type: 'gauge', meaning, example });

const metrics = {
  updates_pending_count: gauge(
    'Packages that an upgrade would install now (apt-get --simulate dist-upgrade).',
    17,
  ),
  updates_security_count: gauge('Those of them that come from a security archive.', 4),
  package_lists_age_seconds: gauge(
    'How old the lists are by which that is known: apt was last told what there is so long ago.',
    39_600,
  ),
  reboot_required_code: gauge(
    'Is 1 when a package asked for a reboot (/run/reboot-required), or a newer kernel of the same kind is installed than runs; else 0.',
    0,
  ),
} satisfies Record<string, Metric>;

// Debian's and Ubuntu's. The simulation takes a second or two of a processor; it needs neither root nor the network.
const commands = {
  'os-release': { run: 'cat /etc/os-release' },
  kernel: { run: 'uname -r' },
  // Of kernels that were removed, modules that others built may stay, without those of the kernel itself.
  kernels: { run: 'ls -d /lib/modules/*/kernel', isOptional: true },
  'reboot-required': { run: 'if [ -e /run/reboot-required ]; then echo yes; else echo no; fi' },
  updates: {
    run: 'command -v apt-get >/dev/null || { echo absent; exit 0; }; apt-get --simulate --quiet -o Debug::NoLocking=true dist-upgrade',
    timeoutSeconds: 60,
  },
  'lists-age': {
    run: 'newest=$(stat -c %Y /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp 2>/dev/null | sort -n | tail -n 1); [ -z "$newest" ] || echo "$(date +%s) $newest"',
    isOptional: true,
  },
  zfs: { run: 'cat /sys/module/zfs/version', isOptional: true },
} satisfies Record<string, Command>;

export default {
  kind: 'host',
  reads:
    'Release, kernel, pending updates and whether a reboot is due of a Debian or Ubuntu host, as its own package manager tells.',
  everySeconds: 3600,
  metrics,
  commands,
  parse(sections, context) {
    const reader = sectionReader(commands, sections, context);
    const system = reader.read('os-release', parseOsRelease);
    const kernel = reader.read('kernel', parseWord);
    const newest = kernel && newestKernel(reader.read('kernels', parseModuleFolders) ?? [], kernel);
    const isAsked = reader.read('reboot-required', parseAnswer);
    const isOutdated = newest !== undefined && newest !== kernel;
    const updates = reader.read('updates', (text) =>
      text.trim() === 'absent' ? undefined : parseAptSimulation(text),
    );
    const gauges = known({
      updates_pending_count: updates?.count,
      updates_security_count: updates?.securityCount,
      package_lists_age_seconds: updates && reader.read('lists-age', parseAge),
      reboot_required_code: isAsked === undefined ? undefined : Number(isAsked || isOutdated),
    });
    const facts = known({
      os_name: system?.name,
      os_version: system?.version,
      kernel,
      kernel_newest: newest,
      zfs_version: reader.read('zfs', parseWord),
    });
    if (Object.keys({ ...gauges, ...facts }).length > 0)
      reader.keep('os-release', { entity: `platform:${context.host}`, at: context.at, gauges, facts });
    return reader.parsed;
  },
} satisfies HostCollector;

function parseWord(text: string): string {
  const word = text.trim();
  if (!/^[\x21-\x7e]{1,100}$/.test(word))
    throw new FormatError('version', word, 'one word, such as 6.1.0-28-amd64');
  return word;
}

/** The kernels of lines such as /lib/modules/6.1.0-28-amd64/kernel. */
function parseModuleFolders(text: string): string[] {
  return text
    .split('\n')
    .slice(0, 200)
    .flatMap((line) => /^\/lib\/modules\/([\x21-\x2e\x30-\x7e]{1,100})\/kernel$/.exec(line)?.[1] ?? []);
}

function parseAnswer(text: string): boolean {
  const answer = text.trim();
  if (answer !== 'yes' && answer !== 'no') throw new FormatError('answer', answer, 'yes or no');
  return answer === 'yes';
}

/** Two instants in seconds, now and then. */
function parseAge(text: string): number {
  const [now, then] = text.trim().split(' ');
  return Math.max(0, readCount(now, 'now') - readCount(then, 'then'));
}
