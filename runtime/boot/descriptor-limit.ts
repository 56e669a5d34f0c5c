/** How many memory files there may be: what the process's own descriptor limit leaves beside sockets and the rest. */
import { readFileSync } from 'node:fs';
import type { RuntimeLimits } from '../../proto/limits.ts';
import { ATTESTATION_CONNECTIONS } from '../services/attestation/attestation-service.ts';

/** The secure module, listeners, children's sockets, Node's own. */
const RESERVE = 256;

/** The limits with `vfsDescriptors` cut to what can be had: a party's files must never take another's connection. */
export function withinDescriptorLimit(limits: RuntimeLimits): RuntimeLimits {
  // Node raises its soft limit to the hard one when it starts.
  const text = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  const limit = text === undefined || text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  const left = limit - limits.sessions - limits.serviceConnections - ATTESTATION_CONNECTIONS - RESERVE;
  if (left < 1) throw new Error(`${limit} open files are too few for ${limits.sessions} sessions`);
  return { ...limits, vfsDescriptors: Math.min(limits.vfsDescriptors, left) };
}
