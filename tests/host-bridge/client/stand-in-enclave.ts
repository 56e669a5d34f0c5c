/**
 * A server in an enclave's place: real TLS, real wire, documents really signed under a root of the test's own. Tests bend
 * what it claims, and answer its requests themselves. It enforces nothing: the runtime has tests of its own.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Test } from 'tap';
import { createParty, type DemoParty } from '../../../host-bridge/cli/demo-parties.ts';
import { demoPolicyText } from '../../../host-bridge/cli/demo-policy.ts';
import type { ConnectOptions } from '../../../host-bridge/client/index.ts';
import { encodeTruceExtension, TruceExtension } from '../../../proto/attestation/certificate-extensions.ts';
import { policyPcr16 } from '../../../proto/attestation/measurements.ts';
import { encodePurpose, type Purpose } from '../../../proto/attestation/purpose.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import { type DataRequestHeader, type Request, RequestDecoder } from '../../../proto/wire/request-codec.ts';
import { encodeResponse } from '../../../proto/wire/response-codec.ts';
import { splitCertificates } from '../../../proto/x509/certificate.ts';
import { commonNameOnly, issueCertificate } from '../../../proto/x509/certificate-writer.ts';
import { makeCertificationRequest } from '../../../proto/x509/certification-request.ts';
import { Oid } from '../../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../../proto/x509/pem.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import type { StandInProxyAuthority } from '../../support/stand-in-proxy-authority.ts';

const HOUR = 3_600_000;
const LIMITS = { messageBytes: 2 ** 40, smallMessageBytes: 1 << 20 };

/** What the document, the answer and the certificate say; a test changes some of it. */
export interface Claims {
  nonce: Uint8Array;
  publicKey: Uint8Array;
  pcrs: Map<number, Uint8Array>;
  purpose: Purpose;
  instanceId: Uint8Array;
  exporter: Uint8Array;
  timestamp: number;
  answeredInstanceId: Uint8Array;
}

/** A request as it came; contents, where there are any, joined. */
export type Received = Request | { readonly header: DataRequestHeader; readonly data: Uint8Array };

export interface StandInOptions {
  readonly bend?: (claims: Claims) => void;
  /** Extensions of the endpoint's certificate, in place of true ones. */
  readonly extensions?: (policyHash: Uint8Array) => readonly (readonly [string, Uint8Array])[];
  /** The authority that the policy names as its proxy's, and who issues the endpoint's certificate for a request. */
  readonly proxy?: {
    readonly authority: StandInProxyAuthority;
    /** The endpoint certifies itself unless told. */
    readonly issue?: (csr: Uint8Array) => Promise<Uint8Array>;
  };
  readonly tls?: TlsOptions;
  /** In place of an answer to `attest`. */
  readonly attest?: (socket: TLSSocket, request: Request) => void;
  /** Answers every other request. */
  readonly serve?: (received: Received, socket: TLSSocket) => void;
  /** In place of reading requests at all. */
  readonly connection?: (socket: TLSSocket) => void;
}

export const PCR0 = new Uint8Array(48).fill(0xa0);
export const INSTANCE_ID = new Uint8Array(16).fill(0x1d);

let parties: Promise<readonly [DemoParty, DemoParty, DemoParty]> | undefined;
let authority: Promise<AttestationAuthority> | undefined;

export class StandInEnclave {
  readonly options: ConnectOptions;
  /** Everything that any client has sent. */
  readonly received: Received[] = [];
  /** A party of no policy. */
  static readonly stranger = () => createParty('stranger', Date.now() + HOUR);

  readonly #sockets: Set<TLSSocket>;

  private constructor(options: ConnectOptions, sockets: Set<TLSSocket>) {
    this.options = options;
    this.#sockets = sockets;
  }

