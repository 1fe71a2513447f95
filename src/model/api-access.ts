import { z } from 'zod';
import { Duration } from './time.ts';

// How to show an API who we are. Secrets stand in the environment; fleet.yaml names their variables.

/** The name of an environment variable. */
export const EnvironmentVariable = z
  .string()
  .max(100)
  .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable');

const file = z.string().min(1).max(500);

/** The fields of fleet.yaml that every API takes. Files are relative to fleet.yaml; `~/` is the home folder. */
export const apiAccessFields = {
  /** The base of all addresses, without user, password or query. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine(isPlain, 'expected an address without user, password, query and fragment'),
  /** The environment variable that holds a token, sent as `Authorization: Bearer`. */
  bearerEnv: EnvironmentVariable.optional(),
  /** User and password, sent as `Authorization: Basic`. */
  basic: z
    .strictObject({
      user: z
        .string()
        .min(1)
        .max(200)
        .regex(/^[^:\p{Cc}]+$/u, 'expected a user without colon'),
      passwordEnv: EnvironmentVariable,
    })
    .optional(),
  /** The certificate authorities to trust instead of the machine's own, a PEM file. */
  ca: file.optional(),
  /** A client certificate and its private key, PEM files. */
  certificate: z.strictObject({ file, key: file }).optional(),
  /** How long an answer may take, whole. */
  timeout: Duration.prefault('30s'),
};

/** Who asks an API, and whom it must be. */
export interface ApiAccess {
  /** What `Authorization` is made of; `env` names the variable that holds the secret. */
  readonly authorization?:
    | { readonly kind: 'token'; readonly prefix: string; readonly env: string }
    | { readonly kind: 'basic'; readonly user: string; readonly env: string };
  readonly ca?: string;
  readonly certificate?: { readonly file: string; readonly key: string };
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '');
}

/** The access that fields of fleet.yaml stand for. */
export function apiAccess(fields: z.output<z.ZodObject<typeof apiAccessFields>>): ApiAccess {
  const { bearerEnv, basic, ca, certificate } = fields;
  return {
    ...(bearerEnv !== undefined && {
      authorization: { kind: 'token', prefix: 'Bearer ', env: bearerEnv },
    }),
    ...(basic !== undefined && {
      authorization: { kind: 'basic', user: basic.user, env: basic.passwordEnv },
    }),
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
  };
}
