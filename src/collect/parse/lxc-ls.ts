import { FormatError } from './field.ts';
import { type Rows, readRows } from './rows.ts';

/** A container of classic LXC. */
export interface LxcContainer {
  readonly name: string;
  /** Lower case: `running`, `stopped`, `frozen` … */
  readonly state: string;
  /** Of its first process; absent when it is stopped, or was not asked for. */
  readonly pid?: number | undefined;
}

/**
 * Reads the table of `lxc-ls -f`, whatever its columns: each begins where its heading does. NAME and STATE must be there.
 * Without containers it is empty. `-` stands for nothing.
 */
export function parseLxcLs(text: string): Rows<LxcContainer> {
  const [heading = ''] = text.split('\n', 1);
  if (heading.trim() === '') return { rows: [], faults: [] };
  const starts = [...heading.matchAll(/[A-Z0-9]+/g)].map(({ 0: name, index }) => ({ name, index }));
  const names = starts.map(({ name }) => name);
  if (!/^[A-Z0-9 ]+$/.test(heading) || !names.includes('NAME') || !names.includes('STATE'))
    throw new FormatError('heading', heading, 'the columns NAME and STATE of lxc-ls -f');
  return readRows(text.slice(heading.length), (line) => {
    const cell = (column: string): string | undefined => {
      const position = names.indexOf(column);
      const value = line.slice(starts[position]?.index ?? line.length, starts[position + 1]?.index).trim();
      return value === '' || value === '-' ? undefined : value;
    };
    const [name, state, pid] = [cell('NAME'), cell('STATE'), cell('PID')];
    if (name === undefined) throw new FormatError('NAME', line, 'a name');
    if (state === undefined || !/^[A-Z]{1,30}$/.test(state))
      throw new FormatError('STATE', state, 'a state such as RUNNING');
    if (pid !== undefined && !/^\d{1,10}$/.test(pid)) throw new FormatError('PID', pid, 'a number');
    return { name, state: state.toLowerCase(), pid: pid === undefined ? undefined : Number(pid) };
  });
}
