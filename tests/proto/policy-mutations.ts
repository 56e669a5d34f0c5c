/** Small random changes to a policy's JSON: what a writer, or an attacker, could get wrong in it. */
import fc from 'fast-check';

/** What to put in a place, besides what stands elsewhere in the document. */
const strange: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 30,
    2 ** 32,
    '',
    'x',
    '..',
    '/a/',
    'stdin',
    '//',
    'a\0',
    [],
    {},
    [{}],
  ],
  ...[
    '-----BEGIN CERTIFICATE-----',
    'host:99999',
    'http://a:1',
    'ab'.repeat(32),
    'ab'.repeat(48),
    'TLS1_3-AES_256',
  ],
];
const names = [
  'id',
  'pi_hash',
  'rights',
  'file_rights',
  'max_memory_mib',
  'version',
  'instance_id',
  'extra',
  'pcr0',
];

export interface Mutation {
  readonly place: number;
  readonly how: 'delete' | 'replace' | 'add' | 'copy';
  readonly what: number;
}
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('delete', 'replace', 'add', 'copy'),
  what: fc.nat(),
});

/** Every object and array in a document, the document itself first. */
function containers(value: unknown): (Record<string, unknown> | unknown[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(containers)];
}

/** Changes the document itself. */
export function mutate(document: unknown, { place, how, what }: Mutation): void {
  const all = containers(document);
  const container = all[place % all.length]!;
  const keys = Object.keys(container);
  const key = keys[what % Math.max(keys.length, 1)];
  const put = (where: string, value: unknown) => {
    if (Array.isArray(container) && where === String(container.length)) container.push(value);
    else if (!Array.isArray(container)) container[where] = value;
    else container[Number(where)] = value;
  };
  const value = structuredClone(strange[what % strange.length]);
  if (how === 'add')
    put(Array.isArray(container) ? String(container.length) : names[what % names.length]!, value);
  else if (key === undefined) return;
  else if (how === 'replace') put(key, value);
  else if (how === 'copy') put(key, structuredClone(all[what % all.length]));
  else if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}
