import type { StatusFile } from '../model/status-file.ts';

/** Makes something of a file when it is first asked for, and keeps it as long as the file: thousands of pages ask for the same. */
export function onceOf<Value>(make: (status: StatusFile) => Value): (status: StatusFile) => Value {
  const made = new WeakMap<StatusFile, { readonly value: Value }>();
  return (status) => {
    const known = made.get(status) ?? { value: make(status) };
    made.set(status, known);
    return known.value;
  };
}
