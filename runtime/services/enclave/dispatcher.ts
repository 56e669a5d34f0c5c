/** Finds who answers a request, holds the bounds of what is worked on at once, and turns every failure into an answer. */
import { TruceError } from '../../../proto/errors.ts';
import { readJson } from '../../../proto/json/reader.ts';
import type { RuntimeLimits } from '../../../proto/limits.ts';
import type { ServiceAnswer, ServiceRequest } from '../../../proto/wire/service-message.ts';
import { asTruceError } from '../../manager/incident.ts';
import { invalid, type Payload } from './payload.ts';
import type { EnclaveService, ServiceCaller } from './service.ts';

/** Who asks, and what is to be said of the connection that it asks on. */
export interface CallerConnection {
  readonly caller: ServiceCaller;
  /** Attests this very connection. */
  readonly attestation: EnclaveService;
}

export type DispatcherLimits = Pick<
  RuntimeLimits,
  'serviceCalls' | 'serviceCallsPerCaller' | 'serviceMessageBytes'
>;

const PAYLOAD_DEPTH = 16;
/**
 * Far over what any operation takes; the longest are of 64 arguments and 32 secrets with four fields each. A message full of
 * little values would keep this thread, which is everybody's, for most of a second.
 */
const PAYLOAD_VALUES = 1024;
const NO_PAYLOAD: Payload = new Map();

export class ServiceDispatcher {
  readonly #services: ReadonlyMap<string, EnclaveService>;
  readonly #limits: DispatcherLimits;
  readonly #callsOf = new Map<string, number>();
  #calls = 0;
  #requests = 0;

  constructor(services: readonly EnclaveService[], limits: DispatcherLimits) {
    this.#services = new Map(services.map((service) => [service.type, service]));
    this.#limits = limits;
  }

  /** Requests that have come so far, whatever came of them. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests that are being worked on. */
  get calls(): number {
    return this.#calls;
  }

  /** Never rejects. */
  async answer(
    request: ServiceRequest,
    connection: CallerConnection,
    signal: AbortSignal,
  ): Promise<ServiceAnswer> {
    const { requestId } = request;
    this.#requests += 1;
    try {
      const result = await this.#bounded(connection.caller, () => this.#call(request, connection, signal));
      const payload = new TextEncoder().encode(JSON.stringify(result));
      // In base64, with room for what stands around it.
      const length = Math.ceil(payload.length / 3) * 4 + 1024;
      const limit = this.#limits.serviceMessageBytes;
      if (length > limit) throw new TruceError('SERVICE_ANSWER_TOO_LARGE', { length, limit });
      return { requestId, success: true, errorMessage: null, errorCode: null, payload };
    } catch (error) {
      return failedAnswer(requestId, error);
    }
  }

  async #bounded<T>({ id }: ServiceCaller, work: () => Promise<T>): Promise<T> {
    const { serviceCalls, serviceCallsPerCaller } = this.#limits;
    const own = this.#callsOf.get(id) ?? 0;
    if (own >= serviceCallsPerCaller)
      throw new TruceError('SERVICE_BUSY', { limit: serviceCallsPerCaller, where: 'of this caller' });
    if (this.#calls >= serviceCalls)
      throw new TruceError('SERVICE_BUSY', { limit: serviceCalls, where: 'of all callers' });
    this.#calls += 1;
    this.#callsOf.set(id, own + 1);
    try {
      return await work();
    } finally {
      this.#calls -= 1;
      const left = (this.#callsOf.get(id) ?? 1) - 1;
      if (left === 0) this.#callsOf.delete(id);
      else this.#callsOf.set(id, left);
    }
  }

  async #call(
    { serviceType, operation, payload }: ServiceRequest,
    { caller, attestation }: CallerConnection,
    signal: AbortSignal,
  ): Promise<object> {
    const service = serviceType === attestation.type ? attestation : this.#services.get(serviceType);
    if (service === undefined) throw new TruceError('SERVICE_UNKNOWN', { type: shown(serviceType) });
    const { operations } = service;
    if (operations.length > 0 && !operations.includes(operation))
      throw new TruceError('SERVICE_OPERATION_UNKNOWN', {
        service: serviceType,
        operation: shown(operation),
        operations: operations.join(', '),
      });
    return service.call({ caller, operation, payload: readPayload(payload), signal });
  }
}

/** The answer that says why there is none. */
export function failedAnswer(requestId: string, error: unknown): ServiceAnswer {
  const { code, message } = asTruceError(error);
  return { requestId, success: false, errorMessage: message, errorCode: code, payload: null };
}

function readPayload(payload: Uint8Array): Payload {
  if (payload.length === 0) return NO_PAYLOAD;
  const root = readJson(payload, { bytes: payload.length, depth: PAYLOAD_DEPTH, values: PAYLOAD_VALUES });
  if (root.kind !== 'object') throw invalid('root', 'is not a JSON object');
  return root.members;
}

/** A caller's word in a message: nothing in it can steer a terminal or break a line. */
function shown(word: string): string {
  return word.replace(/[^\x20-\x7e]/g, '?');
}
