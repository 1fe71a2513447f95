// Node.js and OpenSSL name failures by codes; people of the team read sentences.

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the server closed the connection',
  EPIPE: 'the server closed the connection',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the connection was not accepted in time',
  ETIMEOUT: 'the name server did not answer',
  ENOTFOUND: 'the name does not exist',
  ENODATA: 'the name has no such record',
  EAI_AGAIN: 'the name could not be resolved now',
  ESERVFAIL: 'the name server failed',
  EREFUSED: 'the name server refused',
  HPE_HEADER_OVERFLOW: 'the headers are too long',
  Z_BUF_ERROR: 'the compressed page ends too early',
  Z_DATA_ERROR: 'the page is not compressed as it says',
};

/** What this machine lacks, or is told to send and cannot, whatever the service does. */
const ownFaults = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'ERR_INVALID_CHAR']);

/** Whether an error tells of this machine's limits and nothing of the service. */
export function isOwnFault(error: unknown): boolean {
  return ownFaults.has(codeOf(error) ?? '');
}

/** An error of the network as a sentence with its code: `connection refused (ECONNREFUSED)`. */
export function explainFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === undefined) return message;
  if (code.startsWith('HPE_') && !(code in sentences)) return `the answer is not HTTP (${code})`;
  if (isTls(code)) return `TLS failed (${code})`;
  return `${sentences[code] ?? message} (${code})`;
}

function isTls(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
