/** One line each way over a connection of its own: how the attestation service is spoken to. */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { dial } from '../relay/dial.ts';
import type { DialTarget } from '../relay/dial-target.ts';

export interface LineExchange {
  readonly target: DialTarget;
  /** What is sent, its newline included. */
  readonly request: string;
  /** The longest answer, in bytes without its newline. */
  readonly limit: number;
  /** How long all of it may take. */
  readonly milliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

const NEWLINE = 0x0a;

/**
 * The answer up to its newline; what may follow is not read.
 * @throws TruceError ENCLAVE_UNREACHABLE, ATTESTATION_SERVICE_TIMEOUT, ATTESTATION_SERVICE_ANSWER; the signal's reason
 */
export async function exchangeLine(exchange: LineExchange): Promise<Uint8Array> {
  const { target, request, limit, milliseconds, signal } = exchange;
  const timeout = AbortSignal.timeout(milliseconds);
  const ending = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let socket: Socket | undefined;
  try {
    socket = await reach(target, ending);
    return await ask(socket, request, limit, ending);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (timeout.aborted) throw new TruceError('ATTESTATION_SERVICE_TIMEOUT', { milliseconds });
    throw error;
  } finally {
    socket?.destroy();
  }
}

async function reach(target: DialTarget, signal: AbortSignal): Promise<Socket> {
  try {
    return await dial(target, {}, signal);
  } catch (error) {
    if (error instanceof TruceError || signal.aborted) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new TruceError('ENCLAVE_UNREACHABLE', { port: portOf(target), reason }, { cause: error });
  }
}

/** A socket of the process launcher is named after its port. */
function portOf(target: DialTarget): number | string {
  return target.kind === 'unix' ? target.path.slice(target.path.lastIndexOf('/') + 1) : target.port;
}

function ask(socket: Socket, request: string, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(NEWLINE);
      const piece = end === -1 ? chunk : chunk.subarray(0, end);
      length += piece.length;
      if (length > limit) {
        socket.destroy();
        reject(unusable(`it is over ${limit} bytes`));
        return;
      }
      pieces.push(piece);
      if (end !== -1) resolve(Buffer.concat(pieces, length));
    });
    const ended = () =>
      reject(unusable(length === 0 ? 'the connection ended without one' : 'the connection ended within it'));
    socket.once('end', ended).once('close', ended);
    socket.on('error', (error: NodeJS.ErrnoException) => reject(unusable(error.code ?? error.message)));
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    // Not ended: some transports take the end of one direction for that of both.
    socket.write(request);
  });
}

function unusable(reason: string): TruceError {
  return new TruceError('ATTESTATION_SERVICE_ANSWER', { reason });
}
