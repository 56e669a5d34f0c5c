/**
 * A client of a proxy attestation server in its REST form (Veracruz main, proxy_attestation_server, main.go). Nothing that
 * it carries is secret, and the enclave itself judges what comes back: whoever stands between can only deny it.
 */
import { fromHex, toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { HostAndPort } from '../../proto/policy/model.ts';
import { readAtMost } from './bounded-body.ts';
import { proxyProblem } from './proxy-problem.ts';

export interface ProxyChallenge {
  /** A UUID, as the server writes it. */
  readonly id: string;
  /** 16 bytes. */
  readonly idBytes: Uint8Array;
  readonly nonce: Uint8Array;
}

export interface ProxyEvidence {
  readonly document: Uint8Array;
  /** DER. */
  readonly csr: Uint8Array;
  /** 32 bytes; undefined where the request names no policy, as for Veracruz's own server. */
  readonly policyHash: Uint8Array | undefined;
}

/** What a nonce may have: enough to be unguessable, and what the enclave takes. */
const NONCE_BYTES = { least: 16, most: 512 };
/** Two certificates. */
const LONGEST_CHAIN = 64 << 10;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DEFAULT_MILLISECONDS = 10_000;

/** Errors of all requests: PROXY_UNREACHABLE, PROXY_REFUSED, PROXY_ANSWER_INVALID; or the signal's reason. */
export class ProxyAttestationClient {
  readonly address: HostAndPort;
  readonly #milliseconds: number;

  /** @param milliseconds how long an answer may take, body and all */
  constructor(address: HostAndPort, milliseconds: number = DEFAULT_MILLISECONDS) {
    this.address = address;
    this.#milliseconds = milliseconds;
  }

  /** A challenge, good for one attempt. */
  async start(signal?: AbortSignal): Promise<ProxyChallenge> {
    return this.#post('Start', undefined, signal, async (response) => {
      if (response.status !== 201) throw await proxyProblem(response);
      // Upstream writes the bare id; a server that writes a path means the same.
      const id = response.headers.get('location')?.split('/').at(-1) ?? '';
      const idBytes = UUID.test(id) ? fromHex(id.replaceAll('-', '')) : undefined;
      if (idBytes === undefined) throw invalid('a challenge without the UUID of its attempt');
      const nonce = await readAtMost(response, NONCE_BYTES.most);
      if (nonce === undefined || nonce.length < NONCE_BYTES.least)
        throw invalid(`a nonce has ${NONCE_BYTES.least} to ${NONCE_BYTES.most} bytes`);
      return { id, idBytes, nonce };
    });
  }

  /** The endpoint's certificate and its issuer's: DER, one behind the other. What they say is for the enclave to judge. */
  async certify(
    { id }: ProxyChallenge,
    { document, csr, policyHash }: ProxyEvidence,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const form = new FormData();
    form.set('token', Buffer.from(document).toString('base64'));
    form.set('csr', Buffer.from(csr).toString('base64'));
    if (policyHash !== undefined) form.set('policy_hash', toHex(policyHash));
    return this.#post(`Nitro/${id}`, form, signal, async (response) => {
      if (response.status !== 200) throw await proxyProblem(response);
      const chain = await readAtMost(response, LONGEST_CHAIN);
      if (chain === undefined || chain.length === 0)
        throw invalid(`two certificates have up to ${LONGEST_CHAIN} bytes, and some`);
      return chain;
    });
  }

  async #post<T>(
    path: string,
    body: FormData | undefined,
    signal: AbortSignal | undefined,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { host, port, text } = this.address;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/proxy/v1/${path}`;
    const timeout = AbortSignal.timeout(this.#milliseconds);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: either,
        ...(body === undefined ? {} : { body }),
      });
      return await read(response);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof TruceError) throw cause;
      const reason = timeout.aborted ? `no answer in ${this.#milliseconds} ms` : reasonOf(cause);
      throw new TruceError('PROXY_UNREACHABLE', { address: text, reason }, { cause });
    }
  }
}

/** fetch says "fetch failed", and why in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? inner ?? message;
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_ANSWER_INVALID', { reason });
}
