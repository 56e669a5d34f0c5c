/**
 * The proxy attestation server: HTTP over one port, in both of Veracruz's forms, over one service, one authority and one
 * database.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { awsNitroRoots } from '../../proto/attestation/roots.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { type ProxyLimits, resolveProxyLimits } from '../../proto/limits.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { Admission, countedAddress } from './admission.ts';
import { AttemptLog } from './attempt-log.ts';
import { AttestationService } from './attestation-service.ts';
import { Authority } from './authority.ts';
import { openAuthorityFiles } from './authority-files.ts';
import { Challenges } from './challenges.ts';
import { ProxyDatabase } from './database.ts';
import { Devices } from './devices.ts';
import { httpFailure } from './http-failure.ts';
import { KnownPolicies } from './known-policies.ts';
import { addMessagePlane, sendLine } from './message-plane.ts';
import {
  DEFAULT_ADDRESS,
  LONGEST_LIFETIME,
  type ProxyAttestationOptions,
  type RemoteAuthority,
} from './options.ts';
import { PsaKeys } from './psa-keys.ts';
import { addRestPlane, sendProblem } from './rest-plane.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the peer's address counts as. */
    countedAddress: string;
  }
}

export interface ProxyAttestationServer {
  /** `http://host:port`. */
  readonly url: string;
  /** DER: what policies name as `proxy_service_cert`. */
  readonly authorityCertificate: Uint8Array;
  /** Takes no more requests, answers those that are there, and closes the database. */
  close(): Promise<void>;
}

const REST_PREFIX = '/proxy/';
/** How often requests are looked for that take too long. */
const CHECKING_MILLISECONDS = 1000;
/** What a stopping server gives its last requests. */
const CLOSING_MILLISECONDS = 5000;

/**
 * Starts a server, whose database and authority come into being where there are none.
 * @throws TruceError PROXY_CONFIGURATION_INVALID, PROXY_AUTHORITY_INVALID, PROXY_AUTHORITY_EXPOSED, PROXY_DATABASE,
 *   PROXY_DATABASE_VERSION, PROXY_LISTEN, LIMIT_INVALID, PEM_INVALID, and those of policies
 */
