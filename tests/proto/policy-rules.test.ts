import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import t from 'tap';
import { errorTable, TruceError } from '../../proto/errors.ts';
import { cipherSuiteNames, findCipherSuite } from '../../proto/policy/cipher-suites.ts';
import {
  type ClientOperation,
  clientOperations,
  type OperationTarget,
  permitsOperation,
  requiredRights,
} from '../../proto/policy/operations.ts';
import { canonicalPath, isStreamName, parentDirectories, parsePath } from '../../proto/policy/paths.ts';
import { ALL_RIGHTS, namesOfRights, Rights, rightNames } from '../../proto/rights.ts';

t.test('gives every name one canonical form', (t) => {
  for (const [text, path, directory] of [
    ['input-0', '/input-0', false],
    ['/input-0', '/input-0', false],
    ['dir/file', '/dir/file', false],
    ['/dir/', '/dir', true],
    ['/', '/', true],
    ['stdin', 'stdin', false],
    ['/stdin', '/stdin', false],
    ['stdin/', '/stdin', true],
    ['/...', '/...', false],
    ['/a b\n', '/a b\n', false],
  ] as const)
    t.strictSame(parsePath(text), { path, directory }, JSON.stringify(text));
  t.ok(isStreamName('stderr'));
  t.notOk(isStreamName('/stderr'));
  t.strictSame(parentDirectories('/a/b/c'), ['/a', '/a/b']);
  t.strictSame(parentDirectories('/a'), []);
  t.end();
});

t.test('refuses names that other readers would resolve or cut', (t) => {
  for (const [text, reason] of [
    ['', /empty/],
    ['/a/..', /'\.\.'/],
    ['../a', /'\.\.'/],
    ['/a/./b', /'\.'/],
    ['.', /'\.'/],
    ['//', /'\/\/'/],
    ['/a//b', /'\/\/'/],
    ['/a//', /'\/\/'/],
    ['/a\0b', /NUL/],
    ['/\ud800', /surrogate/],
    ['a'.repeat(256), /255/],
    [`/${'a/'.repeat(2048)}`, /4095/],
    ['/a'.repeat(257), /256 parts/],
  ] as const)
    t.throws(
      () => canonicalPath(text),
      { code: 'PATH_INVALID', message: reason },
      JSON.stringify(text.slice(0, 20)),
    );
  t.equal(canonicalPath('a'.repeat(255)).length, 256);
  t.equal(canonicalPath('/a'.repeat(256)).length, 512);
  t.end();
});

