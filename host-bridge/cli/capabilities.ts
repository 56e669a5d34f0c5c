/** `path:rights,...` on the command line, as Veracruz's generator takes it. */
import { TruceError } from '../../proto/errors.ts';
import type { PolicyDialect } from '../../proto/policy/model.ts';
import { parsePath } from '../../proto/policy/paths.ts';
import { isRights, Rights } from '../../proto/rights.ts';

export interface Capability {
  /** As written. */
  readonly name: string;
  readonly rights: string;
}

const { FD_READ, FD_WRITE, FD_SEEK, FD_READDIR, FD_FILESTAT_GET, FD_EXECUTE } = Rights;
const { PATH_OPEN, PATH_CREATE_FILE, PATH_CREATE_DIRECTORY, PATH_FILESTAT_GET, PATH_FILESTAT_SET_SIZE } =
  Rights;

const SEED_READ = PATH_OPEN | FD_READ | FD_SEEK;
const SEED_WRITE = PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE | PATH_FILESTAT_SET_SIZE;

/**
 * What the letters stand for. Veracruz: 24582, 534084, 536879108 (its generator's sums). Seed 004: 8198 and 533572 (the
 * README's sums), and for x the 8196 that let one open a program there, since the dialect has no right to execute. Version 2
 * implies no rights, so its letters hold what the others get beside them.
 */
const letters: Readonly<Record<PolicyDialect, Readonly<Record<string, number>>>> = {
  veracruz: {
    r: SEED_READ | FD_READDIR,
    w: SEED_WRITE | PATH_CREATE_DIRECTORY,
    x: PATH_OPEN | FD_EXECUTE | FD_SEEK,
  },
  'seed-004': { r: SEED_READ, w: SEED_WRITE, x: PATH_OPEN | FD_SEEK },
  'truce-2': {
    r: SEED_READ | FD_READDIR | FD_FILESTAT_GET | PATH_FILESTAT_GET,
    w: SEED_WRITE | PATH_CREATE_DIRECTORY | FD_FILESTAT_GET,
    x: PATH_OPEN | FD_EXECUTE,
  },
};

/** The bits of `rw`-like letters or of a decimal number; undefined where the text is neither. */
export function rightsOfText(text: string, dialect: PolicyDialect): number | undefined {
  if (/^[0-9]{1,10}$/.test(text)) {
    const number = Number(text);
    return isRights(number) ? number : undefined;
  }
  if (!/^[rwx]+$/.test(text)) return undefined;
  return [...text].reduce((rights, letter) => rights | (letters[dialect][letter] ?? 0), 0);
}

/** The list, or what is wrong with it. The last colon divides, so a name may hold others, but no comma. */
export function parseCapabilities(text: string): readonly Capability[] | { readonly reason: string } {
  const capabilities: Capability[] = [];
  for (const item of text.split(',')) {
    const colon = item.lastIndexOf(':');
    const name = item.slice(0, Math.max(colon, 0)).trim();
    const rights = item.slice(colon + 1).trim();
    if (colon === -1) return { reason: `'${item}' has no colon` };
    if (rightsOfText(rights, 'veracruz') === undefined)
      return { reason: `'${rights}' is neither letters out of rwx nor a number of rights` };
    try {
      parsePath(name);
    } catch (error) {
      if (!(error instanceof TruceError)) throw error;
      return { reason: `'${name}': ${error.message}` };
    }
    capabilities.push({ name, rights });
  }
  return capabilities;
}
