import { readFileSync } from 'node:fs';
import t from 'tap';
import { defaultLimits } from '../../../proto/limits.ts';
import { withinDescriptorLimit } from '../../../runtime/boot/descriptor-limit.ts';

const text = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
const limit = text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);

t.test('files never take the descriptors that connections need', async (t) => {
  const cut = withinDescriptorLimit({ ...defaultLimits, vfsDescriptors: Number.MAX_SAFE_INTEGER });
  t.ok(cut.vfsDescriptors + cut.sessions + cut.serviceConnections < limit);
  t.equal(withinDescriptorLimit({ ...defaultLimits, vfsDescriptors: 10 }).vfsDescriptors, 10);
});

t.test('too few for the sessions alone is an error at the start', { skip: limit > 1e9 }, async (t) => {
  t.throws(() => withinDescriptorLimit({ ...defaultLimits, sessions: limit }), /too few/);
});
