// What vendors mean by the attributes of ATA disks, as smartmontools' drivedb.h names them (https://www.smartmontools.org/browser/trunk/smartmontools/drivedb.h).
// Only disks that are in that database are read so: of others, the names are those of other disks.

/** An attribute as the disk holds it. */
export interface SmartAttribute {
  readonly id: number;
  readonly name: string;
  readonly value?: number;
  readonly worst?: number;
  readonly threshold?: number;
  /** Undefined beyond 2^53. */
  readonly raw?: number;
}

/** A number, and where it comes from. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** How to read the share of life that is left from an attribute: from its normalised value, or from its raw one. */
const lifeLeft: Readonly<Record<string, 'value' | 'raw' | '100 - raw'>> = {
  Percent_Lifetime_Remain: 'value',
  Percent_Life_Remaining: 'value',
  'Drive_Life_Remaining%': 'value',
  Remaining_Lifetime_Perc: 'raw',
  Perc_Rated_Life_Used: '100 - raw',
  'Drive_Life_Used%': '100 - raw',
};

/** The share of a disk's life that is gone (0 to 1), by the attribute that its vendor has for it; undefined when it has none that we can read. */
export function wearOf(attributes: readonly SmartAttribute[], family: string): Sourced | undefined {
  for (const attribute of attributes) {
    const left = leftOf(attribute, family);
    if (left !== undefined && left >= 0 && left <= 100)
      return { value: (100 - left) / 100, source: `attribute ${attribute.id} ${attribute.name}` };
  }
  return undefined;
}

function leftOf({ id, name, value, raw }: SmartAttribute, family: string): number | undefined {
  // Samsung counts program/erase cycles in the raw value.
  if (id === 177 && name === 'Wear_Leveling_Count') return /Samsung/i.test(family) ? value : undefined;
  if (id === 233 && name === 'Media_Wearout_Indicator')
    return /Intel|Solidigm/i.test(family) ? value : undefined;
  // The normalised value of Phison's and SandForce's stays 100 while the raw one falls.
  if (id === 231 && name === 'SSD_Life_Left') return /Phison|SandForce|Kingston/i.test(family) ? raw : value;
  const how = lifeLeft[name];
  if (how === undefined || raw === undefined) return how === 'value' ? value : undefined;
  return how === 'value' ? value : how === 'raw' ? raw : 100 - raw;
}

/** What the host wrote to a disk in its life, in bytes, by the unit in the name of an attribute. */
export function writtenBytesOf(
  attributes: readonly SmartAttribute[],
  blockBytes: number,
): Sourced | undefined {
  return bytesOf(attributes, [241, 246, 225], /Writ/, blockBytes);
}

/** What the host read from it. */
export function readBytesOf(attributes: readonly SmartAttribute[], blockBytes: number): Sourced | undefined {
  return bytesOf(attributes, [242], /Read/, blockBytes);
}

function bytesOf(
  attributes: readonly SmartAttribute[],
  ids: readonly number[],
  direction: RegExp,
  blockBytes: number,
): Sourced | undefined {
  const raw = (id: number) => attributes.find((attribute) => attribute.id === id)?.raw ?? 0;
  // Dell's Intels count in 32 MiB under the name of LBAs; 225, where it is, tells.
  const isIntel = attributes.some(({ id, name }) => id === 225 && name === 'Host_Writes_32MiB');
  const isDisguised = isIntel && raw(225) > 0 && raw(225) === raw(241);
  for (const id of ids) {
    const attribute = attributes.find((candidate) => candidate.id === id && direction.test(candidate.name));
    const unit = isDisguised ? 32 * MiB : attribute && unitOf(attribute.name, blockBytes);
    if (attribute?.raw !== undefined && unit !== undefined)
      return { value: attribute.raw * unit, source: `attribute ${id} ${attribute.name}` };
  }
  return undefined;
}

/** The unit that a name ends in, in bytes. */
function unitOf(name: string, blockBytes: number): number | undefined {
  if (name.endsWith('_32MiB')) return 32 * MiB;
  if (/_(GiB|GB)$/.test(name)) return GiB;
  if (/_(MiB|MB)$/.test(name)) return MiB;
  return /LBAs?_(Written|Read)$/.test(name) ? blockBytes : undefined;
}
