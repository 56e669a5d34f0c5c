/**
 * Veracruz's messages as bytes, written by hand from its published formats: protobuf's wire format for what parties say,
 * bincode 1.3 for what its server says to the runtime. Nothing of this project's own codecs is used, so that a mistake in
 * them cannot hide.
 */

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A field of length-delimited wire type (2): text, bytes or a message. */
function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** 8 bytes of length, big-endian, and the message. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(message.length));
  return Buffer.concat([length, message]);
}

/** transport_protocol.RuntimeManagerRequest: the fields of its oneof, by Veracruz main's numbers. */
export const goldenRequests = {
  writeFile: (name: string, data: Uint8Array) =>
    framed(field(2, Buffer.concat([field(1, name), field(2, data)]))),
  appendFile: (name: string, data: Uint8Array) =>
    framed(field(3, Buffer.concat([field(1, name), field(2, data)]))),
  requestResult: (name: string) => framed(field(5, field(1, name))),
  shutdown: () => framed(field(8, '')),
  policyHash: () => framed(field(10, '')),
  readFile: (name: string) => framed(field(11, field(1, name))),
  requestPipeline: (name: string) => framed(field(12, field(1, name))),
} as const;

export interface GoldenResponse {
  /** 1 success, 7 invalid request, and what lies between. */
  readonly status: number;
  /** Field 4, `result`: a file, or an exit code of 4 bytes, little-endian. Undefined where it is left out. */
  readonly result: Buffer | undefined;
  /** Field 11: 64 hexadecimal digits. */
  readonly policyHash: string | undefined;
  /** Field 6: its first field, bytes. */
  readonly error: string | undefined;
}

/** Numbers and contents of a message's fields. Unknown ones are passed over, as protobuf's readers do. */
function readFields(message: Buffer): Map<number, number | Buffer> {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  const number = (): number => {
    for (let value = 0, factor = 1; ; factor *= 0x80) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = number();
    const wireType = tag & 7;
    if (wireType === 0) fields.set(tag >> 3, number());
    else if (wireType === 2) {
      const length = number();
      if (at + length > message.length) throw new Error('the message ends within a field');
      fields.set(tag >> 3, message.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${wireType}`);
  }
  return fields;
}

/** The message behind the 8 bytes of its length. */
export function readGoldenResponse(message: Buffer): GoldenResponse {
  const fields = readFields(message);
  const inner = (number: number): Buffer | undefined => {
    const content = fields.get(number);
    if (!Buffer.isBuffer(content)) return undefined;
    const bytes = readFields(content).get(1);
    return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
  };
  return {
    status: Number(fields.get(1) ?? 0),
    result: inner(4),
    policyHash: inner(11)?.toString(),
    error: inner(6)?.toString(),
  };
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** A vector, a string or a UUID: 8 bytes of length, little-endian, and the bytes. */
function vector(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

/** 9 bytes: the length, little-endian, and a byte of 0. */
function controlFrame(...parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts);
  const header = Buffer.alloc(9);
  header.writeBigUInt64LE(BigInt(payload.length));
  return Buffer.concat([header, payload]);
}

/** RuntimeManagerRequest of Veracruz main: an enum's number of 4 bytes, then its members. */
export const goldenControl = {
  attestation: (challenge: Uint8Array, challengeId: Uint8Array) =>
    controlFrame(uint32(0), vector(challenge), vector(challengeId)),
  closeTlsSession: (session: number) => controlFrame(uint32(1), uint32(session)),
  getTlsData: (session: number) => controlFrame(uint32(2), uint32(session)),
  initialize: (policy: string, chain: Uint8Array) => controlFrame(uint32(3), vector(policy), vector(chain)),
  newTlsSession: () => controlFrame(uint32(4)),
  sendTlsData: (session: number, data: Uint8Array) => controlFrame(uint32(5), uint32(session), vector(data)),
} as const;

export type GoldenControlResponse =
  | { readonly kind: 'attestation-data'; readonly document: Buffer; readonly csr: Buffer }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'tls-data'; readonly data: Buffer; readonly alive: boolean }
  | { readonly kind: 'tls-session'; readonly session: number };

export function readControlResponse(payload: Buffer): GoldenControlResponse {
  const readVector = (at: number): Buffer => {
    const end = at + 8 + Number(payload.readBigUInt64LE(at));
    if (end > payload.length) throw new Error('the payload ends within a vector');
    return payload.subarray(at + 8, end);
  };
  switch (payload.readUInt32LE(0)) {
    case 0: {
      const document = readVector(4);
      return { kind: 'attestation-data', document, csr: readVector(4 + 8 + document.length) };
    }
    case 1:
      return { kind: 'status', status: payload.readUInt32LE(4) };
    case 2: {
      const data = readVector(4);
      return { kind: 'tls-data', data, alive: payload[4 + 8 + data.length] === 1 };
    }
    case 3:
      return { kind: 'tls-session', session: payload.readUInt32LE(4) };
    default:
      throw new Error(`response ${payload.readUInt32LE(0)}`);
  }
}
