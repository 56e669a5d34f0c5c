/** Servers of proxy attestation over files of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** A path in a folder that goes when the tests end. */
export const at = (name: string) => join(folder, name);
/** A database that there is not yet. */
export const freshDatabase = () => at(`${++count}.db`);

/** A server with what is needed, over a fresh database and one authority for all. */
export const start = (options: Partial<ProxyAttestationOptions>) =>
  startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: freshDatabase(),
    authority: { certificateFile: at('shared.pem'), keyFile: at('shared-key.pem') },
    measurements: 'any',
    ...options,
  });
