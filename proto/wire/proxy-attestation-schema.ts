/** `transport_protocol.ProxyAttestationServerRequest` and `Response` as tables for the strict scan. */
import type { FieldSchema, MessageSchema, ScalarType } from './message-schema.ts';

function field(name: string, type: ScalarType | MessageSchema, longest?: number): FieldSchema {
  return longest === undefined ? { name, type } : { name, type, longest };
}

const LONGEST_NAME = 64;
/** Documents and requests have bounds of their own where they are read; this one is for what is kept of them until then. */
const LONGEST_EVIDENCE = 65_536;

const deviceId = (number: number): readonly [number, FieldSchema] => [number, field('device_id', 'int32')];
const bytes = (number: number, name: string): readonly [number, FieldSchema] => [
  number,
  field(name, 'bytes', LONGEST_EVIDENCE),
];

export const proxyRequestSchema: MessageSchema = new Map([
  [1, field('context', 'uint32')],
  [
    2,
    field(
      'start_msg',
      new Map([
        [1, field('protocol', 'string', LONGEST_NAME)],
        [2, field('firmware_version', 'string', LONGEST_NAME)],
      ]),
    ),
  ],
  [3, field('native_psa_attestation_token', new Map([bytes(1, 'token'), deviceId(2), bytes(3, 'csr')]))],
  [4, field('proxy_psa_attestation_token', new Map([bytes(1, 'token'), bytes(2, 'pubkey'), deviceId(3)]))],
  [
    7,
    field(
      'nitro_attestation_doc',
      new Map([bytes(1, 'doc'), deviceId(2), bytes(32, 'csr'), bytes(33, 'policy_hash')]),
    ),
  ],
]);

export const proxyResponseSchema: MessageSchema = new Map([
  [1, field('context', 'uint32')],
  [2, field('psa_attestation_init', new Map([bytes(1, 'challenge'), deviceId(2)]))],
  [5, field('cert_chain', new Map([bytes(1, 'root_cert'), bytes(2, 'enclave_cert')]))],
]);
