/** What a program's bytes are, before any child has them: of which kind, and whether they are the policy's. */
import { createHash } from 'node:crypto';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { FileContent } from '../vfs/content.ts';
import { moduleKind } from '../wasi/module-limits.ts';
import type { ChildKind } from './child-kinds.ts';
import type { Program } from './executor.ts';

const HASH_BYTES = 1 << 20;
const PREAMBLE_BYTES = 8;

export function kindOf(content: FileContent): ReturnType<typeof moduleKind> {
  const preamble = new Uint8Array(PREAMBLE_BYTES);
  return moduleKind(preamble.subarray(0, content.read(preamble, 0)));
}

/** The children that its run takes, in their order. */
export function childrenOf(content: FileContent): readonly ChildKind[] {
  return kindOf(content) === 'component' ? ['transpiler', 'component'] : ['module'];
}

/** @throws TruceError PROGRAM_TOO_LARGE, PROGRAM_HASH_MISMATCH */
export function checkProgram(content: FileContent, program: Program): void {
  const { moduleBytes } = program.limits;
  if (content.size > moduleBytes) throw new TruceError('PROGRAM_TOO_LARGE', { limit: moduleBytes });
  checkHash(content, program);
}

/** Hashes the very bytes that go to the engine: what was provisioned may not be what is there. */
function checkHash(content: FileContent, program: Program): void {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(Math.min(HASH_BYTES, Math.max(content.size, 1)));
  for (let position = 0; position < content.size; ) {
    const length = content.read(buffer, position);
    hash.update(buffer.subarray(0, length));
    position += length;
  }
  if (!equalBytes(hash.digest(), program.sha256))
    throw new TruceError('PROGRAM_HASH_MISMATCH', { path: program.path });
}
