import type { ProbedCheck } from '../model/check.ts';
import { askDns } from './ask-dns.ts';
import { askHttp } from './ask-http.ts';
import { askTls } from './ask-tls.ts';
import { type AskOptions, type Attempt, makeAttempt } from './attempt.ts';
import type { Answer } from './collector.ts';
import { connect, openTcp } from './connect.ts';

/** Asks one question once, over the network. */
export type Ask = (check: ProbedCheck, options: AskOptions) => Promise<Answer>;

/**
 * Asks once, on a new connection, within the check's `timeout` as a whole.
 * What the network does is in the answer; rejects only for what this machine lacks, such as file descriptors.
 */
export const ask: Ask = (check, options) =>
  makeAttempt(check.timeout, options, (attempt) => put(check, attempt));

/** `Vigie/0.1.0 (+contact)`: those who are probed know by whom, and whom to write to. */
export function formatUserAgent(version: string, contact: string | undefined): string {
  // A header holds printable ASCII; anything else would make every request fail.
  const printable = (contact ?? '').replace(/[^\x20-\x7e]/g, '');
  return printable === '' ? `Vigie/${version}` : `Vigie/${version} (+${printable})`;
}

async function put(check: ProbedCheck, attempt: Attempt): Promise<void> {
  switch (check.kind) {
    case 'http':
      return askHttp(check, attempt);
    case 'tls':
      return askTls(check, attempt);
    case 'dns':
      return askDns(check, attempt);
    case 'tcp':
      await connect(check.host, check.port, attempt, openTcp);
  }
}
