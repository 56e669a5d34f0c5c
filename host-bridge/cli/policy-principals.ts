/**
 * Which capabilities on the command line are whose. Each list goes to the first principal named before it that has none
 * yet: right after its principal, or all after all, as Veracruz's generator has it (certificates, programs, pipelines).
 */
import { InvalidArgumentError } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { parsePath } from '../../proto/policy/paths.ts';
import { type Capability, parseCapabilities } from './capabilities.ts';

interface Principal {
  /** The option that named it. */
  readonly option: string;
  /** The order in which Veracruz's generator deals out capabilities. */
  readonly rank: number;
  capabilities: readonly Capability[] | undefined;
}
interface FilePrincipal extends Principal {
  readonly file: string;
}
interface ProgramPrincipal extends FilePrincipal {
  readonly name: string;
}
interface PipelinePrincipal extends Principal {
  readonly text: string;
}
interface NamedFile {
  readonly name: string;
  readonly file: string;
}
/** A native module, and the path of its special file. */
export interface NamedModule {
  readonly name: string;
  readonly specialFile: string;
}
type Granted<T extends Principal> = T & { readonly capabilities: readonly Capability[] };

export class PrincipalList {
  readonly #all: Principal[] = [];
  readonly #certificates: FilePrincipal[] = [];
  readonly #programs: ProgramPrincipal[] = [];
  readonly #pipelines: PipelinePrincipal[] = [];
  readonly hashes: NamedFile[] = [];
  /** JSON with more members of the program of that name. */
  readonly settingsFiles: NamedFile[] = [];
  readonly #modules: NamedModule[] = [];
  readonly #upstreamNames: string[] = [];
  readonly #upstreamEntryPoints: string[] = [];
  readonly #upstreamSpecialFiles: string[] = [];

  get certificates(): readonly Granted<FilePrincipal>[] {
    return this.#certificates.filter(isGranted);
  }
  get programs(): readonly Granted<ProgramPrincipal>[] {
    return this.#programs.filter(isGranted);
  }
  get pipelines(): readonly Granted<PipelinePrincipal>[] {
    return this.#pipelines.filter(isGranted);
  }

  readonly certificate = (file: string): void => {
    const principal = { option: `--certificate ${file}`, rank: 0, capabilities: undefined, file };
    this.#certificates.push(principal);
    this.#all.push(principal);
  };

  readonly program = (text: string): void => {
    const principal = { option: `--program ${text}`, rank: 1, capabilities: undefined, ...splitName(text) };
    this.#programs.push(principal);
    this.#all.push(principal);
  };

  readonly pipeline = (text: string): void => {
    const principal = { option: `--pipeline ${text}`, rank: 2, capabilities: undefined, text };
    this.#pipelines.push(principal);
    this.#all.push(principal);
  };

  readonly hash = (text: string): void => {
    this.hashes.push(splitName(text));
  };

  readonly settings = (text: string): void => {
    this.settingsFiles.push(splitName(text));
  };

  readonly nativeModule = (text: string): void => {
    const equals = text.indexOf('=');
    const [name, specialFile] = [text.slice(0, Math.max(equals, 0)), text.slice(equals + 1)];
    if (name === '' || specialFile === '') throw new InvalidArgumentError('name=path is due.');
    this.#modules.push({ name, specialFile });
  };

  /** Veracruz's generator takes three lists, and puts together what has the same place in each. */
  readonly upstreamModule = {
    name: (text: string): void => void this.#upstreamNames.push(text),
    entryPoint: (text: string): void => {
      if (text !== '')
        throw new InvalidArgumentError('only static native modules, without one, are provided.');
      this.#upstreamEntryPoints.push(text);
    },
    specialFile: (text: string): void => void this.#upstreamSpecialFiles.push(text),
  };

  get nativeModules(): readonly NamedModule[] {
    const upstream = this.#upstreamNames.map((name, index) => ({
      name,
      specialFile: this.#upstreamSpecialFiles[index] ?? '',
    }));
    return [...this.#modules, ...upstream];
  }

  /** Nothing that a command line could say of principals has been said. */
  get empty(): boolean {
    return (
      this.#all.length + this.hashes.length + this.settingsFiles.length + this.nativeModules.length === 0
    );
  }

  readonly capability = (text: string): void => {
    const waiting = this.#all.filter(({ capabilities }) => capabilities === undefined);
    const [next] = waiting;
    if (next === undefined) throw new InvalidArgumentError('it follows no certificate, program or pipeline.');
    // Veracruz's generator would give these to another principal than one reads off the command line.
    if (waiting.some(({ rank }) => rank < next.rank))
      throw new InvalidArgumentError(
        'name certificates, then programs, then pipelines, or each with its own.',
      );
    const capabilities = parseCapabilities(text);
    if ('reason' in capabilities) throw new InvalidArgumentError(`${capabilities.reason}.`);
    next.capabilities = capabilities;
  };

  /** What is wrong with the list as a whole. */
  problem(): string | undefined {
    const without = this.#all.find((principal) => !isGranted(principal));
    if (without !== undefined) return `${without.option} has no --capability`;
    const lists = [this.#upstreamNames, this.#upstreamEntryPoints, this.#upstreamSpecialFiles];
    if (new Set(lists.map(({ length }) => length)).size > 1)
      return '--native-module-name, --native-module-entry-point and --native-module-special-file need each other';
    const programs = this.#programs.map(({ name }) => parsePath(name).path);
    const unknown = this.settingsFiles.find(({ name }) => !programs.includes(parsePath(name).path));
    return unknown === undefined ? undefined : `--program-settings ${unknown.name}: there is no such program`;
  }
}

function isGranted<T extends Principal>(principal: T): principal is Granted<T> {
  return principal.capabilities !== undefined;
}

/** `name=file`; a file alone has its own path for a name, as in Veracruz's generator. */
function splitName(text: string): { name: string; file: string } {
  const equals = text.indexOf('=');
  const [name, file] = equals === -1 ? [text, text] : [text.slice(0, equals), text.slice(equals + 1)];
  if (file === '') throw new InvalidArgumentError('name=file is due.');
  try {
    if (parsePath(name).directory) throw new InvalidArgumentError(`'${name}' is a directory.`);
  } catch (error) {
    if (error instanceof TruceError) throw new InvalidArgumentError(`'${name}': ${error.message}.`);
    throw error;
  }
  return { name, file };
}
