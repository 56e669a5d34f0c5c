/** Kernel configurations: what a fragment asks for, and whether Kconfig took it as it stands. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';

export interface Option {
  /** Without CONFIG_. */
  readonly name: string;
  /** `y`, a number or a quoted string; undefined: not set. */
  readonly value: string | undefined;
}

const SET = /^CONFIG_(\w+)=(.+)$/;
const UNSET = /^# CONFIG_(\w+) is not set$/;
const SYMBOL = /^[ \t]*(?:menu)?config[ \t]+(\w+)[ \t]*$/gm;
const LONGEST_LIST = 10;

/** The options of a fragment or of a `.config`. TruceError KERNEL_CONFIG {options, reason} for an option named twice. */
export function parseConfiguration(text: string): Option[] {
  const options: Option[] = [];
  const names = new Set<string>();
  for (const line of text.split('\n')) {
    const set = SET.exec(line);
    const name = (set ?? UNSET.exec(line))?.[1];
    if (name === undefined) continue;
    if (names.has(name)) throw refused([name], 'named twice');
    names.add(name);
    options.push({ name, value: set?.[2] });
  }
  return options;
}

/**
 * A misspelt option, or one whose dependencies are not met, is silently left out by Kconfig; here that is an error.
 * @param symbols every option that this kernel has
 * @throws TruceError KERNEL_CONFIG {options, reason}
 */
export function checkConfiguration(fragment: string, final: string, symbols: ReadonlySet<string>): void {
  const wanted = parseConfiguration(fragment);
  const got = new Map(parseConfiguration(final).map(({ name, value }) => [name, value]));
  const unknown = wanted.filter(({ name }) => !symbols.has(name));
  if (unknown.length > 0) throw refused(namesOf(unknown), 'this kernel has no such option');
  const lost = wanted.filter(({ name, value }) => got.get(name) !== value);
  if (lost.length > 0) throw refused(namesOf(lost), 'Kconfig did not take the value');
}

/** Every option that the Kconfig files under `root` define. */
export async function readSymbols(root: string): Promise<ReadonlySet<string>> {
  const symbols = new Set<string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith('Kconfig')) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [, name] of text.matchAll(SYMBOL)) if (name !== undefined) symbols.add(name);
  }
  return symbols;
}

function namesOf(options: readonly Option[]): string[] {
  return options.map(({ name }) => name);
}

function refused(names: readonly string[], reason: string): TruceError {
  const more = names.length > LONGEST_LIST ? ` and ${names.length - LONGEST_LIST} more` : '';
  return new TruceError('KERNEL_CONFIG', {
    options: names.slice(0, LONGEST_LIST).join(', ') + more,
    reason,
  });
}
