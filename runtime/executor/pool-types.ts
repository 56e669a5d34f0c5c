/** What a pool of children is asked for, and what it gives. */
import type { ChildResources } from './run-report.ts';
import type { NamespaceStatus, SpawnerOptions } from './spawner.ts';
import type { ChildExit, MemoryCgroupStatus } from './spawner-channel.ts';

export interface ChildPoolOptions {
  /** Path of the JavaScript of children for core modules. */
  readonly childProgram: string;
  /** The same for components, where they are supported: these children are started when they are asked for, or expected. */
  readonly componentPrograms?: { readonly component: string; readonly transpiler: string } | undefined;
  /** Path of the spawner's; by default executor-spawner.cjs beside it. */
  readonly spawnerProgram?: string;
  /** How many children for core modules are kept ready. */
  readonly warm: number;
  /** Whether those that wait make themselves faster meanwhile; not unless told. */
  readonly exercise?: boolean;
  /** How many live at once, warm, starting and running; those who need more wait. */
  readonly maximum: number;
  readonly namespaces: SpawnerOptions['namespaces'];
  /** What the memory cgroup of each child allows it, where there are such; 4 GiB unless told. */
  readonly memoryBytes?: number;
  /** How long a child may take to get ready. */
  readonly startMilliseconds?: number;
}

/** A child that waits for its job. */
export interface WarmChild {
  readonly id: number;
  /** The runtime's end of its socket, set not to block. Whoever takes the child closes it. */
  readonly descriptor: number;
  kill(): void;
  /** Resolves when the child is dead and reaped. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** The last 4096 bytes of its standard error; complete once `exited` has resolved, empty before. */
  stderrTail(): string;
  /** What it used from when it was ready; nothing before `exited` has resolved. */
  resources(): ChildResources;
}

export interface ChildPoolStatus {
  readonly namespaces: NamespaceStatus;
  readonly memoryCgroup: MemoryCgroupStatus;
  readonly starting: number;
  readonly warm: number;
  /** How many of those that wait were given time to exercise. */
  readonly exercised: number;
  readonly taken: number;
  readonly waiting: number;
  /** Starts in a row that came to nothing. */
  readonly failures: number;
}