export async function startProxyAttestationServer(
  options: ProxyAttestationOptions,
): Promise<ProxyAttestationServer> {
  const limits = resolveProxyLimits(options.limits ?? {});
  const now = options.now ?? Date.now;
  const warn = options.warn ?? (() => {});
  requireOptions(options);
  const policies = await KnownPolicies.read(options.policies ?? [], now(), warn);
  if (options.policies === undefined || options.policies.length === 0)
    warn("no policy is known: certificates last their lifetime, whenever their enclaves' policies end");
  const authority = await openAuthority(options, limits, now(), warn);
  for (const [hash, { proxy }] of policies.entries())
    if (!proxy?.certificates.some((certificate) => equalBytes(certificate, authority.certificate)))
      warn(`the policy ${hash} does not name this authority: its parties will not accept what is issued`);
  const database = await ProxyDatabase.open(options.database);
  try {
    const admission = new Admission(limits);
    // Stacks stay here; peers are told the number that finds them.
    const fault = (error: unknown): string => {
      const incident = randomBytes(4).toString('hex');
      warn(
        `incident ${incident}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return incident;
    };
    const service = new AttestationService({
      authority,
      challenges: new Challenges(database, limits),
      log: new AttemptLog(database, limits, fault),
      devices: new Devices(database, options.devices ?? [], limits),
      policies,
      admission,
      nitro: {
        roots: rootsOf(options),
        measurements: options.measurements,
        allowDebug: options.allowDebug ?? false,
        legacy: options.legacy ?? false,
      },
      psa:
        options.psa === undefined
          ? undefined
          : {
              keys: new PsaKeys(options.psa.keys),
              measurements: options.psa.measurements,
              allowDebug: options.allowDebug ?? false,
            },
      lifetimeMilliseconds: options.lifetimeMilliseconds ?? LONGEST_LIFETIME,
      limits,
      now,
      fault,
    });
    const app = await makeApp(service, admission, limits, now, fault);
    const url = await listen(app, options.listen ?? DEFAULT_ADDRESS);
    return {
      url,
      authorityCertificate: authority.certificate,
      close: async () => {
        await closeApp(app);
        database.checkpoint();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function makeApp(
  service: AttestationService,
  admission: Admission,
  limits: ProxyLimits,
  now: () => number,
  fault: (error: unknown) => string,
): Promise<FastifyInstance> {
  // Loaded where they are needed: other commands start without them.
  const [{ default: fastify }, { default: multipart }] = await Promise.all([
    import('fastify'),
    import('@fastify/multipart'),
  ]);
  const app = fastify({
    logger: false,
    trustProxy: false,
    exposeHeadRoutes: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMilliseconds,
    // Node looks for late requests every 30 s unless told.
    http: { connectionsCheckingInterval: Math.min(CHECKING_MILLISECONDS, limits.requestMilliseconds) },
    connectionTimeout: 2 * limits.requestMilliseconds + limits.signMilliseconds,
    keepAliveTimeout: limits.requestMilliseconds,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 64 },
    // Requests that cannot be read as HTTP never get to the handlers below.
    clientErrorHandler: (_error, socket) => {
      socket.destroy();
    },
  });
  app.server.maxConnections = limits.connections;
  app.server.headersTimeout = limits.requestMilliseconds;
  app.server.maxHeadersCount = 64;
  app.decorateRequest('countedAddress', '');
  app.addHook('onRequest', async (request) => {
    request.countedAddress = countedAddress(request.socket.remoteAddress ?? 'unknown');
    admission.request(request.countedAddress, now());
    // Fastify holds bodies that it reads itself to its limit, not those of forms.
    if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes)
      throw new TruceError('PROXY_REQUEST_TOO_LARGE', { limit: limits.bodyBytes });
  });
  // Bodies are read as bytes, whatever they are said to be: Veracruz's clients say nothing, or anything.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await app.register(multipart, {
    throwFileSizeLimit: true,
    limits: {
      fieldNameSize: 32,
      fieldSize: limits.bodyBytes,
      fields: 3,
      fileSize: 0,
      files: 0,
      parts: 3,
      headerPairs: 16,
    },
  });
  app.setNotFoundHandler(async () => {
    throw new TruceError('PROXY_ADDRESS_UNKNOWN');
  });
  app.setErrorHandler((error, request, reply) => {
    const failure = httpFailure(error, fault, limits.bodyBytes);
    if (failure.retry) reply.header('retry-after', '1');
    // What is left of a refused body is not read.
    if (failure.status !== 403 && failure.status !== 404) reply.header('connection', 'close');
    return request.url.startsWith(REST_PREFIX) ? sendProblem(reply, failure) : sendLine(reply, failure);
  });
  addRestPlane(app, service);
  addMessagePlane(app, service);
  return app;
}

async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    throw new TruceError('PROXY_LISTEN', { address, reason }, { cause });
  }
}

/** Requests that do not come to an end are cut off. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSING_MILLISECONDS);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

async function openAuthority(
  { authority }: ProxyAttestationOptions,
  limits: ProxyLimits,
  now: number,
  warn: (line: string) => void,
): Promise<Authority> {
  const bounds = { now, signMilliseconds: limits.signMilliseconds };
  if (isRemote(authority)) return Authority.open(oneCertificate(authority.certificate), authority, bounds);
  const { certificate, signer, made } = await openAuthorityFiles(authority, now);
  if (made)
    warn(
      `there was no authority, so one was made: policies name ${authority.certificateFile} as proxy_service_cert; ` +
        `whoever gets ${authority.keyFile} can certify anything in its name`,
    );
  return Authority.open(certificate, signer, bounds);
}

function isRemote(authority: ProxyAttestationOptions['authority']): authority is RemoteAuthority {
  return 'sign' in authority;
}

function oneCertificate(certificate: Uint8Array | string): Uint8Array {
  if (typeof certificate !== 'string') return certificate;
  const [first, ...more] = decodePemCertificates(certificate);
  if (first === undefined || more.length > 0)
    throw new TruceError('PROXY_AUTHORITY_INVALID', { reason: 'more than one certificate' });
  return first;
}

function rootsOf({ trustRoots }: ProxyAttestationOptions): readonly Uint8Array[] {
  if (trustRoots === undefined) return awsNitroRoots();
  return trustRoots.flatMap((root) => (typeof root === 'string' ? decodePemCertificates(root) : [root]));
}

/** Options that would accept nothing, or more than anybody can have meant. */
function requireOptions(options: ProxyAttestationOptions): void {
  const fail = (reason: string) => new TruceError('PROXY_CONFIGURATION_INVALID', { file: 'options', reason });
  const { lifetimeMilliseconds: lifetime, measurements, trustRoots, psa } = options;
  if (lifetime !== undefined && !(lifetime >= 60_000 && lifetime <= LONGEST_LIFETIME))
    throw fail('certificates last from a minute to 24 hours');
  if (trustRoots?.length === 0) throw fail('the list of trust roots is empty');
  if (measurements !== 'any' && (measurements.length === 0 || measurements.some((set) => set.size === 0)))
    throw fail('an empty list or set of measurements');
  if (psa !== undefined && (psa.keys.length === 0 || psa.measurements.length === 0))
    throw fail('PSA tokens need keys and measurements');
}
