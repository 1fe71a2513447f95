import { expect, it } from 'vitest';
import type { ChartData } from '../../../src/ui/charts/chart-data.ts';
import { draw, drawingHeight, drawingWidth } from '../../../src/ui/charts/drawing.ts';

const flat: ChartData = {
  languageTag: 'fr-FR',
  first: '2026-01-01',
  unit: { size: 0.01, symbol: '\u202f%' },
  top: 1,
  history: Array.from({ length: 29 }, () => 0.5),
  forecast: null,
  thresholds: [],
  events: [],
};

it('draws half of the capacity at half the height, over the whole width', () => {
  const half = drawingHeight / 2;
  expect(draw(flat).history).toBe(
    `M0,${half}L60,${half}L120,${half}L180,${half}L${drawingWidth},${half}h.01`,
  );
});

it('leaves a gap where a whole week has no data, and none for a single day', () => {
  const missing = (from: number, to: number) => ({
    ...flat,
    history: flat.history.map((value, day) => (day >= from && day < to ? null : value)),
  });
  expect(draw(missing(8, 15)).history.match(/M/g)).toHaveLength(2);
  expect(draw(missing(8, 9)).history.match(/M/g)).toHaveLength(1);
});

it('draws a bracket without a latest date to the right edge', () => {
  const threshold = { value: 0.8, label: '80 %', crossing: { earliest: 14, median: null, latest: null } };
  expect(draw({ ...flat, thresholds: [threshold] }).thresholds[0]?.crossing).toEqual({
    from: drawingWidth / 2,
    to: drawingWidth,
    median: null,
  });
});

it('puts hosts with less history on the same time scale', () => {
  expect(draw(flat, { from: -28, to: 28 }).history).toMatch(/^M120,/);
});
