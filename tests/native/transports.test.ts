/** The transports that this machine has; AF_VSOCK's turn comes inside a machine (tests/enclave/guest). */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { unixTransport } from '../../runtime/boot/transport.ts';
import { inMemoryTransport } from '../support/in-memory-transport.ts';
import { type ComplianceTransport, transportCompliance } from '../support/transport-compliance.ts';

const directory = mkdtempSync(join(tmpdir(), 'truce-transports-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

const doors = unixTransport(directory);
const unix: ComplianceTransport = {
  listen: (port, accept, options) => doors.listen(port, accept, options),
  connect: async (port, options = {}) => {
    const socket = connect({ ...options, path: join(directory, String(port)) });
    await once(socket, 'connect');
    return socket;
  },
};

for (const [kind, transport] of [
  ['in memory', inMemoryTransport()],
  ['Unix sockets', unix],
] as const)
  t.test(kind, async (t) => {
    const before = readdirSync('/proc/self/fd').length;
    for (const { name, run } of transportCompliance(transport))
      await t.test(name, async () => {
        await run();
      });
    await t.test('no descriptor is left open', async (t) => {
      t.ok(readdirSync('/proc/self/fd').length <= before, `${before} before`);
    });
  });
