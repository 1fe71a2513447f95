import { isMap, isNode, isPair, isScalar, parseDocument, type YAMLMap } from 'yaml';

/** Where the demo's parts listen. */
export interface Addresses {
  /** By host: `127.0.0.1:40022`. */
  readonly hosts: ReadonlyMap<string, string>;
  /** By service: `http://127.0.0.1:40123/`. */
  readonly services: ReadonlyMap<string, string>;
  /** What answers whenever the observer is online: `127.0.0.1:40120`. */
  readonly control: string;
  /** The file of the key that the hosts let in, relative to fleet.yaml. */
  readonly key: string;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a fleet.yaml with the demo's addresses in place of its own, and the machine that the demo runs on as one more host.
 * All else stays as it is written, comments and layout too.
 */
export function rewriteFleet(text: string, addresses: Addresses): string {
  const document = parseDocument(text);
  const edits: Edit[] = [];
  const replace = (path: readonly string[], value: string) => {
    const node: unknown = document.getIn(path, true);
    if (isNode(node) && node.range) edits.push({ start: node.range[0], end: node.range[1], text: value });
  };
  replace(['access', 'ssh'], `{ user: vigie, key: ${addresses.key}, knownHosts: known_hosts }`);
  replace(['controls'], `[${JSON.stringify(addresses.control)}]`);
  for (const [host, address] of addresses.hosts) replace(['hosts', host, 'ssh'], address);
  for (const [service, url] of addresses.services) replace(['services', service, 'url'], url);
  const first = firstKey(document.get('hosts', true));
  if (first !== undefined) edits.push({ start: first, end: first, text: thisMachine(text, first) });
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (edited, { start, end, text: value }) => edited.slice(0, start) + value + edited.slice(end),
      text,
    );
}

function firstKey(hosts: unknown): number | undefined {
  if (!isMap(hosts)) return undefined;
  const [pair] = (hosts as YAMLMap).items;
  return isPair(pair) && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
}

/** A host's line, and the indentation of the one that it is put before. */
function thisMachine(text: string, at: number): string {
  const indentation = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return `this-machine: { name: Cette machine, local: true, root: false } # real: the machine that the demo runs on\n${indentation}`;
}
