/** A real HTTP plane before whatever listens on a Unix socket. */
import type { Test } from 'tap';
import {
  defaultHttpPlaneOptions,
  HttpPlane,
  type HttpPlaneOptions,
} from '../../host-bridge/relay/http-plane.ts';

export const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** Stopped with the test. @param path the enclave's socket */
export async function planeTo(
  t: Test,
  path: string,
  changes: Partial<HttpPlaneOptions> = {},
): Promise<HttpPlane> {
  const plane = await HttpPlane.listen({
    ...defaultHttpPlaneOptions,
    listen: LOOPBACK,
    target: { kind: 'unix', path },
    ...changes,
  });
  t.teardown(() => plane.stop());
  return plane;
}
