import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A record's data by `name TYPE`; a name that no record has does not exist, and `silent` names get no answer. */
export type Zone = Readonly<Record<string, readonly Buffer[]>>;

const typeNumbers: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
};

/** A name as DNS writes it (RFC 1035, section 3.1). */
export function encodeName(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** Text as a TXT record holds it: strings of up to 255 bytes. */
export function encodeText(...texts: string[]): Buffer {
  return Buffer.concat(texts.flatMap((text) => [Buffer.from([text.length]), Buffer.from(text)]));
}

/** A small name server over UDP on a free loopback port. */
export async function startNameServer(zone: Zone): Promise<{ address: string; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, sender) => {
    const response = answer(query, zone);
    if (response !== undefined) socket.send(response, sender.port, sender.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answer(query: Buffer, zone: Zone): Buffer | undefined {
  const labels: string[] = [];
  let position = 12;
  for (let length = query.readUInt8(position); length > 0; length = query.readUInt8(position)) {
    labels.push(query.toString('latin1', position + 1, position + 1 + length));
    position += 1 + length;
  }
  const question = query.subarray(12, position + 5);
  const name = labels.join('.').toLowerCase();
  if (name.startsWith('silent')) return undefined;
  const type = typeNumbers[query.readUInt16BE(position + 1)];
  const records = zone[`${name} ${type}`] ?? [];
  const exists = Object.keys(zone).some((key) => key.startsWith(`${name} `));
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, recursion available, and whether the name exists (RFC 1035, section 4.1.1).
  header.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const answers = records.map((data) => {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc00c, 0);
    question.copy(head, 2, question.length - 4);
    head.writeUInt32BE(60, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, question, ...answers]);
}
