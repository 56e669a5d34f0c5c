/** What others got from the same source with the same tools: a kernel that differs from theirs is worth a word. */
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { fileIfThere } from '../cached-file.ts';
import type { KernelProvenance } from './kernel.ts';

const FILE = 'known-kernels.json';

/**
 * Compares a kernel with the known results of the same inputs, and says where they differ.
 * @returns true: the same bytes; false: other bytes; undefined: nobody has noted these inputs
 * @throws TruceError KERNEL_BUILD where the list is not what it should be
 */
export async function agreesWithKnown(
  directory: string,
  built: KernelProvenance,
  progress: (message: string) => void,
): Promise<boolean | undefined> {
  const text = await fileIfThere(join(directory, FILE));
  if (text === undefined) throw failed(`there is no ${FILE}`);
  const known = parseKnown(Buffer.from(text).toString()).find((kernel) => sameInputs(kernel, built));
  if (known === undefined) return undefined;
  if (known.imageSha256 === built.imageSha256) return true;
  progress(
    `WARNING: this kernel has SHA-256 ${built.imageSha256}; the same source, configuration and tools are known to give ` +
      `${known.imageSha256}. Images with it have another PCR0 and PCR1`,
  );
  return false;
}

function parseKnown(text: string): readonly KernelProvenance[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw failed(`${FILE} is not JSON`, { cause });
  }
  const { kernels } = parsed as { readonly kernels?: unknown };
  if (!Array.isArray(kernels)) throw failed(`${FILE} has no list of kernels`);
  return kernels as readonly KernelProvenance[];
}

/** Inputs and nothing else: the final configuration and the image follow from them. */
function sameInputs(left: KernelProvenance, right: KernelProvenance): boolean {
  const inputs = ({ source, tools, fragmentSha256, patchSha256 }: KernelProvenance): string =>
    JSON.stringify([source.sha256, Object.entries(tools).sort(), fragmentSha256, patchSha256]);
  return inputs(left) === inputs(right);
}

function failed(reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('KERNEL_BUILD', { reason }, options);
}
