/** The programs that children can be: what the spawner starts is one of these, by name, and never by a path it is sent. */
import { join } from 'node:path';

export const childKinds = ['module', 'component', 'transpiler'] as const;
export type ChildKind = (typeof childKinds)[number];

/** Paths of their JavaScript; without support for components there are no others than for core modules. */
export type ChildPrograms = { readonly module: string } & Readonly<Partial<Record<ChildKind, string>>>;

/** Where the build puts those for components, beside the others. */
export function componentPrograms(directory: string): { component: string; transpiler: string } {
  return {
    component: join(directory, 'executor-component.cjs'),
    transpiler: join(directory, 'executor-transpiler.cjs'),
  };
}

export function isChildKind(value: unknown): value is ChildKind {
  return childKinds.some((kind) => kind === value);
}
