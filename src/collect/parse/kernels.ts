/**
 * The newest of the installed kernels (names as below /lib/modules: `6.1.0-28-amd64`) of the kind that runs: what a reboot would start.
 * Numbers count as numbers; undefined when none is of that kind.
 */
export function newestKernel(installed: readonly string[], running: string): string | undefined {
  return installed
    .filter((name) => kindOf(name) === kindOf(running))
    .toSorted(compareVersions)
    .at(-1);
}

/** Compares texts by their numbers, and by what stands between them: below 0 when the first is older. */
export function compareVersions(a: string, b: string): number {
  const [partsA, partsB] = [a, b].map((text) => text.split(/(\d+)/));
  for (let index = 0; index < Math.max(partsA?.length ?? 0, partsB?.length ?? 0); index += 1) {
    const [one = '', other = ''] = [partsA?.[index], partsB?.[index]];
    const isNumber = index % 2 === 1;
    if (isNumber && Number(one) !== Number(other)) return Number(one) - Number(other);
    if (!isNumber && one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** `amd64` of `6.1.0-28-amd64`, `generic` of `6.8.0-49-generic`, `pve` of `6.8.12-4-pve`. */
function kindOf(name: string): string {
  return /-([a-z][a-z0-9-]*)$/.exec(name)?.[1] ?? '';
}
