import { z } from 'zod';

/** A data source of an RRD. */
export interface RrdSource {
  readonly name: string;
  /** Whether what it holds is a rate per second of something that was counted. */
  readonly isRate: boolean;
}

/** An archive of an RRD. */
export interface RrdArchive {
  /** `AVERAGE`, `MIN`, `MAX`, `LAST`. */
  readonly consolidation: string;
  readonly rows: number;
  readonly rowSeconds: number;
}

/** What `rrdtool info` tells of a file. */
export interface RrdInfo {
  /** In seconds since 1970. */
  readonly lastUpdate: number;
  readonly sources: readonly RrdSource[];
  readonly archives: readonly RrdArchive[];
}

/** Rows of an archive, a value a source. */
export interface RrdRows {
  /** When the first row ends, in seconds since 1970. */
  readonly firstEnd: number;
  readonly rowSeconds: number;
  readonly rows: readonly (readonly (number | null)[])[];
}

const Xport = z.object({
  meta: z.object({ start: z.int(), step: z.int().positive() }),
  data: z.array(z.array(z.number().nullable())),
});

/** The text of `rrdtool info`; undefined when it is none. */
export function parseRrdInfo(text: string): RrdInfo | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([^=]+?) = "?(.*?)"?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const step = Number(fields.get('step'));
  const lastUpdate = Number(fields.get('last_update'));
  if (!(step > 0) || !(lastUpdate > 0)) return undefined;
  const sources = [...fields].flatMap(([field, type]): (RrdSource & { order: number })[] => {
    const name = /^ds\[(.+)\]\.type$/.exec(field)?.[1];
    if (name === undefined || type === 'COMPUTE') return [];
    const isRate = ['COUNTER', 'DERIVE', 'DCOUNTER', 'DDERIVE', 'ABSOLUTE'].includes(type);
    return [{ name, isRate, order: Number(fields.get(`ds[${name}].index`) ?? 0) }];
  });
  const archives = [...fields].flatMap(([field, consolidation]): RrdArchive[] => {
    const number = /^rra\[(\d+)\]\.cf$/.exec(field)?.[1];
    const rows = Number(fields.get(`rra[${number}].rows`));
    const rowSeconds = Number(fields.get(`rra[${number}].pdp_per_row`)) * step;
    return rows > 0 && rowSeconds > 0 ? [{ consolidation, rows, rowSeconds }] : [];
  });
  return {
    lastUpdate,
    sources: sources.toSorted((a, b) => a.order - b.order).map(({ name, isRate }) => ({ name, isRate })),
    archives,
  };
}

/** The text of `rrdtool xport --json`; undefined when it is none. */
export function parseRrdRows(text: string): RrdRows | undefined {
  try {
    const { meta, data } = Xport.parse(JSON.parse(text));
    return { firstEnd: meta.start, rowSeconds: meta.step, rows: data };
  } catch {
    // Not what was asked for: whoever asked tells it.
    return undefined;
  }
}
