/**
 * Functions: a program of the policy, run on secrets that the caller may read. Which programs there are, and who may run
 * them, the policy alone says; a module that comes in a payload runs for nobody.
 */
import { encodeBase64 } from '../../../proto/base64.ts';
import { TruceError } from '../../../proto/errors.ts';
import { LONGEST_PATH } from '../../../proto/policy/paths.ts';
import type { FunctionRuns } from '../../manager/function-runs.ts';
import { invalid, onlyFields, optional, type Payload, requireBytes, requireText } from './payload.ts';
import { requireName, requireObjects, requireTexts } from './payload-names.ts';
import { readSecretChoice } from './secrets-service.ts';
import type { SecretsStore } from './secrets-store.ts';
import type { EnclaveService, ServiceCall } from './service.ts';

export interface FunctionServiceOptions {
  readonly secrets: SecretsStore;
  /** Of the policy that is served. @throws TruceError POLICY_NOT_SET */
  readonly runs: () => FunctionRuns;
  /** Bytes that a message carries: of standard input, and of what a program prints. */
  readonly longest: number;
}

const MOST_SECRETS = 32;
const MOST_ARGUMENTS = 64;
const LONGEST_ARGUMENT = 1024;
export class FunctionService implements EnclaveService {
  readonly type = 'function';
  readonly operations = ['run'];
  readonly #options: FunctionServiceOptions;

  constructor(options: FunctionServiceOptions) {
    this.#options = options;
  }

  async call({ caller: { id }, payload, signal }: ServiceCall): Promise<object> {
    if (payload.has('module')) throw new TruceError('FUNCTION_MODULE_REFUSED');
    onlyFields(payload, ['program', 'args', 'stdin', 'secrets']);
    const program = requireText(payload, 'program', { most: LONGEST_PATH });
    const args = optional(payload, 'args', () => readArguments(payload)) ?? [];
    const stdin = optional(payload, 'stdin', () =>
      requireBytes(payload, 'stdin', { most: this.#options.longest }),
    );
    const runs = this.#options.runs();
    const party = runs.party(id);
    const files = this.#readSecrets(id, payload);
    try {
      const request = { program, args, stdin, files, outputBytes: this.#options.longest };
      const { exitCode, stdout, stderr } = await runs.run(party, request, signal);
      return { exitCode, stdout: inBase64(stdout), stderr: inBase64(stderr) };
    } finally {
      for (const bytes of files.values()) bytes.fill(0);
      stdin?.fill(0);
    }
  }

  /** What is named, by the names of files; the caller's to clear. */
  #readSecrets(caller: string, payload: Payload): Map<string, Uint8Array> {
    const named = optional(payload, 'secrets', () => requireObjects(payload, 'secrets', MOST_SECRETS)) ?? [];
    const files = new Map<string, Uint8Array>();
    try {
      for (const item of named) {
        onlyFields(item, ['name', 'owner', 'version', 'file']);
        const choice = readSecretChoice(caller, item);
        const file = optional(item, 'file', () => requireName(item, 'file')) ?? choice.name;
        if (files.has(file)) throw invalid('secrets', 'has two items for one file');
        files.set(file, this.#options.secrets.read(caller, choice).value);
      }
      return files;
    } catch (error) {
      for (const bytes of files.values()) bytes.fill(0);
      throw error;
    }
  }
}

function readArguments(payload: Payload): string[] {
  const args = requireTexts(payload, 'args', { most: MOST_ARGUMENTS, longest: LONGEST_ARGUMENT });
  if (args.some((text) => text.includes('\0'))) throw invalid('args', 'has an item with a NUL');
  return args;
}

function inBase64(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null;
  const text = encodeBase64(bytes);
  bytes.fill(0);
  return text;
}
