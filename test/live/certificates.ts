import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A throw-away certificate authority, and certificates that openssl makes with it. */
export interface Authority {
  readonly ca: string;
  /** A certificate for `localhost` and both loopback addresses. */
  readonly valid: KeyPair;
  /** The same, ended yesterday. */
  readonly expired: KeyPair;
  /** Signed by the authority, for another name. */
  readonly otherName: KeyPair;
  readonly selfSigned: KeyPair;
  remove(): void;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const loopback = 'DNS:localhost,IP:127.0.0.1,IP:::1';

/** Makes an authority in a folder of its own. `valid` ends in 30 days. */
export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const selfSign = (name: string, subject: string, days: number, ...rest: string[]) => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl('req', '-x509', ...newKey, ...files, '-days', String(days), '-subj', subject, ...rest);
    return read(name);
  };
  const sign = (name: string, days: number, names: string) => {
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, ...subject);
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-CA', 'ca.pem', '-CAkey', 'ca.key'];
    openssl('x509', '-req', ...files, '-days', String(days), '-copy_extensions', 'copy');
    return read(name);
  };
  const read = (name: string): KeyPair => ({
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
  });
  return {
    ca: selfSign('ca', '/CN=Throw-away authority', 60).cert,
    valid: sign('valid', 30, loopback),
    expired: sign('expired', -1, loopback),
    otherName: sign('other', 30, 'DNS:other.example'),
    selfSigned: selfSign('self', '/CN=localhost', 30, '-addext', `subjectAltName=${loopback}`),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
