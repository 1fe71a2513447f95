import type { ApiAccess } from '../model/api-access.ts';
import type { ProbedCheck } from '../model/check.ts';
import type { EntityId } from '../model/entity.ts';
import type { Fleet, Host } from '../model/fleet.ts';
import type { Metric } from '../model/metric.ts';
import type { EntityRecord, SourceError } from '../model/snapshot.ts';
import type { Instant } from '../model/time.ts';

/** What every collector tells of itself. One file in `collectors/` exports one of them as its default. */
interface CollectorFacts {
  /** What it reads, in one sentence. */
  readonly reads: string;
  /** Every metric it writes, by name. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** How often it is due, in seconds; the fleet's interval when absent. */
  readonly everySeconds?: number;
}

/** A read-only command of a host collector, run by `sh -c` as its own section of the host script. */
export interface Command {
  /** A line of POSIX shell. Nothing of a host may be put into it. */
  readonly run: string;
  /** Default 10. */
  readonly timeoutSeconds?: number;
  /** Output past this is cut and the section marked as truncated. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Its absence is normal (an old kernel, a tool that not every host has): no error is recorded. */
  readonly isOptional?: boolean;
  /** Only root may read it: run by the host's root wrapper, or at once where the account is root. */
  readonly asRoot?: true;
}

/** What a command of the host script printed. */
export interface Section {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit status; 124 when it ran out of time, 127 when it is not installed; null when the output was cut before it was known. */
  readonly status: number | null;
  readonly isTruncated: boolean;
}

/** What parsing gives: records, and what could not be read. */
export interface Parsed {
  readonly records: readonly EntityRecord[];
  readonly errors: readonly SourceError[];
}

/** Where and when the text was read. */
export interface HostContext {
  /** The host's name in fleet.yaml. */
  readonly host: string;
  /** When the host's answer began, UTC. */
  readonly at: string;
  readonly fleet: Fleet;
}

/** Reads hosts by commands. */
export interface HostCollector extends CollectorFacts {
  readonly kind: 'host';
  /** By section name; all of a host's commands travel in one script. */
  readonly commands: Readonly<Record<string, Command>>;
  /** More of them, where it depends on fleet.yaml what is to be read. What comes from there is put in as words of shell-word.ts alone. */
  commandsFor?(host: Host, fleet: Fleet): Readonly<Record<string, Command>>;
  /**
   * Text to records. Pure. Gets every section that arrived, those of failed commands too.
   * A section that cannot be read becomes an error; the others still give records.
   */
  parse(sections: ReadonlyMap<string, Section>, context: HostContext): Parsed;
}

/** One question to ask over the network. */
export interface Request {
  /** The entity that the answer is about, e.g. `check:koha-mulhouse:page`. */
  readonly entity: string;
  readonly check: ProbedCheck;
}

/** How long each phase of a request took by itself, summed over redirects; absent when it was not completed or not needed. */
export interface Phases {
  readonly dnsSeconds?: number;
  readonly tcpSeconds?: number;
  readonly tlsSeconds?: number;
  readonly firstByteSeconds?: number;
  readonly totalSeconds: number;
}

/** The certificate that a server showed. */
export interface Certificate {
  /** Absent when it is valid for the name asked; else why not, e.g. `CERT_HAS_EXPIRED`. */
  readonly fault?: string;
  /** UTC instant. */
  readonly expiresAt: string;
}

/** What came back: an answer as far as it came, or a failure. Bounded: at most 512 KiB of body. */
export interface Answer {
  readonly phases: Phases;
  /** How the attempt failed before an answer was complete: `ECONNREFUSED`, `timeout after 10 s`, … */
  readonly failure?: string;
  /** The address and port that accepted the connection, e.g. `192.0.2.1:443`. */
  readonly acceptedBy?: string;
  /** Those that were tried and did not. */
  readonly refusedBy?: readonly string[];
  /** Nothing was tried: every address was left alone, for the reason in `failure`. */
  readonly isBlocked?: true;
  readonly certificate?: Certificate;
  /** HTTP only. */
  readonly status?: number;
  readonly location?: string;
  readonly redirectCount?: number;
  readonly body?: string;
  readonly isBodyTruncated?: boolean;
  /** DNS only. */
  readonly values?: readonly string[];
}

export interface AnswerContext {
  /** When the attempt began, UTC. */
  readonly at: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Asks services over the network. */
export interface RequestCollector extends CollectorFacts {
  readonly kind: 'request';
  /** What to ask. Pure. */
  requests(fleet: Fleet): readonly Request[];
  /** An answer to the record it means. Pure. A record whose state is `down` is asked again, as often as its check says. */
  parse(request: Request, answer: Answer, context: AnswerContext): EntityRecord;
}

/** One question to the API of a program that knows of several of our things: a Prometheus, a backup server. */
export interface ApiRequest {
  /** Tells it from the collector's other requests; it also names what failed. */
  readonly name: string;
  /** Whom an answer that does not come is an error of, e.g. `prometheus:main`. */
  readonly source: EntityId;
  readonly url: string;
  /** Posted as a form; a GET when there is neither this nor `json`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Posted as JSON. */
  readonly json?: Readonly<Record<string, unknown>>;
  /** None of them secret. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly access: ApiAccess;
  /** For the whole answer. Default 30. */
  readonly timeoutSeconds?: number;
  /** An answer that is longer, decompressed, is refused. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** What an API answered, or why it did not. Whole, or not there. */
export interface ApiAnswer {
  /** When it was asked, UTC. */
  readonly at: Instant;
  /** Why there is no answer: `connection refused (ECONNREFUSED)`. */
  readonly failure?: string;
  readonly status?: number;
  readonly body?: string;
}

export interface ApiContext {
  /** When the first question was asked, UTC. */
  readonly at: Instant;
  /** The fleet that the questions were made of. */
  readonly fleet: Fleet;
}

/** Asks programs that have watched our hosts and services for us. */
export interface ApiCollector extends CollectorFacts {
  readonly kind: 'api';
  /** What to ask. Pure. For a run of one host, the fleet holds that host and no service. */
  requests(fleet: Fleet): readonly ApiRequest[];
  /** Answers to records, of any host or service of the fleet. Pure. Gets an answer for every request, by name. */
  parse(answers: ReadonlyMap<string, ApiAnswer>, context: ApiContext): Parsed;
}

export type Collector = HostCollector | RequestCollector | ApiCollector;
