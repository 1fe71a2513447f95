import { FormatError } from './field.ts';

/** A block of one of Nagios's own files. */
export interface NagiosBlock {
  /** `hoststatus`; of `define host`, `host`. */
  readonly type: string;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
}

const maxBlocks = 200_000;

/**
 * The grammar of status.dat (`hoststatus {`, lines of `key=value`, `}`) and of objects.cache (`define host {`, key and value apart by
 * blanks). The first `=` or blank ends the key, and nothing is escaped: a value is the rest of its line. Throws where it is neither, or
 * ends in the middle of a block.
 */
export function parseNagiosBlocks(text: string): NagiosBlock[] {
  const blocks: NagiosBlock[] = [];
  let values: Map<string, string> | undefined;
  let isDefinition = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (values === undefined) {
      if (/^\s*(#.*)?$/.test(line)) continue;
      const [, define, type] = /^(define )?([a-z]+) ?\{\s*$/.exec(line) ?? [];
      if (type === undefined)
        throw new FormatError(`line ${index + 1}`, line, 'a block, such as hoststatus {');
      if (blocks.length === maxBlocks) throw new FormatError('blocks', undefined, `at most ${maxBlocks}`);
      values = new Map();
      isDefinition = define !== undefined;
      blocks.push({ type, line: index + 1, values });
    } else if (/^\s*\}\s*$/.test(line)) values = undefined;
    else if (line.trim() !== '') {
      const [, key, value] =
        (isDefinition ? /^\s*(\S+)[ \t]+(.*)$/s : /^\s*([^=\s]+)=(.*)$/s).exec(line) ?? [];
      if (key === undefined || value === undefined)
        throw new FormatError(`line ${index + 1}`, line, 'a key and its value');
      values.set(key, value);
    }
  }
  if (values !== undefined) throw new FormatError('last line', undefined, 'the end of its block');
  return blocks;
}
