/** The packages that building needs: which are missing, and their installation where this is root. */
import { runTool, ToolError } from '../../eif/run-tool.ts';
import { type Preparation, PreparationError } from './preparation.ts';

const INSTALLED = /^(\S+?)(?::\S+)? install ok installed$/;

/** Those of `names` that dpkg does not have installed. */
export async function missingPackages(names: readonly string[], signal: AbortSignal): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a format of dpkg-query's
  const query = ['--show', '--showformat=${binary:Package} ${Status}\\n', ...names];
  // Ends with 1 where one of them is unknown, and prints the others all the same: a pattern never does.
  const output = await runTool('sh', ['-c', 'dpkg-query "$@" 2>/dev/null || true', 'sh', ...query], {
    signal,
  });
  const installed = new Set(output.split('\n').map((line) => INSTALLED.exec(line)?.[1]));
  return names.filter((name) => !installed.has(name));
}

/** Installs what is missing, as root; anybody else is told the command. */
export async function installPackages(missing: readonly string[], options: Preparation): Promise<void> {
  if (missing.length === 0) return;
  const { progress, signal } = options;
  const install = ['install', '--yes', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0)
    throw new PreparationError(`packages are missing; as root: apt-get ${install.join(' ')}`);
  progress(`installing ${missing.join(' ')}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive', ...proxies() };
  try {
    await runTool('apt-get', ['--quiet', 'update'], { signal, environment });
    await runTool('apt-get', ['--quiet', ...install], { signal, environment });
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new PreparationError(`packages could not be installed: ${cause.message}`, { cause });
  }
}

function proxies(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
