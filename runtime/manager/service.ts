/** Everything that serves one policy: its files, its programs, its TLS end and the sessions on it. */
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { TruceError } from '../../proto/errors.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import { ComponentCache } from '../executor/component-cache.ts';
import { Executor } from '../executor/executor.ts';
import type { OutputStream } from '../executor/run-protocol.ts';
import {
  type CertificateSubject,
  makeEndpointCertificate,
  RENEW_MILLISECONDS,
} from '../session/endpoint-certificate.ts';
import type { EndpointKey } from '../session/endpoint-key.ts';
import { refuseSession, Session } from '../session/session.ts';
import { type AcceptParty, type IssuedCertificate, TlsEndpoint } from '../session/tls-endpoint.ts';
import { FileSystem } from '../vfs/file-system.ts';
import { MEMFD_CHUNK_BYTES, MemfdContents } from '../vfs/memfd-content.ts';
import { ChannelAttestation } from './channel-attestation.ts';
import { ClientFiles } from './client-files.ts';
import { FunctionRuns } from './function-runs.ts';
import { makeInitialFiles, nowNanoseconds } from './initial-files.ts';
import { ClientLiveFiles } from './live-files.ts';
import { PipelineRuns } from './pipeline-runs.ts';
import type { PolicyLimits } from './policy-limits.ts';
import { ProgramRuns } from './program-runs.ts';
import { ReceiptSigner } from './receipt-signer.ts';
import { Receipts } from './receipts.ts';
import { RequestServer } from './request-server.ts';

/** 256 MiB of freed storage are kept for a moment, or an eighth of all where that is less. */
const MOST_SPARE_CHUNKS = 16;

export interface ServiceOptions {
  readonly policy: Policy;
  /** 32 bytes. */
  readonly policyHash: Uint8Array;
  readonly nsm: NitroSecureModule;
  readonly pool: ChildPool;
  /** As far as the policy leaves them. */
  readonly limits: RuntimeLimits;
  /** Those of each program's runs. */
  readonly programLimits: PolicyLimits['programs'];
  readonly key: EndpointKey;
  readonly instanceId: Uint8Array;
  readonly shutDown: () => void;
  /** The endpoint's from the start; its own where there is none. */
  readonly issued?: IssuedCertificate | undefined;
  /** How old the endpoint's certificate gets before the next one is made; well within the life of its document. */
  readonly renewMilliseconds?: number;
}

/** What is being done for the party of a connection, up to its answer; undefined: nothing. */
export type ConnectionWork = () => Promise<void> | undefined;

export class Service {
  /** Runs of programs on what one party brings along. */
  readonly functions: FunctionRuns;
  /** Of channels of the endpoint, whichever door they came by. */
  readonly attestation: ChannelAttestation;
  readonly #options: ServiceOptions;
  readonly #endpoint: TlsEndpoint;
  readonly #executor: Executor;
  readonly #components: ComponentCache;
  readonly #fileSystem: FileSystem;
  readonly #liveFiles: ClientLiveFiles;
  readonly #requests: RequestServer;
  readonly #subject: CertificateSubject;
  readonly #connections = new Set<TLSSocket>();
  /** Those whose handshake is not done, or brought no party of the policy; oldest first. */
  readonly #unproven = new Set<TLSSocket>();
  readonly #sessions = new Map<TLSSocket, Session>();
  readonly #sessionsOf = new Map<PolicyIdentity, number>();
  #renewal: NodeJS.Timeout;

  static async start(options: ServiceOptions): Promise<Service> {
    const { data: measurement } = await options.nsm.describePcr(0);
    const subject = {
      key: options.key,
      instanceId: options.instanceId,
      policyHash: options.policyHash,
      measurement,
      policyExpiry: options.policy.certificateExpiry,
    };
    const { policy, policyHash, nsm, instanceId } = options;
    const certificate = await makeEndpointCertificate(subject, nsm, Date.now());
    const signer = policy.receipts
      ? await ReceiptSigner.create({ nsm, instanceId, policyHash, now: Date.now })
      : undefined;
    return new Service(options, subject, certificate, signer);
  }

