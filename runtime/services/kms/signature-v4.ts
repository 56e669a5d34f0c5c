/**
 * AWS Signature Version 4 for the one kind of request that KMS takes: `POST /` without a query. Every header given is signed.
 * Source: AWS, "Create a signed AWS API request"; checked against the vectors that AWS published with it.
 */
import { createHash, createHmac } from 'node:crypto';

/** Whose request it is. Strings, which JavaScript cannot clear: let them be short-lived. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface PostToSign {
  readonly region: string;
  readonly service: string;
  /** Names in lower case, `host` among them; values as they are sent, without space at either end. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** All headers to send: those given, the time, the session's token, and the signature over them. */
export function signPost(
  { region, service, headers, body, time }: PostToSign,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): Record<string, string> {
  const timestamp = `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const signed: Record<string, string> = {
    ...headers,
    'x-amz-date': timestamp,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(signed).sort();
  const canonicalHeaders = names.map((name) => `${name}:${signed[name]}\n`).join('');
  const canonicalRequest = ['POST', '/', '', canonicalHeaders, names.join(';'), sha256Hex(body)].join('\n');
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = [ALGORITHM, timestamp, scope, sha256Hex(canonicalRequest)].join('\n');
  const key = signingKey(secretAccessKey, [date, region, service, 'aws4_request']);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  key.fill(0);
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...signed, authorization };
}

function signingKey(secret: string, steps: readonly string[]): Buffer {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const step of steps) {
    const next = createHmac('sha256', key).update(step).digest();
    key.fill(0);
    key = next;
  }
  return key;
}

function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
