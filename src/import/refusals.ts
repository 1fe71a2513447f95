import type { Fault } from '../model/fault.ts';

/** So many refused rows are told one by one; of the others, how many. */
const told = 20;

/** Rows that were not understood: each with its line, what was found there and what was expected. */
export interface Refusals {
  readonly count: number;
  /** The first of them. */
  readonly first: readonly Fault[];
  add(fault: Fault): void;
}

/** No refusals yet. */
export function noRefusals(): Refusals {
  const first: Fault[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    first,
    add(fault) {
      count += 1;
      if (first.length < told) first.push(fault);
    },
  };
}
