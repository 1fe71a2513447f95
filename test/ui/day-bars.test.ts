import { describe, expect, it } from 'vitest';
import { type BarSize, barPaths, type DaySeconds, dayState } from '../../src/ui/day-bars.ts';
import { dayText } from '../../src/ui/day-text.ts';

const size: BarSize = { step: 4, width: 3, height: 100 };

function day(seconds: Partial<DaySeconds>): DaySeconds {
  return { up: 0, degraded: 0, down: 0, maintenance: 0, unknown: 0, ...seconds };
}
const up = day({ up: 86_400 });
const blank = day({ unknown: 86_400 });

describe('the bars', () => {
  it('draw a run of days as one dashed line, a gap less than its steps', () => {
    expect(barPaths([up, up, up], size).up).toBe('M0 50h11');
  });

  it('leave out days without data, and begin anew behind them', () => {
    const paths = barPaths([up, blank, blank, up], size);
    expect(paths.up).toBe('M0 50h3M12 50h3');
    expect(paths.noData).toBe('M4 50h7');
  });

  it('show an outage of a minute at a fifth of the height, one of a whole day at all of it', () => {
    expect(barPaths([day({ up: 86_340, down: 60 })], size).down).toBe('M1.5 100v-20.1');
    expect(barPaths([day({ down: 86_400 })], size).down).toBe('M1.5 100v-100');
  });

  it('measure today by what it has had so far', () => {
    // 3 h down of 6 h: half lost, drawn at 0.2 + 0.5 * 0.8.
    expect(barPaths([day({ up: 10_800, down: 10_800 })], size).down).toBe('M1.5 100v-60');
  });

  it('hatch the part of a day that was not measured, from the top', () => {
    expect(barPaths([day({ up: 43_200, unknown: 43_200 })], size).unmeasured).toBe('M1.5 0v50');
  });
});

describe('a day', () => {
  it('is told by the gravest thing in it', () => {
    expect(dayState(day({ up: 1, degraded: 5, down: 1 }))).toBe('down');
    expect(dayState(day({ up: 1, degraded: 5, maintenance: 9 }))).toBe('degraded');
  });

  it('is unknown only when nothing was seen, and is never up then', () => {
    expect(dayState(blank)).toBe('unknown');
    expect(dayState(day({}))).toBe('unknown');
    expect(dayText(day({}), 'en')).toBe('no data');
  });

  it('is put into words with all that was in it', () => {
    expect(dayText(day({ up: 70_000, down: 8040, unknown: 3600 }), 'fr').replaceAll(/\s/g, ' ')).toBe(
      '2 h 14 min de panne, 1 h sans mesure',
    );
    expect(dayText(up, 'en')).toBe('no outage');
  });
});
