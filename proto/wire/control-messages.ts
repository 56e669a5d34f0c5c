/**
 * Messages of the control plane, between the relay (which is not trusted) and the runtime. Requests 0-5 and responses
 * 0-3 are Veracruz main's (crates/veracruz-utils/src/runtime_manager_message.rs); the rest are Truce's.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { BincodeReader, BincodeWriter } from './bincode.ts';

/** `Status` of Veracruz's runtime manager. */
export const ControlStatus = { SUCCESS: 0, FAIL: 1, UNIMPLEMENTED: 2 } as const;
export type ControlStatus = (typeof ControlStatus)[keyof typeof ControlStatus];

export type ControlRequest =
  /** `challengeId`: the 16 bytes of a UUID. */
  | { readonly kind: 'attestation'; readonly challenge: Uint8Array; readonly challengeId: Uint8Array }
  | { readonly kind: 'close_tls_session'; readonly session: number }
  | { readonly kind: 'get_tls_data'; readonly session: number }
  /** `chain`: DER certificates one after the other, the endpoint's first. Veracruz's of 2022 send a list; it is read too. */
  | { readonly kind: 'initialize'; readonly policy: string; readonly chain: Uint8Array }
  | { readonly kind: 'new_tls_session' }
  | { readonly kind: 'send_tls_data'; readonly session: number; readonly data: Uint8Array }
  | { readonly kind: 'set_policy'; readonly policy: string }
  | { readonly kind: 'install_certificate'; readonly chain: Uint8Array }
  | { readonly kind: 'status' }
  | { readonly kind: 'shutdown' };

export type ControlResponse =
  /** An attestation document and a certificate signing request in DER. */
  | { readonly kind: 'attestation_data'; readonly document: Uint8Array; readonly csr: Uint8Array }
  | { readonly kind: 'status'; readonly status: ControlStatus }
  | { readonly kind: 'tls_data'; readonly data: Uint8Array; readonly alive: boolean }
  | { readonly kind: 'tls_session'; readonly session: number }
  /** JSON text. */
  | { readonly kind: 'status_report'; readonly report: string };

const UUID_BYTES = 16;
/** Veracruz's list has two, the endpoint's and its issuer's. */
const CHAIN_CERTIFICATES = 16;

export function encodeControlRequest(request: ControlRequest): Uint8Array {
  return concatBytes(...writeRequest(request, new BincodeWriter()).parts());
}

function writeRequest(request: ControlRequest, writer: BincodeWriter): BincodeWriter {
  switch (request.kind) {
    case 'attestation':
      if (request.challengeId.length !== UUID_BYTES) throw invalid('a challenge id is 16 bytes');
      return writer.u32(0).byteVector(request.challenge).byteVector(request.challengeId);
    case 'close_tls_session':
      return writer.u32(1).u32(request.session);
    case 'get_tls_data':
      return writer.u32(2).u32(request.session);
    case 'initialize':
      return writer.u32(3).string(request.policy, 'the policy').byteVector(request.chain);
    case 'new_tls_session':
      return writer.u32(4);
    case 'send_tls_data':
      return writer.u32(5).u32(request.session).byteVector(request.data);
    case 'set_policy':
      return writer.u32(6).string(request.policy, 'the policy');
    case 'install_certificate':
      return writer.u32(7).byteVector(request.chain);
    case 'status':
      return writer.u32(8);
    case 'shutdown':
      return writer.u32(9);
  }
}

/**
 * One whole request; byte fields are views of `bytes`.
 * @throws TruceError MESSAGE_INVALID for anything that is not exactly one request
 */
export function decodeControlRequest(bytes: Uint8Array): ControlRequest {
  const reader = new BincodeReader(bytes);
  const request = readRequest(reader);
  reader.end();
  return request;
}

function readRequest(reader: BincodeReader): ControlRequest {
  const variant = reader.u32();
  switch (variant) {
    case 0: {
      const challenge = reader.byteVector();
      const challengeId = reader.byteVector();
      if (challengeId.length !== UUID_BYTES) throw invalid('a challenge id is 16 bytes');
      return { kind: 'attestation', challenge, challengeId };
    }
    case 1:
      return { kind: 'close_tls_session', session: reader.u32() };
    case 2:
      return { kind: 'get_tls_data', session: reader.u32() };
    case 3:
      return {
        kind: 'initialize',
        policy: reader.string('the policy'),
        chain: reader.lastBytesOrList(CHAIN_CERTIFICATES),
      };
    case 4:
      return { kind: 'new_tls_session' };
    case 5:
      return { kind: 'send_tls_data', session: reader.u32(), data: reader.byteVector() };
    case 6:
      return { kind: 'set_policy', policy: reader.string('the policy') };
    case 7:
      return { kind: 'install_certificate', chain: reader.byteVector() };
    case 8:
      return { kind: 'status' };
    case 9:
      return { kind: 'shutdown' };
    default:
      throw invalid(`no control request has number ${variant}`);
  }
}

export function encodeControlResponse(response: ControlResponse): Uint8Array {
  return concatBytes(...writeResponse(response, new BincodeWriter()).parts());
}

function writeResponse(response: ControlResponse, writer: BincodeWriter): BincodeWriter {
  switch (response.kind) {
    case 'attestation_data':
      return writer.u32(0).byteVector(response.document).byteVector(response.csr);
    case 'status':
      return writer.u32(1).u32(response.status);
    case 'tls_data':
      return writer.u32(2).byteVector(response.data).bool(response.alive);
    case 'tls_session':
      return writer.u32(3).u32(response.session);
    case 'status_report':
      return writer.u32(4).string(response.report, 'the report');
  }
}

/**
 * One whole response; byte fields are views of `bytes`.
 * @throws TruceError MESSAGE_INVALID for anything that is not exactly one response
 */
export function decodeControlResponse(bytes: Uint8Array): ControlResponse {
  const reader = new BincodeReader(bytes);
  const response = readResponse(reader);
  reader.end();
  return response;
}

function readResponse(reader: BincodeReader): ControlResponse {
  const variant = reader.u32();
  switch (variant) {
    case 0:
      return { kind: 'attestation_data', document: reader.byteVector(), csr: reader.byteVector() };
    case 1:
      return { kind: 'status', status: readStatus(reader.u32()) };
    case 2:
      return { kind: 'tls_data', data: reader.byteVector(), alive: reader.bool() };
    case 3:
      return { kind: 'tls_session', session: reader.u32() };
    case 4:
      return { kind: 'status_report', report: reader.string('the report') };
    default:
      throw invalid(`no control response has number ${variant}`);
  }
}

function readStatus(value: number): ControlStatus {
  for (const status of Object.values(ControlStatus)) if (status === value) return status;
  throw invalid(`no control status has number ${value}`);
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}
