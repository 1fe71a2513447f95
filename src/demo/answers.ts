import type { Section } from '../collect/collector.ts';
import { cgroupsText, managerText } from './container-text.ts';
import { coldText, dumpsText } from './dumps-text.ts';
import { nagiosText } from './nagios.ts';
import type { Place } from './place.ts';
import { kernelsText, listsAgeText, rebootText, updatesText } from './platform-text.ts';
import { zfsVersionOf } from './pools.ts';
import { kernelAnswers } from './proc-text.ts';
import { lsblkText, smartText } from './smart-text.ts';
import {
  objsetsText,
  zfsListText,
  zfsSnapshotsText,
  zpoolListText,
  zpoolStatusText,
  zpoolTroubleText,
} from './zfs-text.ts';

/** What a demo host prints for a command of the host script: as the tools would that it asks for. */
export function answerCommand(run: string, place: Place): Section {
  const answer = textOf(run, place);
  if (answer !== undefined) return { stdout: answer, stderr: '', status: 0, isTruncated: false };
  const file = /^cat (\S+)$/.exec(run)?.[1];
  return file === undefined
    ? { stdout: '', stderr: `sh: 1: ${run.split(' ', 1)[0]}: not found\n`, status: 127, isTruncated: false }
    : { stdout: '', stderr: `cat: ${file}: No such file or directory\n`, status: 1, isTruncated: false };
}

function textOf(run: string, place: Place): string | undefined {
  const ofKernel = kernelAnswers.find(([pattern]) => pattern.test(run))?.[1];
  if (ofKernel !== undefined) return ofKernel(place.moment);
  return toolAnswers.find(([pattern]) => pattern.test(run))?.[1](place, run);
}

/** By what stands in a command and in no other. */
const toolAnswers: readonly (readonly [RegExp, (place: Place, run: string) => string | undefined])[] = [
  [/smartctl --scan-open/, smartText],
  [/^lsblk -dnPo NAME,SERIAL,WWN$/, lsblkText],
  [/zpool status -x/, zpoolTroubleText],
  [/zpool status -sp/, zpoolStatusText],
  [/zpool list -Hp/, zpoolListText],
  [/zfs list -Hp -t filesystem/, zfsListText],
  [/zfs list -Hp -t snapshot/, zfsSnapshotsText],
  [/^cat \/proc\/spl\/kstat\/zfs\/\*\/objset-/, objsetsText],
  [/^cat \/sys\/module\/zfs\/version$/, ({ host }) => lineOf(zfsVersionOf(host))],
  [/^cd \/sys\/fs\/cgroup/, cgroupsText],
  [/\/var\/lib\/lxd\/unix\.socket/, (place) => managerText(place, 'lxd')],
  [/\/var\/snap\/lxd\/common\/lxd\/unix\.socket/, (place) => managerText(place, 'lxd-snap')],
  [/\/var\/lib\/incus\/unix\.socket/, (place) => managerText(place, 'incus')],
  [/SUDO_UID.*nagios\.cfg/s, () => ''],
  [/nagios\.cfg/, nagiosText],
  // Classic LXC is not installed: the script for it says nothing, and ends well.
  [/command -v lxc-ls/, () => ''],
  [
    / command -v \$tool; done/,
    () => ['gzip', 'xz', 'zstd', 'tar', 'sha256sum'].map((tool) => `/usr/bin/${tool}\n`).join(''),
  ],
  [/^of [a-z0-9-]+ /m, dumpsText],
  [/^cold 0 /m, coldText],
  [/^ls -d \/lib\/modules\/\*\/kernel$/, kernelsText],
  [/\/run\/reboot-required/, rebootText],
  [/apt-get --simulate/, updatesText],
  [/\/var\/lib\/apt\/lists/, listsAgeText],
];

function lineOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text}\n`;
}