t.test('canonical paths stay what they are, and never leave the root', (t) => {
  const text = fc.array(fc.constantFrom('a', '.', '..', '/', '/', 'stdin', '\0', 'é'), { maxLength: 8 });
  fc.assert(
    fc.property(text, (parts) => {
      let path: string;
      try {
        path = canonicalPath(parts.join(''));
      } catch (error) {
        if (error instanceof TruceError) return;
        throw error;
      }
      t.equal(canonicalPath(path), path);
      t.ok(isStreamName(path) || new URL(`file://${encodeURI(path)}`).pathname === encodeURI(path), path);
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('knows suites by mbedtls’s names, with either mark, and OpenSSL takes each', (t) => {
  t.equal(cipherSuiteNames.length, 12);
  for (const name of cipherSuiteNames) {
    const suite = findCipherSuite(name)!;
    t.match(findCipherSuite(name.replaceAll('-', '_')), {
      openssl: suite.openssl,
      tlsVersion: suite.tlsVersion,
    });
    t.equal(suite.tlsVersion, name.startsWith('TLS1-3-') ? 'TLSv1.3' : 'TLSv1.2');
    t.doesNotThrow(
      () =>
        createSecureContext({
          ciphers: suite.openssl,
          minVersion: suite.tlsVersion,
          maxVersion: suite.tlsVersion,
        }),
      name,
    );
  }
  t.equal(findCipherSuite('TLS1_3_CHACHA20_POLY1305_SHA256')?.openssl, 'TLS_CHACHA20_POLY1305_SHA256');
  t.equal(findCipherSuite('__proto__'), undefined);
  t.equal(findCipherSuite('TLS-ECDHE-ECDSA-WITH-AES-128-CBC-SHA256'), undefined, 'no MAC-then-encrypt');
  t.end();
});

const table: [ClientOperation, OperationTarget, string][] = [
  ['read', 'existing', 'FD_READ FD_SEEK PATH_OPEN'],
  ['read', 'stream', 'FD_READ FD_SEEK'],
  ['write', 'missing', 'FD_SEEK FD_WRITE PATH_CREATE_FILE PATH_OPEN'],
  ['write', 'existing', 'FD_SEEK FD_WRITE PATH_OPEN PATH_FILESTAT_SET_SIZE'],
  ['append', 'missing', 'FD_SEEK FD_WRITE PATH_CREATE_FILE PATH_OPEN'],
  ['append', 'existing', 'FD_SEEK FD_WRITE PATH_OPEN'],
  ['append', 'stream', 'FD_SEEK FD_WRITE'],
  ['list', 'existing', 'FD_READDIR'],
  ['remove', 'existing', 'PATH_UNLINK_FILE'],
  ['execute', 'existing', 'PATH_OPEN FD_EXECUTE'],
];

t.test('asks of each client operation the bits of the table, and each of them', (t) => {
  for (const [operation, target, names] of table) {
    const needed = requiredRights(operation, target)!;
    t.equal(namesOfRights(needed.all).join(' '), names, `${operation} ${target}`);
    t.ok(permitsOperation(needed.all, operation, target));
    for (const name of namesOfRights(needed.all))
      t.notOk(
        permitsOperation(ALL_RIGHTS & ~Rights[name], operation, target),
        `${operation} without ${name}`,
      );
  }
  t.end();
});

t.test('lets one of two bits do for the metadata of a file', (t) => {
  t.ok(permitsOperation(Rights.FD_FILESTAT_GET, 'stat', 'existing'));
  t.ok(permitsOperation(Rights.PATH_FILESTAT_GET, 'stat', 'stream'));
  t.notOk(
    permitsOperation(ALL_RIGHTS & ~Rights.FD_FILESTAT_GET & ~Rights.PATH_FILESTAT_GET, 'stat', 'existing'),
  );
  t.end();
});

t.test('knows no way to list, remove or execute a stream', (t) => {
  for (const operation of ['list', 'remove', 'execute'] as const)
    t.notOk(permitsOperation(ALL_RIGHTS, operation, 'stream'), operation);
  for (const operation of clientOperations) t.notOk(permitsOperation(0, operation, 'existing'), operation);
  t.end();
});

t.test('lets the sums of seed 004 and of i-poc do what they are there for', (t) => {
  for (const target of ['missing', 'existing'] as const) {
    t.ok(permitsOperation(533572, 'write', target));
    t.ok(permitsOperation(533572, 'append', target));
    t.ok(permitsOperation(534084, 'write', target));
  }
  t.ok(permitsOperation(8198, 'read', 'existing'));
  t.notOk(permitsOperation(8198, 'write', 'existing'));
  t.notOk(permitsOperation(533572, 'read', 'existing'));
  t.ok(permitsOperation(536879104, 'execute', 'existing'));
  t.end();
});

/** docs/policy.md, wherever under the project the compiled tests are. */
function policyPage(): string {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    const page = new URL('docs/policy.md', folder);
    if (existsSync(page)) return readFileSync(page, 'utf8');
  }
  throw new Error('docs/policy.md is not there');
}

t.test('documents every error, right, suite and requirement as it is', (t) => {
  const page = policyPage();
  const codes = Object.entries(errorTable).filter(
    ([code, { message }]) => code.startsWith('POLICY_') && message.includes('{path}: '),
  );
  t.ok(codes.length > 20);
  for (const [code] of codes) t.match(page, `\`${code}\``, code);
  for (const [bit, name] of rightNames.entries()) t.match(page, `| 2^${bit} | ${name}`, name);
  for (const name of cipherSuiteNames) {
    const { openssl, tlsVersion, shortTag } = findCipherSuite(name)!;
    t.match(
      page,
      `| \`${name}\` | \`${openssl}\` | ${tlsVersion.slice(4)}${shortTag ? ', short tag' : ''} |`,
    );
  }
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = (operation: string, on: string) =>
    rows.find((cells) => cells[1]?.split(', ').includes(operation) && cells[2] === on)?.[3];
  const places = { existing: 'an existing file', missing: 'a new file', stream: 'a stream' } as const;
  for (const [operation, target, names] of table) {
    if (operation === 'execute') continue;
    const place = { read: 'a file', remove: 'a file', list: 'a directory' }[operation as string];
    const found = documented(operation, target === 'stream' ? 'a stream' : (place ?? places[target]));
    t.strictSame(found?.split(', ').sort(), names.split(' ').sort(), `${operation} ${target}`);
  }
  t.end();
});