  private constructor(
    options: ServiceOptions,
    subject: CertificateSubject,
    certificate: string,
    signer: ReceiptSigner | undefined,
  ) {
    const { policy, policyHash, limits, nsm, key, instanceId, pool } = options;
    this.#options = options;
    this.#subject = subject;
    const contents = new MemfdContents({
      limit: limits.vfsBytes,
      descriptors: limits.vfsDescriptors,
      spareChunks: Math.min(MOST_SPARE_CHUNKS, Math.floor(limits.vfsBytes / 8 / MEMFD_CHUNK_BYTES)),
    });
    const vfsLimits = {
      bytes: limits.vfsBytes,
      inodes: limits.vfsInodes,
      nameBytes: limits.nameBytes,
      pathBytes: limits.pathBytes,
      fileBytes: limits.fileBytes,
    };
    this.#fileSystem = new FileSystem({ contents, limits: vfsLimits, now: nowNanoseconds });
    makeInitialFiles(this.#fileSystem, policy);
    this.#components = new ComponentCache(limits.componentBytes);
    this.#executor = new Executor({
      pool,
      fileSystem: this.#fileSystem,
      contents,
      boundaries: policy.boundaries,
      strategy: policy.strategy,
      clock: policy.enableClock,
      runsAtOnce: limits.runs,
      queuedRuns: limits.queuedRuns,
      liveFiles: policy.liveFiles,
      nativeModules: policy.nativeModules,
      vfsLimits,
      components: this.#components,
      output: (stream, bytes) => this.#output(stream, bytes),
    });
    const { live } = this.#executor;
    const files = new ClientFiles({
      fileSystem: this.#fileSystem,
      contents,
      hashes: policy.fileHashes,
      nativeModules: policy.nativeModules,
      live,
    });
    this.#liveFiles = new ClientLiveFiles(this.#fileSystem, live);
    const receipts = signer && new Receipts({ policy, policyHash, instanceId, signer, limits });
    const runs = new ProgramRuns(policy, files, this.#executor, options.programLimits, receipts);
    this.functions = new FunctionRuns({
      policy,
      files,
      pool,
      limits,
      programLimits: options.programLimits,
      queue: this.#executor.queue,
      components: this.#components,
    });
    this.attestation = new ChannelAttestation(nsm, key.publicKey, instanceId);
    this.#requests = new RequestServer({
      policy,
      policyHash,
      files,
      live: this.#liveFiles,
      runs,
      pipelines: new PipelineRuns(policy, files, runs, live),
      attestation: this.attestation,
      receipts,
      shutDown: options.shutDown,
    });
    this.#endpoint = new TlsEndpoint({
      policy,
      key,
      certificate,
      handshakeMilliseconds: limits.handshakeMilliseconds,
      accept: (socket, identity) => this.#open(socket, identity),
    });
    if (options.issued !== undefined) this.#endpoint.install(options.issued);
    this.#renewal = this.#scheduleRenewal();
  }

  /** Shows this certificate to whoever connects from now on. */
  install(issued: IssuedCertificate): void {
    this.#endpoint.install(issued);
  }

  /** Takes a plain connection; the handshake and who it is come next. */
  accept(socket: Duplex): ConnectionWork {
    if (this.#connections.size >= this.#options.limits.sessions && !this.#dropOldestUnproven()) {
      socket.destroy();
      return () => undefined;
    }
    const connection = this.#endpoint.serve(socket);
    this.#connections.add(connection);
    this.#unproven.add(connection);
    connection.once('close', () => {
      this.#connections.delete(connection);
      this.#unproven.delete(connection);
    });
    return () => this.#sessions.get(connection)?.working;
  }

  /** Takes a connection of another port: the same handshake, certificate and parties, and `accept` in the data plane's place. */
  secure(socket: Duplex, accept: AcceptParty): TLSSocket {
    return this.#endpoint.serve(socket, accept);
  }

  /** Makes room for one that may be a party's: those that have shown no certificate yet must not keep the others out. */
  #dropOldestUnproven(): boolean {
    const [oldest] = this.#unproven;
    if (oldest === undefined) return false;
    this.#unproven.delete(oldest);
    this.#connections.delete(oldest);
    oldest.destroy();
    return true;
  }

  status(): Record<string, unknown> {
    return {
      connections: this.#connections.size,
      sessions: this.#sessions.size,
      certificate: this.#describeCertificate(),
      runs: this.#executor.status,
      subscriptions: this.#liveFiles.subscriptions,
      files: this.#fileSystem.usage(),
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#renewal);
    await Promise.all([...this.#sessions.values()].map((session) => session.end()));
    for (const socket of this.#connections) socket.destroy();
    this.#components.dispose();
  }

  #open(socket: TLSSocket, identity: PolicyIdentity | undefined): void {
    if (identity === undefined) {
      refuseSession(socket, new TruceError('IDENTITY_UNKNOWN'));
      return;
    }
    const count = this.#sessionsOf.get(identity) ?? 0;
    if (count >= this.#options.limits.sessionsPerIdentity) {
      refuseSession(socket, new TruceError('SESSION_LIMIT'));
      return;
    }
    this.#sessionsOf.set(identity, count + 1);
    this.#unproven.delete(socket);
    const session = new Session(socket, identity, this.#requests, this.#options.limits);
    this.#sessions.set(socket, session);
    socket.once('close', () => {
      this.#sessions.delete(socket);
      this.#sessionsOf.set(identity, (this.#sessionsOf.get(identity) ?? 1) - 1);
    });
  }

  #describeCertificate(): Record<string, unknown> {
    const until = this.#endpoint.issuedUntil;
    if (until === undefined) return { issuer: 'self' };
    return { issuer: 'proxy', notAfter: new Date(until).toISOString() };
  }

  /** What programs print is appended to the stream files as it comes. */
  #output(stream: OutputStream, bytes: Uint8Array): undefined {
    const file = this.#fileSystem.streams[stream];
    this.#fileSystem.write(file, bytes, file.content.size);
    this.#executor.live.getFollowed(file)?.grownByRun();
  }

  #scheduleRenewal(): NodeJS.Timeout {
    const age = this.#options.renewMilliseconds ?? RENEW_MILLISECONDS;
    return setTimeout(() => void this.#renew(), age).unref();
  }

  async #renew(): Promise<void> {
    try {
      this.#endpoint.renew(await makeEndpointCertificate(this.#subject, this.#options.nsm, Date.now()));
    } catch (error) {
      // The old one still serves; its document says its age to whoever asks.
      console.error(`the certificate was not renewed: ${error instanceof Error ? error.message : 'unknown'}`);
    }
    this.#renewal = this.#scheduleRenewal();
  }
}
