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
  /** The raw value as smartctl prints it: `36 (Min/Max 20/45)`, `47060h+35m+00.858s`. */
  readonly text?: string;
}

/** A number, and where it comes from. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/**
 * The family by which a disk's attributes are read: that of the database, or of a vendor of servers' disks who means by its attributes
 * what their names say where the database does not know them. Undefined: nobody can say what they mean.
 */
export function familyOf(family: string | undefined, model: string | undefined): string | undefined {
  return family ?? (/^SAMSUNG MZ7/i.test(model ?? '') ? 'Samsung' : undefined);
}

/** The share of a disk's life that is gone (0 to 1, above 1 beyond it), by the attribute that its vendor has for it; undefined when it has none that we can read. */
export function wearOf(attributes: readonly SmartAttribute[], family: string): Sourced | undefined {
  for (const attribute of attributes) {
    const left = leftOf(attribute, family);
    if (left !== undefined && left >= -155 && left <= 100)
      return { value: (100 - left) / 100, source: `attribute ${attribute.id} ${attribute.name}` };
  }
  return undefined;
}

/** What is left of a disk's life in percent, as one attribute tells it. */
function leftOf({ id, name, value, raw }: SmartAttribute, family: string): number | undefined {
  // Samsung counts program/erase cycles in the raw value.
  if (id === 177 && name === 'Wear_Leveling_Count') return /Samsung/i.test(family) ? value : undefined;
  if (id === 233 && name === 'Media_Wearout_Indicator')
    return /Intel|Solidigm/i.test(family) ? value : undefined;
  if (id === 230 && name === 'Media_Wearout_Indicator')
    return /^WD /.test(family) ? leftOfWd(value, raw) : undefined;
  if (name === 'SSD_Life_Left') {
    // The normalised value of Phison's stays 100 while the raw one falls; others hold something else in the raw one, or 0.
    if (/^Phison/i.test(family)) return raw;
    if (/^(SandForce|Seagate|Kingston SSDNow)/i.test(family)) return value;
  }
  if (name === 'Remaining_Lifetime_Perc') return raw;
  if (/Life/.test(name) && /Remain|Left/.test(name)) return agreed(value, raw, 'left');
  return /Life/.test(name) && /Used/.test(name) ? agreed(value, raw, 'used') : undefined;
}

/**
 * Where both values of an attribute tell of life, the normalised one falls from 100 (and stays at 0), and the raw one is the same or its
 * complement. Where they contradict each other, one of them means something else, and neither is believed.
 */
function agreed(
  value: number | undefined,
  raw: number | undefined,
  meaning: 'left' | 'used',
): number | undefined {
  if (value === undefined || raw === undefined) return undefined;
  if (value === Math.max(100 - raw, 0)) return 100 - raw;
  if (value !== raw) return undefined;
  return meaning === 'left' ? value : 100 - value;
}

/** What WD counts up; the first of the raw value's six bytes is the same number, except where the normalised one stays 100. */
function leftOfWd(value: number | undefined, raw: number | undefined): number | undefined {
  if (value === undefined || raw === undefined) return undefined;
  return Math.floor(raw / 2 ** 40) === value ? 100 - value : undefined;
}

/** What the host wrote to a disk in its life, in bytes, by the unit in the name of an attribute. */
export function writtenBytesOf(
  attributes: readonly SmartAttribute[],
  blockBytes: number,
): Sourced | undefined {
  return bytesOf(attributes, [241, 246, 225, 199, 175], /Writ|Wts_Frm_Hst/, blockBytes);
}

/** What the host read from it. */
export function readBytesOf(attributes: readonly SmartAttribute[], blockBytes: number): Sourced | undefined {
  return bytesOf(attributes, [242, 198, 174], /Read|Rds_Frm_Hst/, blockBytes);
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
  // Swissbit's are the lower part of a number, or to be multiplied by a power that stands elsewhere.
  if (attributes.some(({ id, name }) => id === 243 && /_(High|Exp)$/.test(name))) return undefined;
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
  if (/NAND|Flash/i.test(name)) return undefined;
  if (name.endsWith('_32MiB')) return 32 * MiB;
  if (/_(GiB|GB)$/.test(name)) return GiB;
  if (/_(MiB|MB)$/.test(name)) return MiB;
  return /LBAs?_(Written|Read)$/.test(name) ? blockBytes : undefined;
}
