/** What `truce client` does in a session, as a plan made from the options before anything is sent. */
import type { Readable } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import { RemoteError, type TruceSession } from '../client/index.ts';
import type { TrustOptions } from '../client/trust.ts';
import { feed, follow } from './client-live.ts';
import { saveReceipt } from './client-receipts.ts';
import { printable } from './command-io.ts';
import { describeFailure } from './failure.ts';
import { download, openUpload } from './local-transfer.ts';
import type { Assignment } from './option-values.ts';
import type { ProgressLine } from './progress.ts';

export interface OperationOptions {
  readonly program?: readonly Assignment[];
  readonly data?: readonly Assignment[];
  readonly append?: readonly Assignment[];
  /** Live files that are added to until what is fed ends. */
  readonly feed?: readonly Assignment[];
  /** Live files that are taken up to their end. */
  readonly follow?: readonly Assignment[];
  readonly run?: readonly string[];
  readonly pipeline?: readonly string[];
  readonly results?: readonly Assignment[];
  /** Where the receipt of the last run or pipeline goes. */
  readonly receipt?: string;
  readonly receiptOf?: readonly Assignment[];
  readonly list?: readonly string[];
  readonly shutdown?: boolean;
}

/** What came of an operation: a line for people, and the same as fields for JSON. */
export interface OperationFact {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface OperationContext {
  readonly session: TruceSession;
  readonly signal: AbortSignal;
  readonly line: ProgressLine;
  readonly stdin: Readable;
  readonly stdout: NodeJS.WritableStream;
  readonly trust: TrustOptions;
}

export interface Operation {
  /** What a progress line says. */
  readonly label: string;
  perform(context: OperationContext): Promise<OperationFact>;
}

/**
 * The operations in their order, which does not hang on the command line's: programs, data, appended data, what is
 * fed, runs and pipelines, receipts, what is followed, results, listings, shutdown. Veracruz's client has the same,
 * without receipts and live files.
 */
export function planOperations(options: OperationOptions): readonly Operation[] {
  return [
    ...(options.program ?? []).map((assignment) => upload('program', assignment)),
    ...(options.data ?? []).map((assignment) => upload('data', assignment)),
    ...(options.append ?? []).map((assignment) => upload('append', assignment)),
    ...(options.feed ?? []).map(feed),
    ...runs(options),
    ...(options.receiptOf ?? []).map(receiptOf),
    ...(options.follow ?? []).map(follow),
    ...(options.results ?? []).map(results),
    ...(options.list ?? []).map(list),
    ...(options.shutdown === true ? [shutdown] : []),
  ];
}

function upload(operation: 'program' | 'data' | 'append', { name, file }: Assignment): Operation {
  return {
    label: `sending ${name}`,
    async perform({ session, signal, line, stdin }) {
      const { source, size, close } = await openUpload(file, stdin);
      try {
        const options = { signal, onProgress: line.update };
        if (operation === 'append') await session.appendFile(name, source, options);
        else await session.writeFile(name, source, options);
      } finally {
        await close();
      }
      return { text: `sent ${name}, ${size} bytes`, fields: { operation, name, file, bytes: size } };
    },
  };
}

/** The last one leaves its receipt. */
function runs({ run: programs = [], pipeline: pipelines = [], receipt }: OperationOptions): Operation[] {
  const all = [
    ...programs.map((name) => ({ operation: 'run', name }) as const),
    ...pipelines.map((name) => ({ operation: 'pipeline', name }) as const),
  ];
  return all.map(({ operation, name }, index) =>
    run(operation, name, index === all.length - 1 ? receipt : undefined),
  );
}

function run(operation: 'run' | 'pipeline', name: string, receipt: string | undefined): Operation {
  return {
    label: `running ${name}`,
    async perform(context) {
      const { session, signal } = context;
      const options = { signal };
      const running = operation === 'run' ? session.run(name, options) : session.runPipeline(name, options);
      const outcome = await running.catch((error: unknown) => {
        if (error instanceof RemoteError) return error;
        throw error;
      });
      const exitCode = outcome instanceof RemoteError ? undefined : outcome.exitCode;
      if (exitCode !== 0) {
        // Why it failed is the failure that is told, whether there is a receipt of that or not.
        if (receipt !== undefined)
          await saveReceipt(context, { run: outcome }, receipt).catch((error: unknown) => {
            const { code, message } = describeFailure(error);
            context.line.warn(`no receipt in ${receipt}: ${message} (${code})`);
          });
        throw exitCode === undefined ? outcome : new TruceError('PROGRAM_EXITED', { exitCode });
      }
      if (receipt !== undefined) await saveReceipt(context, { run: outcome }, receipt);
      const kept = receipt === undefined ? '' : `, receipt in ${receipt}`;
      const fields = { operation, name, exitCode, ...(receipt === undefined ? {} : { receipt }) };
      return { text: `ran ${name}${kept}`, fields };
    },
  };
}

function receiptOf({ name, file }: Assignment): Operation {
  return {
    label: `receiving the receipt of ${name}`,
    async perform(context) {
      const bytes = await saveReceipt(context, { file: name }, file);
      return {
        text: `received the receipt of ${name}, ${bytes} bytes`,
        fields: { operation: 'receipt', name, file, bytes },
      };
    },
  };
}

function results({ name, file }: Assignment): Operation {
  return {
    label: `receiving ${name}`,
    async perform({ session, signal, line, stdout }) {
      const bytes = await download(file, stdout, (sink) =>
        session.readFileTo(name, sink, { signal, onProgress: line.update }),
      );
      return {
        text: `received ${name}, ${bytes} bytes`,
        fields: { operation: 'results', name, file, bytes },
      };
    },
  };
}

function list(path: string): Operation {
  return {
    label: `listing ${path}`,
    async perform({ session, signal }) {
      const entries = await session.list(path, { signal });
      const lines = entries.map(
        ({ name, kind, size }) => `  ${kind.padEnd(13)} ${String(size).padStart(12)}  ${printable(name)}`,
      );
      return { text: [`${path}:`, ...lines].join('\n'), fields: { operation: 'list', path, entries } };
    },
  };
}

const shutdown: Operation = {
  label: 'shutting down',
  async perform({ session, signal }) {
    await session.shutdown({ signal });
    return { text: 'shut the enclave down', fields: { operation: 'shutdown' } };
  },
};
