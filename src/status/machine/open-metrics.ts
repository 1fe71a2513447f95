import { State } from '../../model/state.ts';
import type { PublicService, StatusFile } from '../../model/status-file.ts';
import { toSeconds } from '../../model/time.ts';

const windows = {
  '24h': 'last24Hours',
  '7d': 'last7Days',
  '30d': 'last30Days',
  '90d': 'last90Days',
  '365d': 'last365Days',
} as const;

/** The current states as OpenMetrics text (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md). */
export function openMetrics({ builtAt, dataUntil, services }: StatusFile): string {
  const perWindow = (
    name: string,
    figureOf: (service: PublicService, window: keyof PublicService['windows']) => number | null,
  ) =>
    services.flatMap((service) =>
      Object.entries(windows).flatMap(([label, window]) => {
        const value = figureOf(service, window);
        return value === null ? [] : [`${name}{service="${service.id}",window="${label}"} ${value}`];
      }),
    );
  const lines = [
    '# TYPE vigie_service_state stateset',
    '# HELP vigie_service_state The state of a service when this was written.',
    ...services.flatMap(({ id, state }) =>
      State.options.map(
        (option) =>
          `vigie_service_state{service="${id}",vigie_service_state="${option}"} ${Number(option === state)}`,
      ),
    ),
    '# TYPE vigie_service_availability_ratio gauge',
    '# UNIT vigie_service_availability_ratio ratio',
    '# HELP vigie_service_availability_ratio 1 - lost / (window - unknown - maintenance), lost being what was down and, if it is weighed, degraded; absent where nothing was measured.',
    ...perWindow('vigie_service_availability_ratio', (service, window) => service.windows[window].ratio),
    '# TYPE vigie_service_coverage_ratio gauge',
    '# UNIT vigie_service_coverage_ratio ratio',
    '# HELP vigie_service_coverage_ratio The share of the window in which it was measured.',
    ...perWindow('vigie_service_coverage_ratio', (service, window) => service.windows[window].coverage),
    '# TYPE vigie_built_timestamp_seconds gauge',
    '# UNIT vigie_built_timestamp_seconds seconds',
    '# HELP vigie_built_timestamp_seconds When this was written.',
    `vigie_built_timestamp_seconds ${toSeconds(builtAt)}`,
    ...(dataUntil === null
      ? []
      : [
          '# TYPE vigie_data_timestamp_seconds gauge',
          '# UNIT vigie_data_timestamp_seconds seconds',
          '# HELP vigie_data_timestamp_seconds The newest result.',
          `vigie_data_timestamp_seconds ${toSeconds(dataUntil)}`,
        ]),
    '# EOF',
  ];
  return `${lines.join('\n')}\n`;
}
