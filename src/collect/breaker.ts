import type { Answer } from './collector.ts';

/** How many different checks must fail to connect, in a row, before an address is left alone. */
const limit = 3;

/** Remembers, for one run, which addresses accept no connection, so that a dead proxy is not asked for each site behind it. */
export interface Breaker {
  /** Why an address (`192.0.2.1:443`) is left alone; undefined while it is not. */
  blocks(target: string): string | undefined;
  /** Takes in what an attempt for an entity met. */
  learn(entity: string, answer: Answer): void;
}

/** A breaker that knows of no failure yet. */
export function createBreaker(): Breaker {
  const failed = new Map<string, Set<string>>();
  return {
    blocks: (target) =>
      (failed.get(target)?.size ?? 0) < limit
        ? undefined
        : `circuit open: ${target} did not accept connections for ${limit} checks in a row`,
    learn: (entity, answer) => {
      for (const target of answer.refusedBy ?? []) {
        failed.set(target, (failed.get(target) ?? new Set()).add(entity));
      }
      if (answer.acceptedBy !== undefined) failed.delete(answer.acceptedBy);
    },
  };
}
