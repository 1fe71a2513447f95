import { expect, test } from 'vitest';
import { parseOsRelease } from '../../../src/collect/parse/os-release.ts';

// Forms that os-release(5) allows.
test.each([
  ['double quotes', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"', { name: 'Debian GNU/Linux', version: '12' }],
  ['single quotes', "NAME='Ubuntu'\nVERSION_ID='24.04'", { name: 'Ubuntu', version: '24.04' }],
  ['no quotes', 'NAME=Fedora\nVERSION_ID=41', { name: 'Fedora', version: '41' }],
  ['escaped characters', 'NAME="A \\"good\\" \\$ystem"', { name: 'A "good" $ystem' }],
  [
    'a rolling release, without a version',
    '# comment\nPRETTY_NAME=x\nNAME="Arch Linux"\n',
    { name: 'Arch Linux' },
  ],
])('os-release: %s', (_name, text, expected) => expect(parseOsRelease(text)).toEqual(expected));

test.each([
  ['no name', 'ID=debian'],
  ['an empty name', 'NAME=""'],
  ['a name of control characters', 'NAME="\u001b[2J"'],
  ['a name of a thousand characters', `NAME=${'x'.repeat(1000)}`],
])('os-release: %s is refused', (_name, text) => expect(() => parseOsRelease(text)).toThrow('NAME'));
