/** From a message to what is done for it: the one place where requests of the data plane are told apart. */
import type { TLSSocket } from 'node:tls';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { Policy, PolicyIdentity } from '../../proto/policy/model.ts';
import type { SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import type { DataRequestHeader, Request } from '../../proto/wire/request-codec.ts';
import type { ResponseBody } from '../../proto/wire/response-codec.ts';
import type { FileContent } from '../vfs/content.ts';
import type { ChannelAttestation } from './channel-attestation.ts';
import { ChunkedWrites } from './chunked-writes.ts';
import type { ClientFiles } from './client-files.ts';
import type { ClientLiveFiles, LiveSubscription } from './live-files.ts';
import type { PipelineRuns } from './pipeline-runs.ts';
import type { ProgramRuns } from './program-runs.ts';
import type { Receipts, RunOrigin } from './receipts.ts';
import { Upload } from './upload.ts';

/** What a request is answered with: a small message, or bytes of a content that is disposed of afterwards. */
export type Answer =
  | { readonly kind: 'message'; readonly body: ResponseBody; readonly afterwards?: () => void }
  | { readonly kind: 'contents'; readonly content: FileContent }
  | {
      readonly kind: 'range';
      readonly content: FileContent;
      readonly offset: number;
      readonly length: number;
    };

/** Who asks, and over which connection. */
export interface Caller {
  readonly identity: PolicyIdentity;
  readonly socket: TLSSocket;
}

export interface RequestServerOptions {
  readonly policy: Policy;
  readonly policyHash: Uint8Array;
  readonly files: ClientFiles;
  readonly live: ClientLiveFiles;
  readonly runs: ProgramRuns;
  readonly pipelines: PipelineRuns;
  readonly attestation: ChannelAttestation;
  /** Where the policy asks for them. */
  readonly receipts: Receipts | undefined;
  readonly shutDown: () => void;
}

export class RequestServer {
  readonly #options: RequestServerOptions;

  constructor(options: RequestServerOptions) {
    this.#options = options;
  }

  openChunkedWrites(): ChunkedWrites {
    return new ChunkedWrites(this.#options.files);
  }

  beginUpload(header: DataRequestHeader, caller: Caller, chunked: ChunkedWrites): Upload {
    return new Upload(header, caller.identity, this.#options.files, chunked);
  }

  /** @throws TruceError with the status and code to answer */
  subscribe(request: Request & { kind: 'subscribe' }, { identity }: Caller): LiveSubscription {
    return this.#options.live.subscribe(identity, request.fileName, request.offset);
  }

  /** @throws TruceError with the status and code to answer */
  async handle(request: Request, caller: Caller, signal: AbortSignal): Promise<Answer> {
    const { files, live, runs, pipelines, attestation, policyHash, shutDown } = this.#options;
    const { identity } = caller;
    switch (request.kind) {
      case 'attest': {
        const document = await attestation.attest(caller.socket, request.nonce);
        return message({ kind: 'attestation', document, instanceId: attestation.instanceId });
      }
      case 'read_file':
        return { kind: 'contents', content: files.openForReading(identity, request.fileName) };
      case 'read_range': {
        const content = files.openForReading(identity, request.fileName);
        return { kind: 'range', content, ...clip(request.offset, request.length, content.size) };
      }
      case 'list':
        return message({ kind: 'listing', entries: files.list(identity, request.path) });
      case 'stat':
        return message({ kind: 'file_stat', ...files.stat(identity, request.path) });
      case 'remove':
        files.remove(identity, request.path);
        return message({ kind: 'none' });
      case 'end_live':
        live.end(identity, request.fileName);
        return message({ kind: 'none' });
      case 'request_result':
        return exit(await runs.run(identity, request.fileName, signal, this.#origin(request, caller)));
      case 'request_pipeline':
        return exit(await pipelines.run(identity, request.fileName, signal, this.#origin(request, caller)));
      case 'receipt':
        return message({ kind: 'receipt', ...(await this.#receipt(request, caller, signal)) });
      case 'request_pi_hash':
        return message({
          kind: 'pi_hash',
          data: hexText(await files.hash(identity, request.fileName, signal)),
        });
      case 'request_policy_hash':
        return message({ kind: 'policy_hash', data: hexText(policyHash) });
      case 'request_shutdown':
        if (!identity.mayShutDown)
          throw new TruceError('ACCESS_DENIED', { operation: 'shut down', path: 'the enclave' });
        return { ...message({ kind: 'none' }), afterwards: shutDown };
      default:
        throw new TruceError('REQUEST_UNSUPPORTED', { request: request.kind });
    }
  }

  #origin({ context }: Request, session: Caller): RunOrigin {
    this.#options.receipts?.forget(session, context);
    return { session, context };
  }

  #receipt(
    request: Request & { kind: 'receipt' },
    caller: Caller,
    signal: AbortSignal,
  ): Promise<SignedReceipt> {
    const { receipts } = this.#options;
    const { target, fileName } = request;
    if (receipts === undefined) throw new TruceError('REQUEST_UNSUPPORTED', { request: 'receipt' });
    if ((fileName === '') === (target === 0))
      throw new TruceError('MESSAGE_INVALID', { reason: 'a receipt is of one request, or of one file' });
    if (fileName !== '') return receipts.ofFile(caller.identity, fileName, signal);
    return receipts.ofRequest(caller.identity, caller, target, signal);
  }
}

function message(body: ResponseBody): Answer & { kind: 'message' } {
  return { kind: 'message', body };
}

/** Veracruz's clients read the exit code as four little-endian bytes. */
function exit(code: number): Answer {
  if (code !== 0) throw new TruceError('PROGRAM_EXITED', { exitCode: code });
  return message({ kind: 'result', data: new Uint8Array(4) });
}

/** Veracruz sends hashes as lower-case hexadecimal text. */
function hexText(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(toHex(bytes));
}

/** What of a range lies within the file: reading at or beyond the end gives nothing. */
function clip(offset: number, length: number, size: number): { offset: number; length: number } {
  const start = Math.min(offset, size);
  return { offset: start, length: Math.min(length, size - start) };
}
