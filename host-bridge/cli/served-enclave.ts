/** An enclave that serves one policy: launched, given the policy, and put behind a relay. */
import type { HostAndPort } from '../../proto/policy/model.ts';
import { AdminListener, isLoopback } from '../admin/admin-listener.ts';
import { EnclaveWatch } from '../admin/enclave-watch.ts';
import { type Destination, describeDestination } from '../kms-proxy/destination.ts';
import { KmsProxy } from '../kms-proxy/kms-proxy.ts';
import type { ExitStatus } from '../launcher/child-program.ts';
import { givePolicy } from '../launcher/give-policy.ts';
import { measurementsJson } from '../launcher/measurement.ts';
import type { EnclaveTrust, Launcher, RunningEnclave } from '../launcher/running-enclave.ts';
import { servicesPort } from '../launcher/services-port.ts';
import { CertificateKeeper } from '../proxy-attestation-client/certificate-keeper.ts';
import { defaultHttpPlaneOptions } from '../relay/http-plane.ts';
import { defaultRelayOptions } from '../relay/relay.ts';
import { RelaySupervisor } from '../relay/supervisor.ts';
import type { HostPort } from './option-values.ts';

export interface ServeRequest {
  /** The policy's exact text and its SHA-256 in hexadecimal. */
  readonly policy: string;
  readonly policyHash: string;
  readonly listen: HostPort;
  /** Where the HTTP plane of older clients listens, and where the admin listener does: nowhere unless told. */
  readonly http?: HostPort | undefined;
  readonly admin?: HostPort | undefined;
  /** Where the enclave services are offered: nowhere unless told. */
  readonly services?: HostPort | undefined;
  /** Starts the enclave; its errors are those of `ServedEnclave.start`. */
  readonly launch: (signal: AbortSignal) => Promise<RunningEnclave>;
  /** The relay's script. */
  readonly relayProgram: string;
  readonly signal: AbortSignal;
  /** The proxy attestation server that certifies the endpoint; undefined: the endpoint certifies itself. */
  readonly proxy: HostAndPort | undefined;
  /** Where the enclave may connect to, and who is told of each connection that could not be made. */
  readonly kmsDestinations: readonly Destination[];
  readonly kmsFailed: (destination: Destination, reason: string) => void;
  /** Told of each certificate that could not be had in time, until when the one before is good, and of the next attempt. */
  readonly notRenewed: (error: Error, notAfter: number, next: number) => void;
  /** Told of a certificate that came after such a failure. */
  readonly renewedAgain: (notAfter: number) => void;
  /** Told of each end of the relay that nobody asked for. */
  readonly restarting: (why: string) => void;
}

/** What a client has to know, and who runs this wants to see. */
export interface ServeFacts {
  readonly launcher: Launcher;
  readonly address: HostPort;
  /** The HTTP plane's, and the admin listener's. */
  readonly http?: HostPort;
  readonly admin?: HostPort;
  /** Where callers of the enclave services connect. */
  readonly services?: HostPort;
  /** Where the enclave may connect to, by the door that it dials: `8000=kms.eu-west-1.amazonaws.com:443`. */
  readonly kmsProxy?: readonly string[];
  readonly policyHash: string;
  readonly instanceId: string;
  /** Who issued the endpoint's certificate, and until when the first one is good (ISO 8601). */
  readonly certificate: {
    readonly issuer: 'self' | 'proxy';
    readonly proxy?: string;
    readonly notAfter?: string;
  };
  /** Lower-case hexadecimal by register. */
  readonly pcrs: Readonly<Record<string, string>>;
  /** Whose word clients have to take: a root's of its own, the emulator's, or AWS's. */
  readonly trust: EnclaveTrust['kind'];
  /** The PEM file to name with `--trust-root`, where the trust is a root's. */
  readonly trustRoot?: string;
  readonly pid: number;
  /** Where the machine's console is written to. */
  readonly console?: string;
}

export class ServedEnclave {
  readonly #enclave: RunningEnclave;
  readonly #relay: RelaySupervisor;
  readonly #services: RelaySupervisor | undefined;
  readonly #certificate: CertificateKeeper | undefined;
  readonly #admin: AdminListener | undefined;
  readonly #kmsProxy: KmsProxy;
  readonly facts: ServeFacts;

  private constructor(
    enclave: RunningEnclave,
    relay: RelaySupervisor,
    services: RelaySupervisor | undefined,
    certificate: CertificateKeeper | undefined,
    admin: AdminListener | undefined,
    kmsProxy: KmsProxy,
    facts: ServeFacts,
  ) {
    this.#enclave = enclave;
    this.#relay = relay;
    this.#services = services;
    this.#certificate = certificate;
    this.#admin = admin;
    this.#kmsProxy = kmsProxy;
    this.facts = facts;
  }

