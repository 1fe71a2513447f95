import { type Instant, toSeconds } from '../model/time.ts';
import { shownPath } from '../store/fleet.ts';
import type { Context, Examination, Finding } from './examination.ts';
import type { ClockSample } from './recent.ts';

/** Two clocks that go on by this much more or less than each other have not both gone steadily. */
const toleranceSeconds = 60;
/** A collector's clock may be ahead of ours by this much. */
const aheadSeconds = 300;

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
  looksFor: 'snapshots dated in the future, and clocks that jumped',
  examine(context) {
    return [...ahead(context), ...jumps(context)];
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
