import { createHash, createHmac } from 'node:crypto';
import { ConfigurationError, type Fault } from '../model/fault.ts';

// OpenSSH's known_hosts, as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", describes it.

/** A server's public key. */
export interface HostKey {
  /** E.g. `ssh-ed25519`. */
  readonly type: string;
  /** The key as it travels (RFC 4253, 6.6). */
  readonly blob: Buffer;
}

interface Entry {
  readonly line: number;
  readonly isRevoked: boolean;
  readonly matches: (name: string) => boolean;
  /** The entry names one host and no other. */
  readonly isForOneHost: boolean;
  readonly key: HostKey;
}

export interface KnownHosts {
  readonly entries: readonly Entry[];
  /** Lines that could not be used. They pin nothing; the others still do. */
  readonly faults: readonly Fault[];
}

/** Parses the text of a known_hosts file; `file` is its name in faults. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    const parsed = parseLine(content, line);
    if ('key' in parsed) entries.push(parsed);
    else faults.push({ file, line, ...parsed });
  }
  return { entries, faults };
}

/** The keys a host may show, and those it must never show again. Nothing pinned: the host is unknown. */
export function findKeys(
  knownHosts: KnownHosts,
  host: string,
  port: number,
): { pinned: HostKey[]; revoked: HostKey[] } {
  const name = hostPattern(host, port);
  const found = knownHosts.entries.filter((entry) => entry.matches(name));
  const revoked = found.filter((entry) => entry.isRevoked).map((entry) => entry.key);
  const pinned = found.filter((entry) => !entry.isRevoked).map((entry) => entry.key);
  return { pinned, revoked };
}

/** What known_hosts calls a host: `example.org`, or `[example.org]:2222` when the port is not 22. */
function hostPattern(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * The text of a known_hosts file in which this key, and no other, is pinned for a host. Lines of other hosts stay as they are.
 * Throws a ConfigurationError that names the lines which pin another key for this host and for others too: a person must decide.
 */
export function pinKey(text: string, file: string, host: string, port: number, key: HostKey): string {
  const name = hostPattern(host, port);
  const old = parseKnownHosts(text, file).entries.filter((entry) => !entry.isRevoked && entry.matches(name));
  const shared = old.filter((entry) => !entry.isForOneHost);
  if (shared.length > 0) {
    const found = 'a line that pins a key for other hosts too';
    throw new ConfigurationError(
      shared.map(({ line }) => ({ file, line, found, expected: `a line without ${name}` })),
    );
  }
  const dropped = new Set(old.map(({ line }) => line));
  const kept = text.split('\n').filter((_, index) => !dropped.has(index + 1));
  const before = kept.join('\n').trimEnd();
  return `${before}${before === '' ? '' : '\n'}${name} ${key.type} ${key.blob.toString('base64')}\n`;
}

/** A key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64. */
export function fingerprint(key: HostKey): string {
  return `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`;
}

/** A key from how it travels; its type stands in its first field. */
export function hostKeyOf(blob: Buffer): HostKey {
  return { type: typeOf(blob) ?? 'malformed', blob };
}

function parseLine(content: string, line: number): Entry | { found: string; expected: string } {
  const fields = content.split(/[ \t]+/);
  const marker = content.startsWith('@') ? fields.shift() : undefined;
  const [hosts = '', type, base64 = ''] = fields;
  if (marker === '@cert-authority') {
    return {
      found: marker,
      expected: 'a host key (certificate authorities are not supported; the line is ignored)',
    };
  }
  if (marker !== undefined && marker !== '@revoked') {
    return { found: JSON.stringify(marker.slice(0, 40)), expected: '@revoked, or no marker' };
  }
  const blob = Buffer.from(base64, 'base64');
  if (type === undefined || typeOf(blob) !== type) {
    return {
      found: JSON.stringify(content.slice(0, 60)),
      expected: 'host names, a key type and that type of key in base64',
    };
  }
  const isHashed = hosts.startsWith('|');
  const matches = isHashed
    ? matchHash(hosts)
    : (name: string) => matchList(hosts.toLowerCase().split(','), name);
  if (matches === undefined)
    return { found: JSON.stringify(hosts.slice(0, 60)), expected: 'a hashed name such as |1|salt|hash' };
  return {
    line,
    isRevoked: marker === '@revoked',
    matches,
    isForOneHost: isHashed || !/[,*?!]/.test(hosts),
    key: { type, blob },
  };
}

/** The type inside the key itself, when it is well formed. */
function typeOf(blob: Buffer): string | undefined {
  if (blob.length < 5) return undefined;
  const length = blob.readUInt32BE(0);
  if (length === 0 || length > 64 || length + 4 >= blob.length) return undefined;
  return blob.toString('latin1', 4, 4 + length);
}

function matchHash(pattern: string): ((name: string) => boolean) | undefined {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]{27}=)$/.exec(pattern) ?? [];
  if (salt === undefined) return undefined;
  const key = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', key).update(name).digest('base64') === hash;
}

/** A name matches when a pattern does and no negated one. */
function matchList(patterns: readonly string[], name: string): boolean {
  const isRefused = patterns.some(
    (pattern) => pattern.startsWith('!') && matchPattern(pattern.slice(1), name),
  );
  return !isRefused && patterns.some((pattern) => !pattern.startsWith('!') && matchPattern(pattern, name));
}

/** `*` stands for any text and `?` for one character. Goes back to the last `*` only, hence quadratic at worst. */
function matchPattern(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
