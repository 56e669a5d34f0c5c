/**
 * Makes of a function with component types the core function that an instance imports. The generated code asks for it
 * once for each import, with the memory, the allocator and the handle tables that the import uses (jco's "optimized"
 * bindings, `Symbol.for('cabiLower')`): between guest and host there is then nothing of the generated code at all, which
 * would otherwise spend microseconds on the bookkeeping of asynchronous tasks for each call.
 */
import { Failure, type ResultType, type Type, type ValueOf } from './canonical-types.ts';
import { CoreValues, GuestData, type LoweringOptions } from './guest-data.ts';
import { HandleTables, type ResourceClass, type Resources } from './handles.ts';

/** More are passed in memory. Source: WebAssembly/component-model, design/mvp/CanonicalABI.md, MAX_FLAT_PARAMS. */
const MAXIMUM_FLAT_PARAMETERS = 16;

type CoreFunction = (...values: unknown[]) => number | bigint | undefined;

/** A function of an interface, ready to be lowered for any instance. */
export interface ImportedFunction {
  lower(options: LoweringOptions, resources: Resources): CoreFunction;
}

/** What goes wrong on the host's side inside a call, or ends the program: kept, since a program can catch what is thrown. */
export interface Ending {
  readonly thrown: (reason: unknown) => void;
}

/** `result` is undefined for a function without one. */
export function imported<const P extends readonly Type<unknown>[], R = undefined>(
  parameters: P,
  result: Type<R> | undefined,
  call: (...values: { -readonly [K in keyof P]: ValueOf<P[K]> }) => R,
): ImportedFunction {
  const types = parameters;
  if (types.reduce((sum, type) => sum + type.flat, 0) > MAXIMUM_FLAT_PARAMETERS)
    throw new RangeError('more parameters than are passed as core values');
  const kinds = new Set(
    [...types, ...(result === undefined ? [] : [result])].flatMap((type) => type.kinds ?? []),
  );
  const run = call as unknown as (...values: unknown[]) => unknown;
  return {
    lower: (options, resources) => {
      const tables = new HandleTables(resources, options.resourceTables ?? [], [...kinds]);
      return coreFunction(new GuestData(options, tables), types, result as ResultType<unknown, unknown>, run);
    },
  };
}

function coreFunction(
  data: GuestData,
  parameters: readonly Type<unknown>[],
  result: (Type<unknown> & Partial<ResultType<unknown, unknown>>) | undefined,
  call: (...values: unknown[]) => unknown,
): CoreFunction {
  const flat = parameters.reduce((sum, type) => sum + type.flat, 0);
  const lower = result?.lower;
  const values = new CoreValues();
  const lift = parameters.map((type) => type.lift);
  return (...core) => {
    data.enter();
    values.take(core);
    // The one more parameter is where a result goes that is no core value.
    const pointer = lower === undefined && result !== undefined ? Number(core[flat]) >>> 0 : 0;
    try {
      const value = call(...lift.map((one) => one(data, values)));
      if (lower !== undefined) return lower(data, value);
      result?.store(data, pointer, value);
    } catch (failure) {
      if (!(failure instanceof Failure) || result?.storeFailure === undefined) throw failure;
      if (lower !== undefined) return result.lowerFailure?.(data);
      result.storeFailure(data, pointer, failure.payload);
    }
    return undefined;
  };
}

/** A resource's class as the generated code wants it: methods by their names in JavaScript, and how one is dropped. */
export type ResourceFunctions = Readonly<Record<string, ImportedFunction>>;

/** An interface by the names of the component model: `get-stdin`, `[method]descriptor.open-at`. */
export type InterfaceFunctions = Readonly<Record<string, ImportedFunction>>;

const LOWER = Symbol.for('cabiLower');
const DISPOSE = Symbol.for('cabiDispose');

type BindingTree = Record<PropertyKey, unknown>;

/**
 * The interfaces as the generated code looks them up: `imports['wasi:io/streams'].InputStream.prototype.read`. A
 * function that is not there is undefined, and instantiating throws.
 */
export function bindings(
  interfaces: Readonly<Record<string, InterfaceFunctions>>,
  kinds: Readonly<Record<string, readonly string[]>>,
  resources: Resources,
): Readonly<Record<string, BindingTree>> {
  const tree = emptyTree() as Record<string, BindingTree>;
  for (const [name, functions] of Object.entries(interfaces)) {
    const members = emptyTree();
    for (const resource of kinds[name] ?? []) resourceBinding(members, resource, resources);
    for (const [witName, definition] of Object.entries(functions))
      place(members, witName, definition, resources);
    tree[name] = members;
  }
  return tree;
}

function place(
  members: BindingTree,
  witName: string,
  definition: ImportedFunction,
  resources: Resources,
): void {
  const binding = emptyTree();
  binding[LOWER] = (options: LoweringOptions) => definition.lower(options, resources);
  const [, kind, resource, method] =
    /^\[(method|static|constructor)\]([^.]+)(?:\.(.+))?$/.exec(witName) ?? [];
  if (kind === undefined || resource === undefined) members[camelCase(witName)] = binding;
  else {
    const target = resourceBinding(members, resource, resources);
    if (kind === 'constructor') target[LOWER] = binding[LOWER];
    else if (kind === 'static') target[camelCase(method ?? '')] = binding;
    else (target.prototype as BindingTree)[camelCase(method ?? '')] = binding;
  }
}

function resourceBinding(members: BindingTree, resource: string, resources: Resources): BindingTree {
  const name = camelCase(resource).replace(/^./, (letter) => letter.toUpperCase());
  const known = members[name] as BindingTree | undefined;
  if (known !== undefined) return known;
  const made = emptyTree();
  made.prototype = emptyTree();
  made[DISPOSE] = (representation: number) => resources.drop(representation);
  members[name] = made;
  return made;
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function emptyTree(): BindingTree {
  return Object.create(null) as BindingTree;
}

export type { ResourceClass };
