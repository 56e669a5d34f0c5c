/**
 * Certificates that a proxy attestation server issues a second: against fastify alone that takes and gives as many bytes,
 * and against what no such server can do without, one document verified and one signature made, with no HTTP at all.
 * Documents are made between the rounds, since a hypervisor makes them elsewhere.
 */
import { fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VerifiedChainCache } from '../proto/attestation/chain-cache.ts';
import { verifyAttestation } from '../proto/attestation/verify.ts';
import { encodePem } from '../proto/x509/pem.ts';
import { AttestationAuthority } from '../tests/support/attestation-authority.ts';
import { ProxyEnclave } from '../tests/support/proxy-enclave.ts';
import { startTruce } from '../tests/support/truce-command.ts';
import { interleave, median, type Row } from './measure.ts';

const CERTIFICATES = 200;
const AT_ONCE = 8;
const ROUNDS = 5;
const NONCE_BYTES = 32;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

interface Sent {
  readonly status: number;
  readonly location: string;
  readonly body: Buffer;
}

function post(url: string, type: string, body: Buffer): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location ?? '',
          body: Buffer.concat(pieces),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** So many a second, some at once. */
async function rate(items: number, work: (index: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < items) await work(next++);
    }),
  );
  return items / ((performance.now() - start) / 1000);
}

export async function measureProxyAttestation(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  const authority = await AttestationAuthority.create({ time: Date.now() });
  const enclave = new ProxyEnclave(authority, new Uint8Array(32).fill(7));
  const csr = await enclave.request();
  const server = await startServer(folder, authority);
  const bare = await startBare();
  try {
    const boundary = randomBytes(16).toString('hex');
    const type = `multipart/form-data; boundary=${boundary}`;
    const form = (token: Uint8Array): Buffer => formOf(boundary, { token, csr });
    const sizes = { form: 0, answer: 0 };
    const start = async (): Promise<Sent> => {
      const sent = await post(`${server.url}/proxy/v1/Start`, 'text/plain', Buffer.alloc(0));
      if (sent.status !== 201) throw new Error(`a challenge was refused: ${sent.status}`);
      return sent;
    };
    const issue = async (): Promise<number> => {
      const challenges: Sent[] = [];
      await rate(CERTIFICATES, async () => void challenges.push(await start()));
      const forms: Buffer[] = [];
      for (const { body } of challenges) forms.push(form(await enclave.document(new Uint8Array(body), csr)));
      sizes.form = forms[0]!.length;
      return rate(CERTIFICATES, async (index) => {
        const answer = await post(
          `${server.url}/proxy/v1/Nitro/${challenges[index]!.location}`,
          type,
          forms[index]!,
        );
        if (answer.status !== 200) throw new Error(`refused: ${answer.body.toString()}`);
        sizes.answer = answer.body.length;
      });
    };
    // Once before, for the sizes that fastify alone is to take and give.
    await issue();
    const rates = await interleave(ROUNDS, {
      issue,
      bareIssue: () => {
        const body = Buffer.alloc(sizes.form, 0x5a);
        return rate(CERTIFICATES, async () => void (await post(`${bare.url}/${sizes.answer}`, type, body)));
      },
      crypto: () => measureCrypto(authority, enclave, csr),
      start: () => rate(CERTIFICATES, async () => void (await start())),
      bareStart: () =>
        rate(
          CERTIFICATES,
          async () => void (await post(`${bare.url}/${NONCE_BYTES}`, 'text/plain', Buffer.alloc(0))),
        ),
    });
    const row = (what: string, ours: readonly number[], others: readonly number[]): Row => ({
      what,
      truce: `${Math.round(median(ours))}/s`,
      other: `${Math.round(median(others))}/s`,
      ratio: (median(ours) / median(others)).toFixed(2),
      goal: '',
    });
    const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
    return [
      row(
        `certificates, ${AT_ONCE} at once (${kib(sizes.form)} in, ${kib(sizes.answer)} out)`,
        rates.issue,
        rates.bareIssue,
      ),
      row('the same against one verification and one signature, no HTTP', rates.issue, rates.crypto),
      row('challenges, kept in the database', rates.start, rates.bareStart),
    ];
  } finally {
    agent.destroy();
    await server.stop();
    bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One document verified, its chain known, and one signature on P-256. */
async function measureCrypto(
  authority: AttestationAuthority,
  enclave: ProxyEnclave,
  csr: Uint8Array,
): Promise<number> {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const signAsync = promisify(sign);
  const cache = new VerifiedChainCache();
  const document = await enclave.document(new Uint8Array(NONCE_BYTES), csr);
  const crypto = webcrypto as unknown as Crypto;
  return rate(CERTIFICATES, async () => {
    await verifyAttestation(document, { crypto, time: Date.now(), roots: [authority.root], cache });
    await signAsync('sha256', document, key);
  });
}

function formOf(boundary: string, fields: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${Buffer.from(value).toString('base64')}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--${boundary}--\r\n`, 'latin1');
}

async function startServer(
  folder: string,
  authority: AttestationAuthority,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const config = join(folder, 'proxy.json');
  writeFileSync(join(folder, 'root.pem'), encodePem('CERTIFICATE', authority.root));
  writeFileSync(
    config,
    JSON.stringify({
      database: 'attestations.db',
      ca_certificate: 'ca.pem',
      ca_key: 'ca-key.pem',
      trust_roots: ['root.pem'],
      measurements: [{ pcr0: '01'.repeat(48) }],
      limits: { challengesPerAddress: 1_000_000, challenges: 1_000_000, requestsPerMinute: 1_000_000 },
    }),
  );
  const args = ['proxy-attestation', 'serve', '--config', config, '--listen', '127.0.0.1:0', '--json'];
  const command = startTruce(args);
  let text = '';
  for await (const chunk of command.process.stdout!) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  return {
    url: (JSON.parse(text) as { url: string }).url,
    stop: async () => {
      command.process.kill('SIGINT');
      await command.outcome;
    },
  };
}

async function startBare(): Promise<{ readonly url: string; stop(): void }> {
  const child = fork(fileURLToPath(new URL('bare-fastify-server.js', import.meta.url)));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { url, stop: () => child.disconnect() };
}
