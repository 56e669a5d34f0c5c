/** The client library: what a Node program imports to take part in a policy. */
export type { Check, CheckListener } from './checks.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type { DirectoryEntry, FileKind, FileStatus } from './file-status.ts';
export type { PartyCredentials } from './party.ts';
export { RemoteError } from './remote-error.ts';
export {
  type ChunkOptions,
  type ReadOptions,
  type RequestOptions,
  type RunResult,
  type SessionFacts,
  type TransferOptions,
  TruceSession,
} from './session.ts';
export type { DownloadSink, ProgressListener, UploadSource } from './sources.ts';
export type { EnclaveAddress } from './tls-channel.ts';
export type { TrustOptions } from './trust.ts';
