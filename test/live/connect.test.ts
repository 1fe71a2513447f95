import { createServer, Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { makeAttempt } from '../../src/collect/attempt.ts';
import { connectAny, formatTarget, openTcp } from '../../src/collect/connect.ts';
import { createLoopback } from './loopback.ts';

const loopback = createLoopback();
afterAll(() => loopback.stop());
const agent = { userAgent: 'Vigie/0.0.0' };

test('IPv6 targets have brackets', () => {
  expect([formatTarget('192.0.2.1', 80), formatTarget('2001:db8::1', 443)]).toEqual([
    '192.0.2.1:80',
    '[2001:db8::1]:443',
  ]);
});

test('an address that refuses gives way to the next', async () => {
  const port = await loopback.listen(createServer());
  const answer = await makeAttempt(5, agent, async (attempt) => {
    await connectAny(['127.9.9.9', '::1', '127.0.0.1', '127.8.8.8'], port, attempt, openTcp);
  });
  expect(answer).toMatchObject({
    refusedBy: [`127.9.9.9:${port}`, `[::1]:${port}`],
    acceptedBy: `127.0.0.1:${port}`,
  });
  expect(answer.failure).toBeUndefined();
});

test('an address that says nothing gives way to the next', async () => {
  const port = await loopback.listen(createServer());
  const silent = new Socket();
  const answer = await makeAttempt(5, agent, async (attempt) => {
    await connectAny(['192.0.2.1', '127.0.0.1'], port, attempt, (address) =>
      address === '127.0.0.1' ? openTcp(address, port) : silent,
    );
  });
  expect(answer).toMatchObject({ refusedBy: [`192.0.2.1:${port}`], acceptedBy: `127.0.0.1:${port}` });
  expect(silent.destroyed).toBe(true);
});

test('the last address has all the time that is left', async () => {
  const answer = await makeAttempt(2, agent, async (attempt) => {
    await attempt.time(
      'tcpSeconds',
      connectAny(['192.0.2.1', '192.0.2.2'], 80, attempt, () => new Socket()),
    );
  });
  expect(answer).toMatchObject({
    failure: 'timeout after 2 s, connecting',
    refusedBy: ['192.0.2.1:80', '192.0.2.2:80'],
  });
});

test('what this machine lacks is no answer of the service', async () => {
  const lack = Object.assign(new Error('socket EMFILE'), { code: 'EMFILE' });
  await expect(makeAttempt(1, agent, () => Promise.reject(lack))).rejects.toBe(lack);
});

test('a connection that opens once the attempt is over is closed', async () => {
  const late = new Socket();
  const own: { current?: (socket: Socket) => void } = {};
  await makeAttempt(1, agent, async (attempt) => {
    own.current = attempt.own;
  });
  own.current?.(late);
  expect(late.destroyed).toBe(true);
});
