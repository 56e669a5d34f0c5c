/** Programs that attack what runs them, each with the end it must come to, for tests that run them all. */
import type { RunLimits } from '../../proto/limits.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { type FileRights, READ, WRITE } from '../support/policy-text.ts';
import * as modules from './hostile-modules.ts';
import { compileSample, compileText, type SampleProgram } from './sample-programs.ts';

const MIB = 1 << 20;

/** Small, so that each of them is at its limit soon. */
export const HOSTILE_LIMITS = {
  wallMilliseconds: 1500,
  cpuMilliseconds: 200,
  compileMilliseconds: 1000,
  memoryBytes: 16 * MIB,
  tableElements: 100,
  openFiles: 10,
  outputBytes: MIB / 4,
  writtenBytes: MIB,
  newInodes: 40,
  journalOperations: 50,
  moduleBytes: 16 * MIB,
} as const satisfies Partial<RunLimits>;

export interface HostileProgram {
  readonly module: Uint8Array;
  readonly rights: FileRights;
  /** Codes of the error table or the program's exit code; where there are several, its engine's memory or time decides. */
  readonly ends: readonly (string | number)[];
}

const CREATE = WRITE | READ | Rights.PATH_FILESTAT_SET_SIZE | Rights.FD_FILESTAT_SET_SIZE;
const OUTPUT: FileRights = {
  '/output/':
    CREATE |
    Rights.PATH_CREATE_DIRECTORY |
    Rights.PATH_SYMLINK |
    Rights.PATH_RENAME_SOURCE |
    Rights.PATH_RENAME_TARGET,
};
const STDOUT: FileRights = { stdout: WRITE };

const samples: readonly (readonly [SampleProgram, FileRights, ...(string | number)[]])[] = [
  ['endless-loop', {}, 'RUN_CPU_LIMIT'],
  ['never-starts', {}, 'RUN_CPU_LIMIT'],
  ['catches-its-end', {}, 'RUN_CPU_LIMIT'],
  ['sleep-for-ever', {}, 'RUN_WALL_LIMIT'],
  ['memory-bomb', {}, 'RUN_MEMORY_LIMIT'],
  ['table-bomb', {}, 'RUN_TABLE_LIMIT'],
  ['many-tables', {}, 'RUN_TABLE_LIMIT'],
  ['deep-recursion', {}, 'RUN_STACK_LIMIT'],
  ['output-flood', STDOUT, 'RUN_OUTPUT_LIMIT'],
  ['output-trickle', STDOUT, 'RUN_OUTPUT_LIMIT', 'RUN_CPU_LIMIT'],
  ['output-vectors', STDOUT, 'RUN_OUTPUT_LIMIT'],
  ['many-files', OUTPUT, 'RUN_INODES_LIMIT'],
  ['name-flood', OUTPUT, 'RUN_INODES_LIMIT'],
  ['deep-directories', OUTPUT, 'RUN_INODES_LIMIT'],
  ['rename-storm', OUTPUT, 'RUN_JOURNAL_LIMIT'],
  ['symlink-loop', OUTPUT, Errno.LOOP],
  ['many-open-files', { '/input/a.csv': READ }, 'RUN_FILES_LIMIT'],
  ['giant-file', OUTPUT, 'RUN_SPACE_LIMIT'],
  ['scattered-bytes', OUTPUT, 'RUN_SPACE_LIMIT'],
  ['path-flood', { '/input/a.csv': READ }, 'RUN_CPU_LIMIT'],
  ['poll-flood', {}, 'RUN_CPU_LIMIT'],
  ['random-flood', {}, 'RUN_CPU_LIMIT'],
];

/** At the engine's own bounds the time it takes to read or to compile them decides. */
const made: readonly (readonly [
  name: string,
  module: (scale: number) => Uint8Array,
  end: string | number,
])[] = [
  ['endless-optimisation', modules.endlessOptimisation, 'RUN_CPU_LIMIT'],
  ['many-locals', modules.manyLocals, 'RUN_STACK_LIMIT'],
  ['deep-nesting', modules.deepNesting, 0],
  ['huge-branch-tables', modules.hugeBranchTables, 0],
  ['many-functions', modules.manyFunctions, 0],
  ['many-types', modules.manyTypes, 0],
  ['many-data-segments', modules.manyDataSegments, 'RUN_TRAP'],
  ['giant-data-segment', modules.giantDataSegment, 'RUN_TRAP'],
  ['many-exports', modules.manyExports, 0],
  ['many-custom-sections', modules.manyCustomSections, 0],
];
const SMALL = 1 / 50;

/** All of them by name. `size`: of the modules that are made; 'full' is as large as the engine takes them. */
export async function hostilePrograms(size: 'small' | 'full'): Promise<ReadonlyMap<string, HostileProgram>> {
  const programs = new Map<string, HostileProgram>();
  for (const [name, rights, ...ends] of samples)
    programs.set(name, { module: await compileSample(name), rights, ends });
  for (const [name, module, end] of made) {
    const ends = size === 'full' ? [end, 'RUN_CPU_LIMIT', 'RUN_COMPILE_LIMIT'] : [end];
    programs.set(name, { module: module(size === 'full' ? 1 : SMALL), rights: {}, ends });
  }
  programs.set('memory-from-the-start', {
    module: await compileText('(module (memory (export "memory") 257) (func (export "_start")))'),
    rights: {},
    ends: ['MODULE_MEMORY_TOO_LARGE'],
  });
  return programs;
}
