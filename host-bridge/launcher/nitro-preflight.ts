/**
 * What an enclave needs of its instance, checked before nitro-cli is asked: its own answers come late and say less. What
 * cannot be read is left to nitro-cli.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';

export interface ResourceRequest {
  readonly eif: string;
  readonly memoryMiB?: number;
  readonly cpus?: number;
  readonly systemRoot?: string;
}

const MIB = 1 << 20;
/** nitro-cli's own rules: at least so much, and four times the image. Source: its resource_manager.rs. */
const LEAST_MIB = 64;
const IMAGE_FACTOR = 4;
const USUAL_MIB = 512;
const USUAL_CPUS = 2;
const DEVICE = 'dev/nitro_enclaves';
const ALLOCATOR = 'etc/nitro_enclaves/allocator.yaml';
const HUGE_PAGES = 'sys/kernel/mm/hugepages';

/**
 * The memory and CPUs to ask for.
 * TruceError LOCAL_FILE_UNREADABLE, NITRO_MEMORY_LOW, NITRO_HUGEPAGES, NITRO_CPUS {command, reason}.
 */
export async function checkResources(
  request: ResourceRequest,
): Promise<{ readonly memoryMiB: number; readonly cpus: number }> {
  const { systemRoot = '/' } = request;
  const least = Math.max(LEAST_MIB, Math.ceil(((await sizeOf(request.eif)) * IMAGE_FACTOR) / MIB));
  const memoryMiB = request.memoryMiB ?? evenly(Math.max(least, USUAL_MIB));
  const cpus = request.cpus ?? USUAL_CPUS;
  if (memoryMiB < least)
    throw refused('NITRO_MEMORY_LOW', `${memoryMiB} MiB are asked for, the image needs ${least}`);
  // Elsewhere nitro-cli says itself that there is no hardware.
  if (!existsSync(join(systemRoot, DEVICE))) return { memoryMiB, cpus };
  const free = await freeHugePagesMiB(systemRoot);
  if (free !== undefined && free < memoryMiB)
    throw refused('NITRO_HUGEPAGES', `${memoryMiB} MiB are asked for, ${free} MiB of huge pages are free`);
  const { memory_mib, cpu_count } = await allocatorSettings(systemRoot);
  if (memory_mib !== undefined && memory_mib < memoryMiB)
    throw refused(
      'NITRO_HUGEPAGES',
      `${memoryMiB} MiB are asked for, the allocator sets ${memory_mib} aside`,
    );
  if (cpu_count !== undefined && cpu_count < cpus)
    throw refused('NITRO_CPUS', `${cpus} CPUs are asked for, the allocator sets ${cpu_count} aside`);
  return { memoryMiB, cpus };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    const reason = String((cause as NodeJS.ErrnoException).code);
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason }, { cause });
  }
}

/** Memory comes in huge pages of 2 MiB. */
function evenly(mib: number): number {
  return mib + (mib % 2);
}

/** Of all sizes together; undefined where the kernel does not say. */
async function freeHugePagesMiB(root: string): Promise<number | undefined> {
  const directory = join(root, HUGE_PAGES);
  let bytes: number | undefined;
  for (const name of await namesIn(directory)) {
    const kibibytes = Number(/^hugepages-([0-9]{1,10})kB$/.exec(name)?.[1]);
    const free = Number(await textOf(join(directory, name, 'free_hugepages')));
    if (Number.isSafeInteger(kibibytes) && Number.isSafeInteger(free))
      bytes = (bytes ?? 0) + kibibytes * 1024 * free;
  }
  return bytes === undefined ? undefined : Math.floor(bytes / MIB);
}

/** The allocator's file is a flat YAML mapping; `cpu_pool`, a list, stands in the place of `cpu_count` in some. */
async function allocatorSettings(root: string): Promise<{ memory_mib?: number; cpu_count?: number }> {
  const settings: { memory_mib?: number; cpu_count?: number } = {};
  for (const line of ((await textOf(join(root, ALLOCATOR))) ?? '').split('\n')) {
    const [, name, value] = /^(memory_mib|cpu_count):\s*([0-9]{1,9})\s*(?:#.*)?$/.exec(line) ?? [];
    if (name === 'memory_mib' || name === 'cpu_count') settings[name] = Number(value);
  }
  return settings;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await orAbsent(readdir(directory))) ?? [];
}

function textOf(path: string): Promise<string | undefined> {
  return orAbsent(readFile(path, 'utf8'));
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code)))
      return undefined;
    throw error;
  }
}

function refused(code: 'NITRO_MEMORY_LOW' | 'NITRO_HUGEPAGES' | 'NITRO_CPUS', reason: string): TruceError {
  return new TruceError(code, { command: 'run-enclave', reason });
}
