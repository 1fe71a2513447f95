import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as startHttp } from 'node:http';
import { request as startHttps } from 'node:https';
import type { ApiAccess } from '../model/api-access.ts';
import { toInstant } from '../model/time.ts';
import type { ApiAnswer, ApiRequest } from './collector.ts';
import { explainFailure } from './failure.ts';
import { readBody } from './read-body.ts';
import { locate } from './ssh-settings.ts';

/** Asks an API once. What it does is in the answer; never rejects. */
export type AskApi = (request: ApiRequest, signal?: AbortSignal) => Promise<ApiAnswer>;

export interface ApiSettings {
  /** Where files named in fleet.yaml lie. */
  readonly dataFolder: string;
  /** Holds the secrets that fleet.yaml names. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly clock: () => Date;
}

const defaults = { timeoutSeconds: 30, maxBytes: 16 * 1024 * 1024 };

/** What stands for a secret where an answer repeats it. */
const redacted = '[secret]';

/**
 * A way to ask APIs: each on a new connection, within its time and size, and no other address than its own: redirects are not followed,
 * for they would carry the secret elsewhere. A secret is read from the environment when it is sent; where an answer or an error repeats
 * it, it is struck out.
 */
export function openApi(settings: ApiSettings): AskApi {
  const files = new Map<string, Promise<string>>();
  const read = (name: string): Promise<string> => {
    const known = files.get(name) ?? readFile(locate(name, settings.dataFolder), 'utf8');
    files.set(name, known);
    return known;
  };
  return async (request, signal) => {
    const at = toInstant(settings.clock());
    const { timeoutSeconds = defaults.timeoutSeconds } = request;
    const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
    const secrets = secretsOf(request.access, settings.env);
    try {
      const options = await connectionOptions(request, settings, read);
      const signals = signal === undefined ? [deadline] : [deadline, signal];
      const answer = await exchange(request, options, AbortSignal.any(signals));
      return {
        at,
        ...(answer.body === undefined ? answer : { ...answer, body: strike(answer.body, secrets) }),
      };
    } catch (error) {
      if (deadline.aborted) return { at, failure: `no whole answer within ${timeoutSeconds} s` };
      if (signal?.aborted) return { at, failure: 'stopped' };
      return { at, failure: strike(explainFailure(error), secrets).slice(0, 500) };
    }
  };
}

interface Connection {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

async function connectionOptions(
  { headers, access }: ApiRequest,
  { env, userAgent }: ApiSettings,
  read: (name: string) => Promise<string>,
): Promise<Connection> {
  const authorization = authorizationOf(access, env);
  const { ca, certificate } = access;
  return {
    headers: {
      ...headers,
      'User-Agent': userAgent,
      'Accept-Encoding': 'gzip',
      ...(authorization !== undefined && { Authorization: authorization }),
    },
    tls: {
      ...(ca !== undefined && { ca: await read(ca) }),
      ...(certificate !== undefined && {
        cert: await read(certificate.file),
        key: await read(certificate.key),
      }),
    },
  };
}

async function exchange(
  request: ApiRequest,
  { headers, tls }: Connection,
  signal: AbortSignal,
): Promise<Omit<ApiAnswer, 'at'>> {
  const { url, maxBytes = defaults.maxBytes } = request;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { body, ...content } = contentOf(request);
  const options = {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...content.headers },
    signal,
    // One connection for one answer: nothing is left open when it has been read.
    agent: false as const,
  };
  const sent = url.startsWith('https:')
    ? startHttps(url, { ...options, ...tls }, resolve)
    : startHttp(url, options, resolve);
  // For good: what breaks while the body is read is told here, too.
  sent.on('error', reject);
  sent.end(body);
  try {
    const response = await promise;
    const { statusCode: status = 0, headers: told } = response;
    if (status >= 300 && status <= 399)
      return {
        status,
        failure: `status ${status}: redirect to ${shown(told.location)}, which is not followed`,
      };
    const { body: text, isBodyTruncated } = await readBody(response, maxBytes);
    return isBodyTruncated
      ? { status, failure: `the answer is longer than ${maxBytes} bytes` }
      : { status, body: text };
  } finally {
    sent.destroy();
  }
}

/** What is posted, and what is said of it and of the answer that is wanted. */
function contentOf({ form, json }: ApiRequest): { body?: string; headers: Record<string, string> } {
  if (form === undefined && json === undefined) return { headers: { Accept: '*/*' } };
  const body = json === undefined ? new URLSearchParams(form).toString() : JSON.stringify(json);
  const headers = {
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json',
    Accept: json === undefined ? '*/*' : 'application/json',
  };
  return { body, headers };
}

function authorizationOf({ authorization }: ApiAccess, env: ApiSettings['env']): string | undefined {
  if (authorization === undefined) return undefined;
  const secret = env[authorization.env]?.trim();
  if (!secret) throw new Error(`the environment variable ${authorization.env} is not set`);
  return authorization.kind === 'token' ? authorization.prefix + secret : basic(authorization.user, secret);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * What of a secret may come back: a token, or user and password as they are sent or as they were read. Not a password alone, which
 * may be a word that stands in every answer, nor a token so short.
 */
function secretsOf({ authorization }: ApiAccess, env: ApiSettings['env']): string[] {
  const secret = authorization === undefined ? undefined : env[authorization.env]?.trim();
  if (authorization === undefined || !secret) return [];
  if (authorization.kind === 'token') return secret.length < 8 ? [] : [secret];
  const { user } = authorization;
  return [basic(user, secret).slice('Basic '.length), `${user}:${secret}`];
}

function strike(text: string, secrets: readonly string[]): string {
  return secrets.reduce((struck, secret) => struck.replaceAll(secret, redacted), text);
}

/** An address without its query, which may hold what is not for a log. */
function shown(location: string | undefined): string {
  return JSON.stringify((location ?? 'nowhere').replace(/[?#].*$/s, '').slice(0, 200));
}
