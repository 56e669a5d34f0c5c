/** `descriptor` of `wasi:filesystem`: something that is open, and the flags that describe it and paths from it. */
import { flags } from './canonical-types.ts';
import { borrow } from './handle-types.ts';
import type { SharedDescriptor } from './shared-descriptor.ts';

export class Descriptor {
  readonly shared: SharedDescriptor;

  constructor(shared: SharedDescriptor) {
    this.shared = shared;
  }

  get fd(): number {
    return this.shared.fd;
  }

  dispose(): void {
    this.shared.release();
  }
}

export const descriptor = borrow(Descriptor);

export const DescriptorFlags = {
  read: 1,
  write: 2,
  fileSync: 4,
  dataSync: 8,
  readSync: 16,
  mutate: 32,
} as const;
export const descriptorFlags = flags(Object.keys(DescriptorFlags));
export const pathFlags = flags(['symlink-follow']);
