/** What `smartctl -a` tells people, under our names. */
export interface PrintedDisk {
  readonly model?: string;
  readonly serial?: string;
  readonly gauges: Readonly<Record<string, number>>;
}

const unitBytes = 512_000;

/** By the metric: the line that tells it, and what its number is to be multiplied by. */
const lines: Readonly<Record<string, readonly [RegExp, number]>> = {
  disk_size_bytes: [/^(?:User|Total NVM) Capacity: +([\d,]+)/m, 1],
  rotation_rate_count: [/^Rotation Rate: +(\d+) rpm/m, 1],
  power_on_seconds: [/^(?: +9 Power_On_Hours .* |Power On Hours: +)([\d,]+)$/m, 3600],
  power_cycles_count: [/^(?: *12 Power_Cycle_Count .* |Power Cycles: +)([\d,]+)$/m, 1],
  reallocated_sectors_count: [/^ +5 Reallocated\S+ .* (\d+)$/m, 1],
  pending_sectors_count: [/^197 Current_Pending\S+ .* (\d+)$/m, 1],
  crc_errors_count: [/^199 \S*CRC\S* .* (\d+)$/m, 1],
  temperature_celsius: [/^(?:Temperature: +|Current Drive Temperature: +)(\d+) C/m, 1],
  grown_defects_count: [/^Elements in grown defect list: +(\d+)/m, 1],
  wear_used_ratio: [/^Percentage Used: +(\d+)%/m, 0.01],
  spare_available_ratio: [/^Available Spare: +(\d+)%/m, 0.01],
  spare_threshold_ratio: [/^Available Spare Threshold: +(\d+)%/m, 0.01],
  lifetime_written_bytes: [/^Data Units Written: +([\d,]+)/m, unitBytes],
  lifetime_read_bytes: [/^Data Units Read: +([\d,]+)/m, unitBytes],
  media_errors_count: [/^Media and Data Integrity Errors: +([\d,]+)/m, 1],
  unsafe_shutdowns_count: [/^Unsafe Shutdowns: +([\d,]+)/m, 1],
};

/** Reads the text of `smartctl -a`: what stands there, and nothing that does not. */
export function readSmartctlText(text: string): PrintedDisk {
  const word = (line: RegExp) => line.exec(text)?.[1]?.trim();
  const [model, serial] = [
    word(/^(?:Device Model|Model Number): +(.+)$/m),
    word(/^Serial [Nn]umber: +(.+)$/m),
  ];
  const gauges: Record<string, number> = {};
  for (const [name, [line, factor]] of Object.entries(lines)) {
    const value = word(line);
    if (value !== undefined) gauges[name] = Number(value.replaceAll(',', '')) * factor;
  }
  const attributes = text.matchAll(/^ *(\d+) \S+ +0x[\da-f]{4} +(\d+) +(\d+) +(\d+) +\S+ +\S+ +\S+ +(.*)$/gm);
  for (const [, id, value, worst, threshold, raw = ''] of attributes) {
    gauges[`smart_${id}_value_count`] = Number(value);
    gauges[`smart_${id}_worst_count`] = Number(worst);
    gauges[`smart_${id}_threshold_count`] = Number(threshold);
    if (/^\d+$/.test(raw)) gauges[`smart_${id}_raw_count`] = Number(raw);
  }
  return { gauges, ...(model !== undefined && { model }), ...(serial !== undefined && { serial }) };
}
