/** `truce/attestation-client`: what a program on the parent imports to have its enclaves attest themselves. */
export { type ErrorCode, type ErrorDetails, TruceError } from '../../proto/errors.ts';
export { type FoundEnclave, runningEnclaves } from '../launcher/running-enclaves.ts';
export type { DialTarget } from '../relay/dial-target.ts';
export {
  type AttestationRequest,
  type AttestationResponse,
  type FindOptions,
  type VerifiedResponse,
  VsockAttestationClient,
  type VsockAttestationClientOptions,
} from './client.ts';
export { responseFields } from './response-fields.ts';
export type { ServiceStatus } from './service-answer.ts';
export type { AttestationVerification, ServiceExpectations } from './verify-answer.ts';
