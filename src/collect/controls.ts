import type { TcpCheck } from '../model/check.ts';
import type { EntityRecord } from '../model/snapshot.ts';
import type { Ask } from './ask.ts';

/** What answers whenever we ourselves are online. */
export type Control = Pick<TcpCheck, 'host' | 'port'>;

/** Whether no control target answers: then it is we who are cut off. Never true when there are none. */
export async function isObserverOffline(controls: readonly Control[], ask: Ask): Promise<boolean> {
  if (controls.length === 0) return false;
  const looks = await Promise.allSettled(
    controls.map(({ host, port }) =>
      ask(
        { kind: 'tcp', host, port, essential: true, timeout: 5, retries: 0, failures: 1, successes: 1 },
        { userAgent: '' },
      ),
    ),
  );
  // A control that could not even be asked (no file descriptors are left, say) speaks for us no more than a silent one.
  return looks.every((look) => look.status === 'rejected' || look.value.failure !== undefined);
}

/**
 * The record as an observer who is cut off may keep it. What answered well did answer, and stays `up`;
 * what did not, or was slow, may be our own fault: `unknown`.
 */
export function doubt(record: EntityRecord, controlCount: number): EntityRecord {
  if (record.state === 'up') return record;
  return {
    ...record,
    state: 'unknown',
    reason: `observer offline: none of ${controlCount} control targets answered`,
  };
}