  /** Reads nothing more, until the function that it gives is called. */
  pause(): () => void {
    for (const socket of this.#sockets) socket.pause();
    return () => {
      for (const socket of this.#sockets) socket.resume();
    };
  }

  static async start(t: Test, behaviour: StandInOptions = {}): Promise<StandInEnclave> {
    parties ??= Promise.all([makeParty('institute'), makeParty('registry'), makeParty('ministry')]);
    authority ??= AttestationAuthority.create({ time: Date.now() });
    const [institute, registry, ministry] = await parties;
    const signer = await authority;
    const withoutProxy = demoPolicyText({
      institute,
      registry,
      ministry,
      program: Buffer.from('program'),
      pcr0: PCR0,
      address: 'enclave.test:3011',
      expiry: Date.now() + HOUR,
    });
    const policy = withProxy(withoutProxy, behaviour.proxy?.authority);
    const policyHash = createHash('sha256').update(policy).digest();
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const server = createServer({
      key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: await endpointCertificate(
        key,
        behaviour.extensions?.(policyHash) ?? truthful(policyHash),
        behaviour.proxy?.issue,
      ),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ciphers: 'TLS_CHACHA20_POLY1305_SHA256',
      ...behaviour.tls,
    });
    const sockets = new Set<TLSSocket>();
    server.on('secureConnection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      if (behaviour.connection !== undefined) behaviour.connection(socket);
      else serveRequests(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const options = {
      address: { host: '127.0.0.1', port },
      policy,
      identity: ministry,
      trust: { roots: [signer.root] },
    };
    const enclave = new StandInEnclave(options, sockets);
    return enclave;

    function serveRequests(socket: TLSSocket): void {
      let upload: { header: DataRequestHeader; parts: Uint8Array[] } | undefined;
      // Answers come in the order of the requests; a document takes its time.
      let attesting: Promise<void> | undefined;
      const receive = (received: Received) => {
        enclave.received.push(received);
        if ('header' in received || received.kind !== 'attest') {
          if (attesting === undefined) behaviour.serve?.(received, socket);
          else void attesting.then(() => behaviour.serve?.(received, socket));
        } else if (behaviour.attest !== undefined) behaviour.attest(socket, received);
        else {
          const answered = answerAttest(socket, received.context, received.nonce).then(() => {
            if (attesting === answered) attesting = undefined;
          });
          attesting = answered;
        }
      };
      const decoder = new RequestDecoder(
        {
          request: receive,
          dataBegin: (header) => {
            upload = { header, parts: [] };
          },
          data: (piece) => upload!.parts.push(piece),
          dataEnd: () => receive({ header: upload!.header, data: concatBytes(...upload!.parts) }),
        },
        LIMITS,
      );
      socket.on('data', (chunk) => decoder.push(chunk));
    }

    async function answerAttest(socket: TLSSocket, context: number, nonce: Uint8Array): Promise<void> {
      const sha384 = (data: Uint8Array) => createHash('sha384').update(data).digest();
      const claims: Claims = {
        nonce,
        publicKey: key.publicKey.export({ type: 'spki', format: 'der' }),
        pcrs: new Map([
          [0, PCR0],
          [1, new Uint8Array(48).fill(1)],
          [2, new Uint8Array(48).fill(2)],
          [16, new Uint8Array(await policyPcr16(policyHash, sha384))],
        ]),
        purpose: 'truce/channel/v1',
        instanceId: INSTANCE_ID,
        exporter: socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)),
        timestamp: signer.time,
        answeredInstanceId: INSTANCE_ID,
      };
      behaviour.bend?.(claims);
      const document = await signer.document({
        nonce: new Uint8Array(claims.nonce),
        publicKey: new Uint8Array(claims.publicKey),
        pcrs: claims.pcrs,
        userData: encodePurpose(claims.purpose, concatBytes(claims.instanceId, claims.exporter)),
        timestamp: claims.timestamp,
      });
      const instanceId = claims.answeredInstanceId;
      socket.write(encodeResponse({ context, status: 1, kind: 'attestation', document, instanceId }));
    }
  }
}

function makeParty(name: string): Promise<DemoParty> {
  return createParty(name, Date.now() + 2 * HOUR);
}

function withProxy(policy: string, authority: StandInProxyAuthority | undefined): string {
  if (authority === undefined) return policy;
  const proxy = { proxy_attestation_server_url: 'proxy.test:3010', proxy_service_cert: authority.pem };
  return JSON.stringify({ ...JSON.parse(policy), ...proxy });
}

function truthful(policyHash: Uint8Array): readonly (readonly [string, Uint8Array])[] {
  return [
    [TruceExtension.POLICY_HASH, encodeTruceExtension(policyHash)],
    [TruceExtension.INSTANCE_ID, encodeTruceExtension(INSTANCE_ID)],
    [TruceExtension.MEASUREMENT, encodeTruceExtension(PCR0)],
  ];
}

async function endpointCertificate(
  key: ReturnType<typeof generateEcKey>,
  claims: readonly (readonly [string, Uint8Array])[],
  issue: ((csr: Uint8Array) => Promise<Uint8Array>) | undefined,
): Promise<string> {
  const extensions = claims.map(([identifier, value]) => ({ identifier, critical: false, value }));
  const publicKey = new Uint8Array(key.publicKey.export({ type: 'spki', format: 'der' }));
  const signWithKey = async (tbs: Uint8Array) =>
    new Uint8Array(sign('sha256', tbs, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }));
  if (issue !== undefined) {
    const subject = commonNameOnly('truce-enclave');
    const chain = await issue(
      await makeCertificationRequest({ subject, publicKey, extensions }, signWithKey),
    );
    return encodePem('CERTIFICATE', splitCertificates(chain)[0]!);
  }
  const name = commonNameOnly('enclave');
  const der = await issueCertificate(
    {
      serial: Uint8Array.of(1),
      issuer: name,
      subject: name,
      notBefore: Date.now() - HOUR,
      notAfter: Date.now() + HOUR,
      publicKey,
      extensions,
      signatureAlgorithm: Oid.ECDSA_SHA256,
    },
    signWithKey,
  );
  return encodePem('CERTIFICATE', der);
}

function generateEcKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
