/** The client library: what a Node program imports to take part in a policy. */
export type { FileOpening } from '../../proto/receipt/openings.ts';
export type { Receipt, ReceiptOutcome, ReceiptUsage } from '../../proto/receipt/receipt.ts';
export {
  decodeReceiptFile,
  encodeReceiptFile,
  type SignedReceipt,
} from '../../proto/receipt/receipt-file.ts';
export {
  type ReceiptExpectations,
  type VerifiedReceipt,
  verifyReceipt,
} from '../../proto/receipt/verify.ts';
export type { Check, CheckListener } from './checks.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type { DirectoryEntry, FileKind, FileStatus } from './file-status.ts';
export type { PartyCredentials } from './party.ts';
export { RemoteError } from './remote-error.ts';
export { TruceSession } from './session.ts';
export type {
  ChunkOptions,
  FeedOptions,
  ReadOptions,
  ReceiptOf,
  RequestOptions,
  RunResult,
  SessionFacts,
  SubscribeOptions,
  TransferOptions,
  Verification,
  VerifyOptions,
} from './session-options.ts';
export type { DownloadSink, ProgressListener, UploadSource } from './sources.ts';
export type { EnclaveAddress } from './tls-channel.ts';
export type { TrustOptions } from './trust.ts';
