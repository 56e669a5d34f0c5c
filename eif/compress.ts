/**
 * Compresses ramdisks with the pinned Node's own zlib and zstd, run as a process: the same bytes come out on every
 * machine, whatever Node or zstd is installed on it. The one result per input that costs seconds is kept in the cache.
 *
 * The kernel's bounds. zstd: a window of at most 128 MiB and one frame per archive (Linux, lib/decompress_unzstd.c,
 * ZSTD_WINDOWSIZE_MAX); zero bytes between archives are skipped, and a plain archive after a compressed one must begin
 * at a multiple of four (init/initramfs.c, unpack_to_rootfs).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { TruceError } from '../proto/errors.ts';
import { cachedContent, sha256Hex } from './cached-file.ts';
import type { NodeBinary } from './node.ts';

/** `none` leaves the archive as it is. Kernels before 5.9 have no zstd. */
export type Compression = 'zstd' | 'gzip' | 'none';

/** The versions of what compresses. */
export interface CompressorProgram {
  readonly node: string;
  readonly zlib: string;
  readonly zstd: string;
}

export interface Compressor {
  /** For the image's manifest, such as "zstd level 12, window 2^25". */
  readonly description: string;
  readonly program: CompressorProgram;
  /** The compressed archive, padded with zero bytes to a multiple of four. TruceError RAMDISK_COMPRESSION {reason}. */
  compress(archive: Uint8Array): Promise<Uint8Array>;
}

export interface CompressorOptions {
  readonly node: Pick<NodeBinary, 'path' | 'sha256'>;
  /** Where results are kept; nothing is kept where it is left out. */
  readonly cacheDirectory?: string;
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Measured: docs/image.md has the table. */
const ZSTD_LEVEL = 12;
const ZSTD_WINDOW_LOG = 25;
const GZIP_LEVEL = 9;

const settings: Readonly<Record<Compression, { readonly description: string; readonly expression: string }>> =
  {
    zstd: {
      description: `zstd level ${ZSTD_LEVEL}, window 2^${ZSTD_WINDOW_LOG}`,
      expression: `zlib.zstdCompressSync(input, { pledgedSrcSize: input.length, params: {
      [constants.ZSTD_c_compressionLevel]: ${ZSTD_LEVEL},
      [constants.ZSTD_c_windowLog]: ${ZSTD_WINDOW_LOG},
      [constants.ZSTD_c_contentSizeFlag]: 1,
      [constants.ZSTD_c_checksumFlag]: 0 } })`,
    },
    gzip: {
      description: `gzip level ${GZIP_LEVEL}`,
      expression: `zlib.gzipSync(input, { level: ${GZIP_LEVEL} })`,
    },
    none: { description: 'none', expression: 'input' },
  };

/** The archive comes in on standard input, whole; the result goes out on standard output. */
function program(compression: Compression): string {
  return `const zlib = require('node:zlib'), { constants } = zlib;
    const input = require('node:fs').readFileSync(0);
    process.stdout.write(${settings[compression].expression});`;
}

/** TruceError RAMDISK_COMPRESSION {reason} where the pinned Node does not run here. */
export async function openCompressor(
  compression: Compression,
  options: CompressorOptions,
): Promise<Compressor> {
  const { description } = settings[compression];
  const script = program(compression);
  const compress = async (archive: Uint8Array): Promise<Uint8Array> => {
    if (compression === 'none') return padded(archive);
    const make = async () => {
      options.progress?.(`compressing ${Math.round(archive.length / (1 << 20))} MiB (${description})`);
      return padded(await run(options.node.path, script, archive, options.signal));
    };
    if (options.cacheDirectory === undefined) return make();
    const key = sha256Hex(JSON.stringify([options.node.sha256, script, sha256Hex(archive)]));
    return cachedContent(join(options.cacheDirectory, 'ramdisks', key), make);
  };
  return { description, program: await askVersions(options), compress };
}

async function askVersions({ node, signal }: CompressorOptions): Promise<CompressorProgram> {
  const script =
    'process.stdout.write([process.version.slice(1), process.versions.zlib, process.versions.zstd].join())';
  const answer = await run(node.path, script, new Uint8Array(), signal);
  const [version, zlib, zstd] = Buffer.from(answer).toString('latin1').split(',');
  if (version === undefined || zlib === undefined || zstd === undefined || zstd === '')
    throw failure(`${node.path} has no zstd`);
  return { node: version, zlib, zstd };
}

function run(
  node: string,
  script: string,
  input: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // No environment: nothing of this machine's, such as NODE_OPTIONS, has a say.
    const child = spawn(node, ['-e', script], {
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    const output: Buffer[] = [];
    let complaint = '';
    child.stdout.on('data', (piece: Buffer) => output.push(piece));
    child.stderr.on('data', (piece: Buffer) => {
      if (complaint.length < 4096) complaint += piece;
    });
    // A child that died closes its input; its exit status says why.
    child.stdin.on('error', () => undefined);
    child.on('error', (cause) => {
      reject(signal?.aborted ? signal.reason : failure(`${node}: ${cause.message}`, { cause }));
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(failure(`${node} ended with ${killedBy ?? code}: ${inOneLine(complaint)}`));
    });
    child.stdin.end(input);
  });
}

/** Enough of it to know what went wrong. */
function inOneLine(complaint: string): string {
  return complaint.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function padded(archive: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(archive.length / 4) * 4);
  bytes.set(archive);
  return bytes;
}

function failure(reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('RAMDISK_COMPRESSION', { reason }, options);
}
