import type { HostMoment } from './host-truth.ts';

/** What Debian's or Ubuntu's kernel and basic tools print of a host's moment, by the command. */
export const kernelAnswers: readonly (readonly [RegExp, (moment: HostMoment) => string])[] = [
  [/^cat \/proc\/stat$/, stat],
  [/^cat \/proc\/meminfo$/, meminfo],
  [
    /^cat \/proc\/loadavg$/,
    ({ loads }) => `${loads.map((load) => load.toFixed(2)).join(' ')} 2/1187 482210\n`,
  ],
  [
    /^cat \/proc\/uptime$/,
    ({ uptimeSeconds, cpuSeconds }) => `${uptimeSeconds.toFixed(2)} ${cpuSeconds.idle.toFixed(2)}\n`,
  ],
  [/^cat \/proc\/sys\/kernel\/random\/boot_id$/, ({ bootId }) => `${bootId}\n`],
  [/^cat \/proc\/vmstat$/, () => 'nr_free_pages 1290411\npgpgin 482216604\npgpgout 1188352160\noom_kill 0\n'],
  [/^cat \/proc\/pressure\/cpu$/, ({ pressure }) => pressureText(pressure.cpuSome, 0)],
  [
    /^cat \/proc\/pressure\/memory$/,
    ({ pressure }) => pressureText(pressure.memorySome, pressure.memoryFull),
  ],
  [/^cat \/proc\/pressure\/io$/, ({ pressure }) => pressureText(pressure.ioSome, pressure.ioFull)],
  [/^cat \/proc\/diskstats$/, diskstats],
  [/^cat \/proc\/net\/dev$/, netDev],
  [
    /^ls -d \/sys\/class\/net\/\*\/device$/,
    ({ machine }) => `/sys/class/net/${machine.network.name}/device\n`,
  ],
  [/\bdf\b.* -B1$/, dfBytes],
  [/\bdf\b.* -i$/, dfInodes],
  [
    /^cat \/etc\/os-release$/,
    ({ machine }) => `NAME="${machine.osName}"\nVERSION_ID="${machine.osVersion}"\n`,
  ],
  [/^uname -r$/, ({ kernel }) => `${kernel}\n`],
];

function stat({ machine, cpuSeconds, seconds, uptimeSeconds }: HostMoment): string {
  const ticks = (value: number) => Math.round(value * 100);
  const [steal, iowait, idle] = [ticks(cpuSeconds.steal), ticks(cpuSeconds.iowait), ticks(cpuSeconds.idle)];
  const busy = ticks(cpuSeconds.busy) - steal;
  const [system, softirq] = [Math.floor(busy * 0.24), Math.floor(busy * 0.03)];
  // user nice system idle iowait irq softirq steal guest guest_nice (proc_stat(5))
  const all = [busy - system - softirq, 0, system, idle, iowait, 0, softirq, steal, 0, 0];
  const each = all.map((value) => Math.floor(value / machine.threads)).join(' ');
  const cpus = Array.from({ length: machine.threads }, (_, index) => `cpu${index} ${each}`);
  return `cpu  ${all.join(' ')}\n${cpus.join('\n')}\nintr 0\nctxt 90812345521\nbtime ${Math.round(seconds - uptimeSeconds)}\nprocesses 48221077\n`;
}

function meminfo({ machine, memoryUsedBytes, swapUsedBytes }: HostMoment): string {
  const available = machine.memoryBytes - memoryUsedBytes;
  const line = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(9)} kB\n`;
  return [
    line('MemTotal', machine.memoryBytes),
    line('MemFree', available * 0.4),
    line('MemAvailable', available),
    line('Buffers', available * 0.03),
    line('Cached', available * 0.55),
    line('SwapTotal', machine.swapBytes),
    line('SwapFree', machine.swapBytes - swapUsedBytes),
    line('Shmem', 0.002 * machine.memoryBytes),
  ].join('');
}

function pressureText(some: number, full: number): string {
  const line = (name: string, share: number) => {
    const percent = (share * 100).toFixed(2);
    return `${name} avg10=${percent} avg60=${percent} avg300=${percent} total=${Math.round(share * 1e9)}\n`;
  };
  return line('some', some) + line('full', full);
}

function diskstats({ disks }: HostMoment): string {
  const line = (minor: number, device: string, share: number, disk: HostMoment['disks'][number]) => {
    const [read, written] = [
      Math.floor((share * disk.readBytes) / 512),
      Math.floor((share * disk.writtenBytes) / 512),
    ];
    const busy = Math.round(share * disk.busySeconds * 1000);
    const [reads, writes] = [Math.floor(read / 64), Math.floor(written / 48)];
    return ` 259 ${String(minor).padStart(7)} ${device} ${reads} 0 ${read} ${busy} ${writes} 0 ${written} ${busy} 0 ${busy} ${2 * busy} 0 0 0 0 0 0\n`;
  };
  return disks
    .map((disk, index) => {
      const partition = `${disk.device}${/\d$/.test(disk.device) ? 'p' : ''}1`;
      return line(16 * index, disk.device, 1, disk) + line(16 * index + 1, partition, 0.98, disk);
    })
    .join('');
}

function netDev({ machine, receivedBytes, sentBytes, droppedCount }: HostMoment): string {
  const line = (name: string, received: number, drops: number, sent: number) =>
    `${name.padStart(6)}: ${received} ${Math.floor(received / 900)} 0 ${drops} 0 0 0 0 ${sent} ${Math.floor(sent / 900)} 0 0 0 0 0 0\n`;
  const heads =
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  const bridge =
    machine.threads > 4 ? line('br0', Math.floor(receivedBytes * 0.9), 0, Math.floor(sentBytes * 0.9)) : '';
  return (
    heads +
    line('lo', 81_223_411, 0, 81_223_411) +
    line(machine.network.name, receivedBytes, droppedCount, sentBytes) +
    bridge
  );
}

function dfBytes({ fileSystems }: HostMoment): string {
  const rows = fileSystems.map(({ plan, sizeBytes, usedBytes, availableBytes }) => {
    const share = Math.ceil((100 * usedBytes) / (usedBytes + availableBytes));
    return `${plan.device.padEnd(16)} ${plan.type.padEnd(8)} ${sizeBytes} ${usedBytes} ${availableBytes} ${share}% ${plan.mountPoint}\n`;
  });
  return `Filesystem       Type         1-blocks         Used    Available Capacity Mounted on\n${rows.join('')}`;
}

function dfInodes({ fileSystems }: HostMoment): string {
  const rows = fileSystems.map(({ plan, inodes, inodesUsed }) => {
    const share = Math.ceil((100 * inodesUsed) / inodes);
    return `${plan.device.padEnd(16)} ${plan.type.padEnd(8)} ${inodes} ${inodesUsed} ${inodes - inodesUsed} ${share}% ${plan.mountPoint}\n`;
  });
  return `Filesystem       Type       Inodes   IUsed     IFree IUse% Mounted on\n${rows.join('')}`;
}
