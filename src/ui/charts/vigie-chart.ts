import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';
import type { ChartData } from './chart-data.ts';
import { chartConfiguration } from './configuration.ts';
import { readTheme, watchTheme } from './theme.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

/** `<vigie-chart>`: replaces the drawing inside it by a chart of the JSON inside it. */
class VigieChart extends HTMLElement {
  #chart: Chart<'line', { x: number; y: number }[]> | null = null;
  #watching: AbortController | null = null;

  connectedCallback(): void {
    const json = this.querySelector('script[type="application/json"]')?.textContent;
    const drawing = this.querySelector('svg');
    if (!json || drawing === null) return;
    // Our own build wrote it, from a file that was validated.
    const data = JSON.parse(json) as ChartData;
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', drawing.getAttribute('aria-label') ?? '');
    drawing.replaceWith(canvas);

    this.#watching = new AbortController();
    watchTheme(() => this.#draw(canvas, data), this.#watching.signal);
    this.#draw(canvas, data);
  }

  disconnectedCallback(): void {
    this.#watching?.abort();
    this.#chart?.destroy();
  }

  #draw(canvas: HTMLCanvasElement, data: ChartData): void {
    this.#chart?.destroy();
    this.#chart = new Chart(canvas, chartConfiguration(data, readTheme(this)));
  }
}

customElements.define('vigie-chart', VigieChart);
