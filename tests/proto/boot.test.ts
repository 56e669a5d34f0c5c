import fc from 'fast-check';
import t from 'tap';
import { type BootConfiguration, parseBootConfiguration } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import {
  defaultLimits,
  enclaveLimitTable,
  type LimitSettings,
  resolveLimits,
  runLimitTable,
} from '../../proto/limits.ts';

const configuration: BootConfiguration = {
  transport: { kind: 'unix', directory: '/run/truce/1' },
  nsm: { kind: 'socket', path: '/run/truce/1/nsm' },
  executor: { warmChildren: 2, namespaces: 'if-possible' },
  limits: { sessions: 10, run: { wallMilliseconds: 5000 } },
};

t.test('a boot configuration is read back as it was written', async (t) => {
  t.same(parseBootConfiguration(JSON.stringify(configuration)), configuration);
  const image: BootConfiguration = {
    transport: { kind: 'vsock' },
    nsm: { kind: 'device' },
    executor: { warmChildren: 0, namespaces: 'required', components: true, exercise: false },
    limits: {},
    legacyAttestation: true,
  };
  t.same(parseBootConfiguration(new TextEncoder().encode(JSON.stringify(image))), image);
});

t.test('services are read back, and none takes the port of another', async (t) => {
  const read = (services: unknown) =>
    parseBootConfiguration(JSON.stringify({ ...configuration, services })).services;
  const enclave = { channel: 'tls', port: 5000 };
  const kms = {
    region: 'eu-west-1',
    keyId: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    port: 8000,
  };
  for (const services of [{}, { attestation: null }, { attestation: { port: 9001 }, enclave }])
    t.same(read(services), services);
  const refused: [path: string, services: unknown][] = [
    ['$.services.attestation.port', { attestation: {} }],
    ['$.services.attestation.port', { attestation: { port: 0 } }],
    ['$.services.attestation.port', { attestation: { port: 0xffffffff } }],
    ['$.services.attestation.port', { attestation: { port: 5005 } }],
    ['$.services.enclave.port', { enclave: { ...enclave, port: 5006 } }],
    ['$.services.enclave.port', { enclave: { ...enclave, port: 9000 } }],
    ['$.services.enclave.channel', { enclave: { ...enclave, channel: 'plain' } }],
    ['$.services.other', { other: 1 }],
    [
      '$.services.kms.roots[0]',
      { kms: { ...kms, roots: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] } },
    ],
    ['$.services.kms.roots[0]', { kms: { ...kms, roots: ['no certificate'] } }],
    ['$.services.kms.roots', { kms: { ...kms, roots: [] } }],
  ];
  for (const [path, services] of refused)
    t.throws(() => read(services), { code: 'BOOT_INVALID', details: { path } }, JSON.stringify(services));
  t.ok(read({ attestation: null, enclave: { ...enclave, port: 9000 } }), 'where it is off its port is free');
});

t.test('a field that is unknown, missing or of the wrong kind is refused by its path', async (t) => {
  const cases: [string, unknown][] = [
    ['$', []],
    ['$.extra', { ...configuration, extra: 1 }],
    ['$.nsm', { ...configuration, nsm: undefined }],
    ['$.transport.kind', { ...configuration, transport: { kind: 'tcp' } }],
    ['$.transport.kind', { ...configuration, transport: {} }],
    ['$.transport.directory', { ...configuration, transport: { kind: 'vsock', directory: '/a' } }],
    ['$.transport.directory', { ...configuration, transport: { kind: 'unix', directory: 'relative' } }],
    ['$.nsm.path', { ...configuration, nsm: { kind: 'socket', path: '/a\0b' } }],
    ['$.nsm.path', { ...configuration, nsm: { kind: 'device', path: '/dev/other' } }],
    [
      '$.executor.warmChildren',
      { ...configuration, executor: { warmChildren: 1.5, namespaces: 'required' } },
    ],
    ['$.executor.warmChildren', { ...configuration, executor: { warmChildren: 65, namespaces: 'required' } }],
    [
      '$.executor.components',
      { ...configuration, executor: { warmChildren: 1, namespaces: 'required', components: 1 } },
    ],
    [
      '$.executor.exercise',
      { ...configuration, executor: { warmChildren: 1, namespaces: 'required', exercise: 'yes' } },
    ],
    ['$.legacyAttestation', { ...configuration, legacyAttestation: 'yes' }],
    ['$.executor.namespaces', { ...configuration, executor: { warmChildren: 1, namespaces: 'never' } }],
    ['$.limits.session', { ...configuration, limits: { session: 1 } }],
    ['$.limits.constructor', { ...configuration, limits: { constructor: 1 } }],
    ['$.limits.sessions', { ...configuration, limits: { sessions: '1' } }],
    ['$.limits.run.sessions', { ...configuration, limits: { run: { sessions: 1 } } }],
  ];
  for (const [path, value] of cases) {
    t.throws(
      () => parseBootConfiguration(JSON.stringify(value)),
      { code: 'BOOT_INVALID', details: { path } },
      path,
    );
  }
});

t.test('a limit outside its range is refused', async (t) => {
  for (const limits of [{ sessions: 0 }, { smallMessageBytes: 2 ** 30 }, { run: { memoryBytes: 2 ** 33 } }]) {
    t.throws(() => parseBootConfiguration(JSON.stringify({ ...configuration, limits })), {
      code: 'LIMIT_INVALID',
    });
  }
  const unknown = { sesions: 5 } as LimitSettings;
  t.throws(() => resolveLimits(unknown), { code: 'LIMIT_UNKNOWN' });
  const notWhole = { sessions: 1.5 };
  t.throws(() => resolveLimits(notWhole), { code: 'LIMIT_INVALID' });
});

t.test('limits that are not set keep their defaults', async (t) => {
  t.same(resolveLimits({}), defaultLimits);
  const limits = resolveLimits({ runs: 7, run: { openFiles: 9 } });
  t.same(limits, { ...defaultLimits, runs: 7, run: { ...defaultLimits.run, openFiles: 9 } });
});

t.test('every default is inside its own range', async (t) => {
  for (const [name, row] of [...Object.entries(enclaveLimitTable), ...Object.entries(runLimitTable)]) {
    t.ok(row.minimum <= row.value && row.value <= row.maximum, name);
  }
});

t.test('whatever the text, reading fails with an error of the table or gives a configuration', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parseBootConfiguration(text);
      } catch (error) {
        if (!(error instanceof TruceError)) throw error;
      }
    }),
  );
});
