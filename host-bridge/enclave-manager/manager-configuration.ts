/**
 * The two configuration files of the originals, the parent's and the enclave's, read as .NET read them: names in any case,
 * numbers also as strings. What nobody here heeds is named, not passed over.
 * Source: Neo service layer, design document, "Configuration".
 */
import { ENCLAVE_SERVICES_PORT } from '../../proto/boot-services.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { type JsonValue, jsonInteger, memberPath } from '../../proto/json/value.ts';

export interface ManagerConfiguration {
  /** The parent's file has it, the enclave's has not. */
  readonly enclave?: {
    readonly path: string;
    readonly memoryMiB: number;
    readonly cpus: number;
  };
  /** Where the enclave services are. */
  readonly port: number;
  /** What the file says in vain. */
  readonly notes: readonly string[];
}

const MAXIMUM_BYTES = 64 << 10;
const DEPTH = 8;
/** Source: Linux, include/uapi/linux/vm_sockets.h: the last one is a wildcard. */
const MAXIMUM_PORT = 0xfffffffe;
const MOST_MIB = 1 << 30;
const MOST_CPUS = 4096;
/** Sections of .NET's own that a file may have. */
const IGNORED = ['logging', 'serilog', 'allowedhosts'];

/** @throws TruceError JSON_INVALID, MANAGER_CONFIGURATION_INVALID {path, reason} */
export function parseManagerConfiguration(text: string | Uint8Array): ManagerConfiguration {
  const root = section(readJson(text, { bytes: MAXIMUM_BYTES, depth: DEPTH }), '$');
  const notes: string[] = [];
  for (const { name } of root.values()) {
    if (IGNORED.includes(name.toLowerCase())) notes.push(`${name}: ignored; the runtime logs no requests`);
    else if (!['enclave', 'vsock'].includes(name.toLowerCase())) throw unknown('$', name);
  }
  const vsock = root.get('vsock');
  const enclave = root.get('enclave');
  return {
    ...(enclave === undefined ? {} : { enclave: readEnclave(enclave.value, '$.Enclave') }),
    port: vsock === undefined ? ENCLAVE_SERVICES_PORT : readVsock(vsock.value, '$.Vsock', notes),
    notes,
  };
}

function readEnclave(value: JsonValue, path: string): NonNullable<ManagerConfiguration['enclave']> {
  const members = section(value, path);
  for (const [key, { name }] of members)
    if (!['path', 'memory', 'cpus'].includes(key)) throw unknown(path, name);
  const file = members.get('path')?.value;
  if (file?.kind !== 'string' || file.value === '' || file.value.includes('\0'))
    throw invalid(`${path}.Path`, 'is not the path of an image');
  return {
    path: file.value,
    memoryMiB: number(members.get('memory')?.value, `${path}.Memory`, MOST_MIB),
    cpus: number(members.get('cpus')?.value, `${path}.Cpus`, MOST_CPUS),
  };
}

function readVsock(value: JsonValue, path: string, notes: string[]): number {
  const members = section(value, path);
  for (const [key, { name }] of members) {
    // An enclave's address is its hypervisor's to give: what was started says it.
    if (key === 'cid') notes.push(`Vsock:${name}: ignored; the launcher gives the enclave its address`);
    else if (key !== 'port') throw unknown(path, name);
  }
  return number(members.get('port')?.value, `${path}.Port`, MAXIMUM_PORT);
}

/** The members of an object by their names in lower case, in which .NET does not tell them apart. */
function section(
  value: JsonValue,
  path: string,
): ReadonlyMap<string, { readonly name: string; readonly value: JsonValue }> {
  if (value.kind !== 'object') throw invalid(path, 'is not a section');
  const members = new Map<string, { name: string; value: JsonValue }>();
  for (const [name, member] of value.members) {
    const key = name.toLowerCase();
    if (members.has(key)) throw invalid(memberPath(path, name), 'is there twice');
    members.set(key, { name, value: member });
  }
  return members;
}

/** A whole number from 1 on, written as one or as a string of its digits. */
function number(value: JsonValue | undefined, path: string, most: number): number {
  const digits = value?.kind === 'number' ? value.text : value?.kind === 'string' ? value.value : '';
  const found = jsonInteger(digits);
  if (found === undefined || found < 1 || found > most)
    throw invalid(path, `is not a whole number from 1 to ${most}`);
  return found;
}

function unknown(path: string, name: string): TruceError {
  return invalid(memberPath(path, name), 'is not known here');
}

function invalid(path: string, reason: string): TruceError {
  return new TruceError('MANAGER_CONFIGURATION_INVALID', { path, reason });
}
