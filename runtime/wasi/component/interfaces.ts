/** What a component may import, by interface: WASI 0.2 without sockets and HTTP, which only a policy can let appear. */

import { TruceError } from '../../../proto/errors.ts';
import { shown } from '../module-limits.ts';
import { type CliOptions, cliInterfaces } from './cli.ts';
import { monotonicClockInterface, randomInterfaces, wallClockInterface } from './clocks.ts';
import { preopensInterface, typesInterface } from './filesystem.ts';
import { httpInterfaces, httpResources } from './http.ts';
import type { InterfaceFunctions } from './imported-function.ts';
import type { Preview1Calls } from './preview1-calls.ts';
import { socketInterfaces, socketResources } from './sockets.ts';
import { errorInterface, pollInterface, streamsInterface } from './streams.ts';

export interface InterfaceOptions extends CliOptions {
  /** Whether the policy lets it have clocks. */
  readonly clock: boolean;
  /** Packages beyond the usual that the policy lets it import. */
  readonly granted: readonly string[];
}

/** Any 0.2 version: within one, interfaces only grow. Source: WebAssembly/WASI, docs/Proposals.md, "Versioning". */
const IMPORT = /^(wasi:[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*)@0\.2\.\d+$/;
/** What a component exports to be run. */
const ENTRY = /^wasi:cli\/run@0\.2\.\d+$/;

/** The resources of each interface: the generated code asks for their classes whether or not they have methods. */
export const resourceNames: Readonly<Record<string, readonly string[]>> = {
  'wasi:cli/terminal-input': ['terminal-input'],
  'wasi:cli/terminal-output': ['terminal-output'],
  'wasi:filesystem/types': ['descriptor', 'directory-entry-stream'],
  'wasi:io/error': ['error'],
  'wasi:io/poll': ['pollable'],
  'wasi:io/streams': ['input-stream', 'output-stream'],
  ...socketResources,
  ...httpResources,
};

export function interfaces(
  calls: Preview1Calls,
  options: InterfaceOptions,
): Readonly<Record<string, InterfaceFunctions>> {
  return {
    ...cliInterfaces(calls, options),
    'wasi:clocks/wall-clock': wallClockInterface(calls),
    'wasi:clocks/monotonic-clock': monotonicClockInterface(calls),
    'wasi:filesystem/preopens': preopensInterface(calls),
    'wasi:filesystem/types': typesInterface(calls, options.clock),
    'wasi:io/error': errorInterface,
    'wasi:io/poll': pollInterface(calls),
    'wasi:io/streams': streamsInterface,
    ...randomInterfaces(calls),
    ...(options.granted.includes('wasi:sockets') ? socketInterfaces() : {}),
    ...(options.granted.includes('wasi:http') ? httpInterfaces(calls) : {}),
  };
}

/** @throws TruceError MODULE_IMPORT_FORBIDDEN naming what is imported and not among `known` */
export function requireKnown(imports: readonly string[], known: Readonly<Record<string, unknown>>): void {
  for (const name of imports) {
    const found = IMPORT.exec(name)?.[1];
    if (found === undefined || !Object.hasOwn(known, found))
      throw new TruceError('MODULE_IMPORT_FORBIDDEN', {
        kind: 'interface',
        name: shown(name),
        module: 'component',
      });
  }
}

/** @throws TruceError MODULE_EXPORT_MISSING unless the component is a program */
export function entryOf(exports: readonly string[]): string {
  const entry = exports.find((name) => ENTRY.test(name));
  if (entry === undefined)
    throw new TruceError('MODULE_EXPORT_MISSING', { kind: 'interface', name: 'wasi:cli/run' });
  return entry;
}
