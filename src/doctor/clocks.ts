import { type Instant, toSeconds } from '../model/time.ts';
import { shownPath } from '../store/fleet.ts';
import type { Context, Examination, Finding } from './examination.ts';
import type { ClockSample } from './recent.ts';

/** Two clocks that go on by this much more or less than each other have not both gone steadily. */
const toleranceSeconds = 60;
/** A collector's clock may be ahead of ours by this much. */
const aheadSeconds = 300;
/** Files that were copied are written one right after the other: they tell nothing of when their runs were. */
const copiedSeconds = 30;

interface Jump {
  readonly entity: string;
  readonly vantage: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly seconds: number;
}

/** Clocks that are wrong or jump. */
export const clocks: Examination = {
  name: 'clocks',
  looksFor:
    'snapshots dated in the future, clocks that jumped, and machines that collect by different clocks',
  examine(context) {
    return [...ahead(context), ...jumps(context), ...backwards(context), ...differences(context)];
  },
};

function ahead({ recent, now }: Context): Finding[] {
  const limit = toSeconds(now) + aheadSeconds;
  return [...recent.files, ...recent.future]
    .filter(({ at }) => toSeconds(at) > limit)
    .map(({ path, at }): Finding => {
      const isSetAside = recent.future.some((file) => file.path === path);
      return {
        severity: isSetAside ? 'error' : 'warning',
        where: shownPath(path),
        found: `dated ${at}, in the future`,
        expected: `at most ${now}`,
        advice: isSetAside
          ? 'set the clock of the machine that wrote it (timedatectl); the snapshot counts from its date on, or remove it'
          : 'set the clock of the machine that wrote it (timedatectl)',
      };
    });
}

/** The wall clock stamps records, the host's own clock (uptime) goes steadily: between neighbours both go on by as much. */
function jumps({ recent }: Context): Finding[] {
  const found = [...recent.clocks].flatMap(([entity, samples]) =>
    [...Map.groupBy(samples, ({ vantage }) => vantage).values()].flatMap((own) => jumpsOf(entity, own)),
  );
  // When several hosts jump between the same runs, it is the clock that they are all measured by.
  const byRun = Map.groupBy(found, ({ vantage, to }) => `${vantage} ${to.slice(0, 16)}`);
  return [...byRun.values()].map((together): Finding => {
    const [jump] = together;
    const hosts = recent.clocks.size;
    const isOurs = together.length > 1 && together.length >= hosts / 2;
    const { entity = '', vantage = '', from = '', to = '', seconds = 0 } = jump ?? {};
    const whose = vantage === '' ? 'the machine that collects' : `the machine that collects (${vantage})`;
    return {
      severity: 'warning',
      where: isOurs ? whose : entity,
      found: `between ${from} and ${to} the clock went on by ${Math.abs(Math.round(seconds))} s ${seconds > 0 ? 'more' : 'less'} than the uptime of ${isOurs ? `${together.length} hosts` : 'the host'}`,
      expected: `at most ${toleranceSeconds} s`,
      advice: isOurs
        ? 'see that it keeps time by NTP (timedatectl): results around the jump may be out of order'
        : 'was the host suspended or moved? Its rates are measured by its own clock and stay right',
    };
  });
}

function jumpsOf(entity: string, samples: readonly ClockSample[]): Jump[] {
  return samples.flatMap((sample, index): Jump[] => {
    const before = samples[index - 1];
    if (before === undefined || before.epoch !== sample.epoch) return [];
    const wall = toSeconds(sample.at) - toSeconds(before.at);
    const seconds = wall - (sample.clock_seconds - before.clock_seconds);
    if (Math.abs(seconds) <= toleranceSeconds) return [];
    return [{ entity, vantage: sample.vantage, from: before.at, to: sample.at, seconds }];
  });
}

/** Runs that were written down after others but are dated well before them. */
function backwards({ recent }: Context): Finding[] {
  const bySource = Map.groupBy(recent.read, ({ source }) => source);
  return [...bySource.values()].flatMap((own): Finding[] => {
    const asWritten = own.toSorted((a, b) => a.writtenAt - b.writtenAt);
    return asWritten.flatMap((file, index): Finding[] => {
      const before = asWritten[index - 1];
      if (before === undefined || file.writtenAt - before.writtenAt < copiedSeconds) return [];
      const seconds = toSeconds(before.at) - toSeconds(file.at);
      if (seconds <= aheadSeconds) return [];
      const found = `dated ${seconds} s before ${before.at}, though it was written after that run`;
      const advice =
        'nothing, if it was copied here later; else the clock of the machine that collects was set back (timedatectl)';
      return [{ severity: 'note', where: shownPath(file.path), found, advice }];
    });
  });
}

/** When a host started, as each machine that collects reckons it (its clock less the uptime): all must come to the same instant. */
function differences({ recent }: Context): Finding[] {
  const byVantage = new Map<string, { vantage: string; other: string; seconds: number[] }>();
  for (const samples of recent.clocks.values()) {
    for (const ofEpoch of Map.groupBy(samples, ({ epoch }) => epoch).values()) {
      const [first, ...others] = [...Map.groupBy(ofEpoch, ({ vantage }) => vantage)].toSorted(byName);
      if (first === undefined) continue;
      for (const [vantage, own] of others) {
        const known = byVantage.get(vantage) ?? { vantage, other: first[0], seconds: [] };
        known.seconds.push(startOf(own) - startOf(first[1]));
        byVantage.set(vantage, known);
      }
    }
  }
  return [...byVantage.values()].flatMap(({ vantage, other, seconds }): Finding[] => {
    const difference = Math.round(median(seconds));
    if (Math.abs(difference) <= toleranceSeconds) return [];
    const whose = other === '' ? 'the machine that collects without --vantage' : other;
    return [
      {
        severity: 'warning',
        where: `vantage ${vantage}`,
        found: `its clock is ${Math.abs(difference)} s ${difference > 0 ? 'ahead of' : 'behind'} that of ${whose}`,
        expected: `at most ${toleranceSeconds} s`,
        advice: 'see which of the two keeps time by NTP (timedatectl), and set the other one',
      },
    ];
  });
}

function startOf(samples: readonly ClockSample[]): number {
  return median(samples.map(({ at, clock_seconds }) => toSeconds(at) - clock_seconds));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
