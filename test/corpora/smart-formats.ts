import { parseSmart } from '../../src/collect/parse/smart.ts';
import type { Format } from './formats.ts';

/** What smartctl prints of a disk; lists of devices, its old words, and what other tools made of it, are refused by name. */
export const smartFormats: readonly Format[] = [
  { name: 'smartctl', file: /(^|\/)smart\/.*\.(json|txt|out|log)$/, parse: parseSmart },
];