  /** Errors of the launcher, of the proxy's client, POLICY_NOT_TAKEN, RELAY_FAILED; then nothing is left running. */
  static async start(request: ServeRequest): Promise<ServedEnclave> {
    const enclave = await request.launch(request.signal);
    let certificate: CertificateKeeper | undefined;
    let relay: RelaySupervisor | undefined;
    let services: RelaySupervisor | undefined;
    let kmsProxy: KmsProxy | undefined;
    try {
      kmsProxy = await KmsProxy.listen({
        destinations: request.kmsDestinations,
        enclave: enclave.dataTarget,
        failed: request.kmsFailed,
      });
      const instanceId = await givePolicy(enclave, request);
      certificate = await certify(enclave, request);
      request.signal.throwIfAborted();
      relay = await startRelay(enclave, request);
      services = await startServicesRelay(enclave, request);
      const admin = await listenAdmin(enclave, relay, certificate, request);
      const { HashAlgorithm, ...pcrs } = measurementsJson(enclave.measurements).Measurements ?? {};
      const { launcher, trust, consolePath } = enclave;
      return new ServedEnclave(enclave, relay, services, certificate, admin, kmsProxy, {
        launcher,
        address: relay.address,
        ...(relay.httpAddress === undefined ? {} : { http: relay.httpAddress }),
        ...(admin === undefined ? {} : { admin: admin.address }),
        ...(services === undefined ? {} : { services: services.address }),
        ...(request.kmsDestinations.length === 0
          ? {}
          : { kmsProxy: request.kmsDestinations.map(describeDestination) }),
        policyHash: request.policyHash,
        instanceId,
        certificate: describeCertificate(certificate, request.proxy),
        pcrs,
        trust: trust.kind,
        ...(trust.kind === 'root' ? { trustRoot: trust.certificatePath } : {}),
        pid: enclave.pid,
        ...(consolePath === undefined ? {} : { console: consolePath }),
      });
    } catch (error) {
      certificate?.stop();
      await Promise.all([relay?.stop(), services?.stop()]);
      await kmsProxy?.stop();
      await enclave.stop();
      throw error;
    }
  }

  /** Settles when the enclave is gone. */
  get exited(): Promise<ExitStatus> {
    return this.#enclave.exited;
  }

  async stop(): Promise<void> {
    this.#certificate?.stop();
    await Promise.all([
      this.#relay.stop(),
      this.#services?.stop(),
      this.#admin?.stop(),
      this.#kmsProxy.stop(),
      this.#enclave.stop(),
    ]);
  }

  /** Ends the enclave at once. */
  kill(): void {
    this.#enclave.kill();
  }
}

function startRelay(enclave: RunningEnclave, request: ServeRequest): Promise<RelaySupervisor> {
  const { relayProgram, listen, http, restarting } = request;
  return RelaySupervisor.start({
    program: relayProgram,
    relay: {
      ...defaultRelayOptions,
      listen,
      target: enclave.dataTarget,
      ...(http === undefined ? {} : { http: { ...defaultHttpPlaneOptions, listen: http } }),
    },
    restarting,
  });
}

/** A relay of its own: bytes of TLS again, to another port. */
async function startServicesRelay(
  enclave: RunningEnclave,
  { relayProgram, services, restarting }: ServeRequest,
): Promise<RelaySupervisor | undefined> {
  if (services === undefined) return undefined;
  const target = enclave.target(await servicesPort(enclave, !isLoopback(services.host)));
  const relay = { ...defaultRelayOptions, listen: services, target };
  return RelaySupervisor.start({ program: relayProgram, relay, restarting });
}

async function listenAdmin(
  enclave: RunningEnclave,
  relay: RelaySupervisor,
  certificate: CertificateKeeper | undefined,
  { admin }: ServeRequest,
): Promise<AdminListener | undefined> {
  if (admin === undefined) return undefined;
  return AdminListener.listen({
    listen: admin,
    enclave: new EnclaveWatch(() => enclave.connectControl()),
    relay: () => ({ running: relay.running, restarts: relay.restarts, counts: relay.counts }),
    certificateExpiry: () => certificate?.notAfter,
  });
}

/** Has the endpoint certified before anyone can connect, and keeps it so. */
async function certify(
  enclave: RunningEnclave,
  { proxy, signal, notRenewed, renewedAgain }: ServeRequest,
): Promise<CertificateKeeper | undefined> {
  if (proxy === undefined) return undefined;
  let late = false;
  const keeper = await CertificateKeeper.start({
    proxy,
    connectControl: () => enclave.connectControl(),
    signal,
    failed: (error, next) => {
      late = true;
      notRenewed(error, keeper.notAfter, next);
    },
    renewed: (notAfter) => {
      if (late) renewedAgain(notAfter);
      late = false;
    },
  });
  return keeper;
}

function describeCertificate(
  certificate: CertificateKeeper | undefined,
  proxy: HostAndPort | undefined,
): ServeFacts['certificate'] {
  if (certificate === undefined || proxy === undefined) return { issuer: 'self' };
  return { issuer: 'proxy', proxy: proxy.text, notAfter: new Date(certificate.notAfter).toISOString() };
}
