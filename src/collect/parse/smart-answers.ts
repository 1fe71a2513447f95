import { FormatError } from './field.ts';
import { refuseOldSmartctl } from './smart.ts';

/** What came for one disk of the scan. */
export interface SmartAnswer {
  /** `/dev/sda sat`, as the scan names it. */
  readonly device: string;
  /** What smartctl printed of it; undefined when nothing came. */
  readonly answer?: string;
  /** Why nothing did. */
  readonly fault?: string;
}

/** As many disks as the script asks. */
const maxDisks = 300;

/** A disk that smartctl could not even open stands in its scan as a comment, of one line by `\n` alone. */
const unopened = /^# (\/dev\/\S+) -d (\S+) # .* open failed: (.*)$/s;

/**
 * Reads what the script of the disk collector prints: the line `== scan` and smartctl's list of devices with `== end STATUS`, then a line
 * `== DEVICE TYPE` and the answer of each. Every disk of the list is told of, those too that did not answer. Nothing at all where there is
 * no smartctl.
 * @throws FormatError when there is no such list, or a smartctl that is too old.
 */
export function parseSmartAnswers(text: string): SmartAnswer[] {
  if (text.trim() === 'absent') return [];
  const parts = text.split(/^== /m, 3 * maxDisks).map((part): [string, string] => {
    const end = part.indexOf('\n');
    return end < 0 ? [part.trim(), ''] : [part.slice(0, end).trim(), part.slice(end + 1)];
  });
  const scan = parts.find(([name]) => name === 'scan')?.[1];
  if (scan === undefined) throw new FormatError('scan', text.split('\n', 1)[0], 'a line "== scan"');
  if (!parts.some(([name]) => name.startsWith('end '))) throw new FormatError('scan', undefined, 'its end');
  const answers = new Map(parts);
  return scan
    .split('\n')
    .slice(0, maxDisks + 1)
    .flatMap((line, index): SmartAnswer[] => {
      if (index === maxDisks) return [{ device: 'scan', fault: `more than ${maxDisks} disks` }];
      const [, closed, closedType, reason = ''] = unopened.exec(line) ?? [];
      // The drives that a RAID controller makes of its disks; the disks themselves are listed too.
      if (/MegaRaid controller/i.test(reason)) return [];
      if (closed !== undefined) return [{ device: `${closed} ${closedType}`, fault: reason }];
      const [, device] = /^(\/dev\/\S+ -d \S+)/.exec(line) ?? [];
      if (device === undefined) return [];
      const name = device.replace(' -d ', ' ');
      const answer = answers.get(name)?.trim();
      if (answer === undefined) return [{ device: name, fault: 'not asked' }];
      refuseOldSmartctl(answer);
      return [answer === '' ? { device: name, fault: 'nothing in 20 s' } : { device: name, answer }];
    });
}
