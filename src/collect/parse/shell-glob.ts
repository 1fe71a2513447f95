import { shellWord } from './shell-word.ts';

/** A word of shell that matches as this file pattern does: `*`, `?` and bracket expressions stay what they are, all else stands for itself. */
export function shellGlob(pattern: string): string {
  return [...pattern.matchAll(/[*?]+|\[!?[A-Za-z0-9_.-]+\]|[^*?[]+|\[/g)]
    .map(([part]) => (/^([*?]|\[.)/.test(part) ? part : shellWord(part)))
    .join('');
}

/** The folder above the first step of a file pattern that is not a plain name. */
export function folderOf(pattern: string): string {
  const plain = pattern.split(/[*?[]/, 1)[0] ?? '';
  const folder = plain.slice(0, plain.lastIndexOf('/'));
  return folder === '' ? '/' : folder;
}
