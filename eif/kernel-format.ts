/** What a kernel has to look like to boot in an enclave: the wrong kind dies there without a word on the console. */
import { TruceError } from '../proto/errors.ts';
import type { Architecture } from './image-format.ts';

/** Source: Linux, Documentation/arch/x86/boot.rst. */
const X86_64 = {
  BOOT_FLAG_OFFSET: 0x1fe,
  BOOT_FLAG: '\x55\xaa',
  HEADER_OFFSET: 0x202,
  HEADER: 'HdrS',
} as const;

/** Source: Linux, Documentation/arch/arm64/booting.rst. */
const AARCH64 = { TEXT_OFFSET: 8, MAGIC_OFFSET: 56, MAGIC: 'ARM\x64', HEADER_LENGTH: 64 } as const;

/**
 * Nitro's loader puts an aarch64 kernel where its `text_offset` says. Today's kernels say 0 and do not start there, so
 * AWS writes 2 MiB (aws-nitro-enclaves-sdk-bootstrap: kernel.nix).
 */
const NITRO_TEXT_OFFSET = 0x20_0000n;

/** The kernel as it goes into an image: itself, or for aarch64 a copy that Nitro can place. Error: KERNEL_FORMAT {reason}. */
export function prepareKernel(kernel: Uint8Array, architecture: Architecture): Uint8Array {
  if (holds(kernel, 0, '\x7fELF'))
    throw wrongFormat('it is an ELF file such as vmlinux: take bzImage, or Image on aarch64');
  return architecture === 'x86_64' ? checkBzImage(kernel) : placeArm64Image(kernel);
}

function checkBzImage(kernel: Uint8Array): Uint8Array {
  const { BOOT_FLAG_OFFSET, BOOT_FLAG, HEADER_OFFSET, HEADER } = X86_64;
  if (!holds(kernel, BOOT_FLAG_OFFSET, BOOT_FLAG) || !holds(kernel, HEADER_OFFSET, HEADER))
    throw wrongFormat('it is no bzImage of x86_64');
  return kernel;
}

function placeArm64Image(kernel: Uint8Array): Uint8Array {
  const { TEXT_OFFSET, MAGIC_OFFSET, MAGIC, HEADER_LENGTH } = AARCH64;
  if (holds(kernel, 0, '\x1f\x8b')) throw wrongFormat('it is compressed: take Image, not Image.gz');
  if (kernel.length < HEADER_LENGTH || !holds(kernel, MAGIC_OFFSET, MAGIC))
    throw wrongFormat('it is no Image of aarch64');
  const placed = kernel.slice();
  const view = new DataView(placed.buffer, placed.byteOffset, placed.byteLength);
  if (view.getBigUint64(TEXT_OFFSET, true) === 0n) view.setBigUint64(TEXT_OFFSET, NITRO_TEXT_OFFSET, true);
  return placed;
}

/** Whether the characters' codes lie at `offset`. */
function holds(bytes: Uint8Array, offset: number, characters: string): boolean {
  return Array.from(characters).every(
    (character, index) => bytes[offset + index] === character.charCodeAt(0),
  );
}

function wrongFormat(reason: string): TruceError {
  return new TruceError('KERNEL_FORMAT', { reason });
}
