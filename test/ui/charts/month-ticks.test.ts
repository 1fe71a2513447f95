import { expect, it } from 'vitest';
import { monthTicks } from '../../../src/ui/charts/month-ticks.ts';

it('stands on the first of each month, across the day that clocks change, with the year on the first and on January', () => {
  expect(monthTicks('2026-10-15', 0, 100, 12, 'en-GB')).toEqual([
    { value: 17, label: ['Nov', '2026'] },
    { value: 47, label: ['Dec'] },
    { value: 78, label: ['Jan', '2027'] },
  ]);
});

it('leaves months out so that no more than fit remain, and keeps January', () => {
  const labels = monthTicks('2025-10-01', 0, 780, 6, 'en-GB').map(({ label }) => label.join(' '));
  expect(labels).toEqual(['Jan 2026', 'Jul', 'Jan 2027', 'Jul']);
});
