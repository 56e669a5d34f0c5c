/**
 * What Veracruz's servers and clients said to its proxy attestation server until October 2022: one protobuf message a
 * request. From 2022 on 8 bytes of length stand before it (Veracruz 2207, transport-protocol); before, none did. A message
 * cannot begin with a zero byte and a length here always does, so which form it is can be told.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { transport_protocol } from '../generated/transport_protocol.js';
import { decodeLengthPrefix, encodeLengthPrefix, LENGTH_PREFIX_BYTES } from './length-prefix.ts';
import { proxyRequestSchema, proxyResponseSchema } from './proxy-attestation-schema.ts';
import { scanMessage } from './strict-scan.ts';

export type ProxyRequest =
  | { readonly kind: 'start'; readonly protocol: string; readonly firmwareVersion: string }
  | {
      readonly kind: 'nitro';
      readonly document: Uint8Array;
      readonly deviceId: number;
      /** Truce's own; Veracruz's document has it inside. */
      readonly csr: Uint8Array | undefined;
      readonly policyHash: Uint8Array | undefined;
    }
  | {
      readonly kind: 'psa';
      readonly token: Uint8Array;
      readonly deviceId: number;
      readonly csr: Uint8Array;
    }
  | {
      readonly kind: 'verify';
      readonly token: Uint8Array;
      readonly publicKey: Uint8Array;
      readonly deviceId: number;
    };

/** DER each. */
export interface CertificateChain {
  readonly root: Uint8Array;
  readonly enclave: Uint8Array;
}

export type ProxyResponse =
  | { readonly kind: 'challenge'; readonly challenge: Uint8Array; readonly deviceId: number }
  | ({ readonly kind: 'chain' } & CertificateChain);

/** Whether a length stands before the message; an answer takes its question's form. */
export interface ProxyFrame {
  readonly prefixed: boolean;
}

/** Errors: MESSAGE_INVALID, FRAME_INVALID, FRAME_TOO_LARGE. */
export function decodeProxyRequest(bytes: Uint8Array): ProxyFrame & { readonly request: ProxyRequest } {
  const { prefixed, message } = unframe(bytes);
  scanMessage(message, proxyRequestSchema);
  return { prefixed, request: readRequest(message) };
}

/** Errors: MESSAGE_INVALID, FRAME_INVALID, FRAME_TOO_LARGE. */
export function decodeProxyResponse(bytes: Uint8Array): ProxyResponse {
  const { message } = unframe(bytes);
  scanMessage(message, proxyResponseSchema);
  const decoded = transport_protocol.ProxyAttestationServerResponse.decode(message);
  switch (decoded.message_oneof) {
    case 'psa_attestation_init': {
      const { challenge, device_id } = decoded.psa_attestation_init;
      return { kind: 'challenge', challenge: challenge ?? new Uint8Array(), deviceId: device_id ?? 0 };
    }
    case 'cert_chain': {
      const { root_cert, enclave_cert } = decoded.cert_chain;
      return {
        kind: 'chain',
        root: root_cert ?? new Uint8Array(),
        enclave: enclave_cert ?? new Uint8Array(),
      };
    }
    default:
      throw new TruceError('MESSAGE_INVALID', { reason: 'it says nothing' });
  }
}

export function encodeProxyRequest(request: ProxyRequest, { prefixed }: ProxyFrame): Uint8Array {
  return frame(
    transport_protocol.ProxyAttestationServerRequest.encode(requestProperties(request)).finish(),
    prefixed,
  );
}

export function encodeProxyResponse(response: ProxyResponse, { prefixed }: ProxyFrame): Uint8Array {
  const properties =
    response.kind === 'challenge'
      ? { psa_attestation_init: { challenge: response.challenge, device_id: response.deviceId } }
      : { cert_chain: { root_cert: response.root, enclave_cert: response.enclave } };
  return frame(transport_protocol.ProxyAttestationServerResponse.encode(properties).finish(), prefixed);
}

function readRequest(message: Uint8Array): ProxyRequest {
  const decoded = transport_protocol.ProxyAttestationServerRequest.decode(message);
  switch (decoded.message_oneof) {
    case 'start_msg': {
      const { protocol, firmware_version } = decoded.start_msg;
      return { kind: 'start', protocol: protocol ?? '', firmwareVersion: firmware_version ?? '' };
    }
    case 'nitro_attestation_doc': {
      const { doc, device_id, csr, policy_hash } = decoded.nitro_attestation_doc;
      return {
        kind: 'nitro',
        document: doc ?? new Uint8Array(),
        deviceId: device_id ?? 0,
        csr: given(csr),
        policyHash: given(policy_hash),
      };
    }
    case 'native_psa_attestation_token': {
      const { token, device_id, csr } = decoded.native_psa_attestation_token;
      return {
        kind: 'psa',
        token: token ?? new Uint8Array(),
        deviceId: device_id ?? 0,
        csr: csr ?? new Uint8Array(),
      };
    }
    case 'proxy_psa_attestation_token': {
      const { token, pubkey, device_id } = decoded.proxy_psa_attestation_token;
      return {
        kind: 'verify',
        token: token ?? new Uint8Array(),
        publicKey: pubkey ?? new Uint8Array(),
        deviceId: device_id ?? 0,
      };
    }
    default:
      throw new TruceError('MESSAGE_INVALID', { reason: 'it asks for nothing' });
  }
}

function requestProperties(
  request: ProxyRequest,
): transport_protocol.ProxyAttestationServerRequest.$Properties {
  switch (request.kind) {
    case 'start':
      return { start_msg: { protocol: request.protocol, firmware_version: request.firmwareVersion } };
    case 'nitro':
      return {
        nitro_attestation_doc: {
          doc: request.document,
          device_id: request.deviceId,
          ...(request.csr === undefined ? {} : { csr: request.csr }),
          ...(request.policyHash === undefined ? {} : { policy_hash: request.policyHash }),
        },
      };
    case 'psa':
      return {
        native_psa_attestation_token: {
          token: request.token,
          device_id: request.deviceId,
          csr: request.csr,
        },
      };
    case 'verify':
      return {
        proxy_psa_attestation_token: {
          token: request.token,
          pubkey: request.publicKey,
          device_id: request.deviceId,
        },
      };
  }
}

/** proto3 has no absent bytes: empty ones are none. */
function given(bytes: Uint8Array | null | undefined): Uint8Array | undefined {
  return bytes === null || bytes === undefined || bytes.length === 0 ? undefined : bytes;
}

function unframe(bytes: Uint8Array): ProxyFrame & { readonly message: Uint8Array } {
  if (bytes[0] !== 0) return { prefixed: false, message: bytes };
  if (bytes.length < LENGTH_PREFIX_BYTES)
    throw new TruceError('FRAME_INVALID', { reason: 'it ends inside its length' });
  const message = bytes.subarray(LENGTH_PREFIX_BYTES);
  if (decodeLengthPrefix(bytes, message.length) !== message.length)
    throw new TruceError('FRAME_INVALID', { reason: 'bytes follow the message' });
  return { prefixed: true, message };
}

function frame(message: Uint8Array, prefixed: boolean): Uint8Array {
  return prefixed ? concatBytes(encodeLengthPrefix(message.length), message) : message;
}
