import { z } from 'zod';
import { EntityId, Slug } from './entity.ts';
import { atMostKeys, listOf } from './list.ts';
import { metricValues } from './metric.ts';
import { State } from './state.ts';
import { Instant } from './time.ts';

/** A hundred years: no machine runs longer, and a date computed from more would be none. */
export const maxClockSeconds = 3_155_760_000;

/** A disk has some two hundred; what tells more is not honest. */
const maxMetrics = 1000;

/** More fit into a snapshot only where they say next to nothing. A record is an object of at most three; an error is one. */
export const maxRecords = 200_000;

/** What one source told of one entity at one instant, as it was read. */
export const EntityRecord = z.strictObject({
  entity: EntityId,
  /** When it was read, by the collector's clock. */
  at: Instant,
  /** Counters count from zero again when this changes: the boot id of a host, the start of a container. */
  epoch: z.string().max(200).optional(),
  /** The source's own steady clock (uptime), in seconds: intervals are measured by it, so that a clock that jumps changes no rate. */
  clock_seconds: z.number().nonnegative().max(maxClockSeconds).optional(),
  /** What a check found. */
  state: State.optional(),
  /** Why the state is not `up`, for people of the team. */
  reason: z.string().max(500).optional(),
  gauges: metricValues(z.number(), maxMetrics).optional(),
  counters: metricValues(z.number().nonnegative(), maxMetrics).optional(),
  /** Text worth keeping: versions, names, addresses. */
  facts: atMostKeys(
    maxMetrics,
    z.record(z.string().regex(/^[a-z][a-z0-9_]{0,60}$/), z.string().max(500)),
  ).optional(),
});
export type EntityRecord = z.infer<typeof EntityRecord>;

/** What a run could not read, and why. It costs its own source and nothing else. */
export const SourceError = z.strictObject({
  /** The host, service or request that failed, e.g. `host:hv3` or `check:koha-mulhouse:page`. */
  source: EntityId,
  /** The part that failed, when not all of it: a section of the host script, a field. */
  part: z.string().max(200).optional(),
  message: z.string().max(1000),
});
export type SourceError = z.infer<typeof SourceError>;

/** From where it was seen, when several machines collect. */
export const Vantage = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** One collector's run: `data/snapshots/2026-11-22/20261122T093500Z-host[-vantage].json`. Never changed once written. */
export const Snapshot = z.strictObject({
  schema: z.literal('vigie/snapshot@1'),
  collector: z.string().regex(/^[a-z][a-z0-9-]*$/),
  vantage: Vantage.optional(),
  /** Set when the run was for this host alone: it says nothing of the others, and does not count as the collector's last run. */
  onlyHost: Slug.optional(),
  /** When the run began; also in the file's name. */
  at: Instant,
  records: listOf(EntityRecord, maxRecords),
  errors: listOf(SourceError, maxRecords),
});
export type Snapshot = z.infer<typeof Snapshot>;
