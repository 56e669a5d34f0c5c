/** Messages as the documents have them, by their field numbers: neither proto/ nor protobufjs has a part in them. */

/** The 8 bytes, big-endian, before each message. */
export function lengthOf(bytes: number): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64BE(BigInt(bytes));
  return prefix;
}

/** Requests and responses of transport_protocol, by the field numbers of the documents. */
export const Message = {
  writeFile: (name: string, data: Buffer) => field(2, field(1, Buffer.from(name)), field(2, data)),
  /** A request to write a file of `length` bytes, up to those. */
  writeFileHead: (name: string, length: number) => {
    const inner = Buffer.concat([field(1, Buffer.from(name)), varint(2 * 8 + 2), varint(length)]);
    return Buffer.concat([varint(2 * 8 + 2), varint(inner.length + length), inner]);
  },
  /** Where the content begins of an answer, length and all, that ends in `length` bytes of it. */
  contentOffset: (answer: Buffer, length: number) => {
    if (answer.length < 8) return undefined;
    const offset = 8 + Number(answer.readBigUInt64BE(0)) - length;
    return answer.length < offset ? undefined : offset;
  },
  requestResult: (name: string) => field(5, field(1, Buffer.from(name))),
  requestShutdown: () => field(8),
  requestPolicyHash: () => field(10),
  readFile: (name: string) => field(11, field(1, Buffer.from(name))),
} as const;

export interface Response {
  readonly status: number;
  /** Of a result, or a policy's hash. */
  readonly data: Buffer | undefined;
}

export function readResponse(bytes: Buffer): Response {
  let status = 0;
  let data: Buffer | undefined;
  for (const { number, value, content } of fieldsOf(bytes)) {
    if (number === 1) status = value;
    if (number === 4 || number === 11)
      data = fieldsOf(content).find((inner) => inner.number === 1)?.content ?? Buffer.alloc(0);
  }
  return { status, data };
}

function field(number: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

function fieldsOf(bytes: Buffer): { number: number; value: number; content: Buffer }[] {
  const found: { number: number; value: number; content: Buffer }[] = [];
  let at = 0;
  const read = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = read();
    const value = read();
    const isBytes = key % 8 === 2;
    found.push({
      number: Math.floor(key / 8),
      value,
      content: isBytes ? bytes.subarray(at, at + value) : Buffer.alloc(0),
    });
    if (isBytes) at += value;
  }
  return found;
}
