/** What rights come to for their holder, in words: two sums of bits that allow the same are the same. */
import { namesOfRights, type RightName, Rights } from '../../rights.ts';
import { permitsOperation } from '../operations.ts';

export type Holder = 'party' | 'program';
export type Place = 'file' | 'stream';

const SEES = 'see that it is there';

/** What a party can do on a path: the operations that clients have. */
function partyAbilities(rights: number, place: Place): string[] {
  const permits = (operation: Parameters<typeof permitsOperation>[1], target: 'missing' | 'existing') =>
    permitsOperation(rights, operation, place === 'stream' ? 'stream' : target);
  const abilities: [string, boolean][] = [
    ['read', permits('read', 'existing')],
    ['create', place === 'file' && permits('write', 'missing')],
    ['replace', place === 'file' && permits('write', 'existing')],
    ['add to', permits('append', 'existing')],
    ['list', permits('list', 'existing')],
    ['look up', permits('stat', 'existing')],
    ['remove', permits('remove', 'existing')],
    [SEES, rights !== 0],
  ];
  return abilities.filter(([, permitted]) => permitted).map(([name]) => name);
}

const programWords: Partial<Record<RightName, string>> = {
  FD_READ: 'read',
  FD_WRITE: 'write',
  FD_SEEK: 'seek',
  FD_READDIR: 'list',
  PATH_OPEN: 'open',
  PATH_CREATE_FILE: 'create files',
  PATH_CREATE_DIRECTORY: 'create directories',
  PATH_FILESTAT_SET_SIZE: 'truncate',
  PATH_UNLINK_FILE: 'remove files',
  PATH_REMOVE_DIRECTORY: 'remove directories',
};

/** A program's calls are judged bit by bit. No call of a program asks for FD_EXECUTE. */
function programAbilities(rights: number): string[] {
  return namesOfRights(rights & ~Rights.FD_EXECUTE).map((name) => programWords[name] ?? name);
}

export interface AbilityChange {
  readonly gains: readonly string[];
  readonly loses: readonly string[];
}

/** Who may run a program is no ability at a path: the dialects differ on it. */
export function abilityChange(holder: Holder, place: Place, before: number, after: number): AbilityChange {
  const abilities = (rights: number) =>
    holder === 'party' ? partyAbilities(rights, place) : programAbilities(rights);
  const [had, has] = [abilities(before), abilities(after)];
  return {
    gains: withoutSeeing(has.filter((ability) => !had.includes(ability))),
    loses: withoutSeeing(had.filter((ability) => !has.includes(ability))),
  };
}

/** That it is there is worth a word only where nothing else is. */
function withoutSeeing(abilities: readonly string[]): readonly string[] {
  return abilities.length > 1 ? abilities.filter((ability) => ability !== SEES) : abilities;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
