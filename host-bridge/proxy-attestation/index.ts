/** The proxy attestation server as a library: for an authority whose key is in a security module or a key service. */
export type { ProxyLimits } from '../../proto/limits.ts';
export type { AuthoritySigner } from './authority.ts';
export type { AuthorityFiles } from './authority-files.ts';
export type { KnownDevice } from './devices.ts';
export type { ProxyAttestationOptions, PsaOptions, RemoteAuthority } from './options.ts';
export type { PsaKeyOptions } from './psa-keys.ts';
export { type ProxyAttestationServer, startProxyAttestationServer } from './server.ts';
