import t from 'tap';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import type { PolicyPlan } from '../../proto/policy/plan.ts';
import { combinePolicies } from '../../proto/policy/service/combine.ts';
import {
  completedParts,
  completePolicy,
  type Infrastructure,
  vaasPolicyOf,
} from '../../proto/policy/service/complete.ts';
import { parseFunctionPolicy } from '../../proto/policy/service/function-policy.ts';
import { formOf, type UserPolicy, type VaasPolicy } from '../../proto/policy/service/shapes.ts';
import { parseUserPolicy } from '../../proto/policy/service/user-policy.ts';
import { parseVaasPolicy } from '../../proto/policy/service/vaas-policy.ts';
import { translatePlan } from '../../proto/policy/translate.ts';
import { writePolicy } from '../../proto/policy/write.ts';
import { detectorFunction, detectorUsers, seedExample, seedExampleWith } from './policy-part-samples.ts';
import { HASH, MEASUREMENT, makeCertificate, NOW } from './policy-samples.ts';

const options = { now: NOW };
const [camera, viewer, loader, proxy] = (await Promise.all(
  Array.from({ length: 4 }, () => makeCertificate()),
)) as [Sample, Sample, Sample, Sample];
type Sample = Awaited<ReturnType<typeof makeCertificate>>;
const userText = seedExampleWith('user', [camera]);
const users = detectorUsers(camera, viewer);
const infrastructure: Infrastructure = {
  server: 'veracruz-nitro-server:3014',
  proxy: { address: 'veracruz-nitro-proxy:3010', certificates: [proxy.der] },
  measurements: new Map([['nitro', fromHex(MEASUREMENT)!]]),
  now: NOW,
};
const asText = (value: unknown) => JSON.stringify(value);

t.test('reads the parts of seed 004, and warns of its slips by their paths', (t) => {
  const user = parseUserPolicy(userText, options);
  t.equal(user.policy.instanceid, 'idtest');
  t.strictSame(
    user.warnings.map(({ code, paths }) => [code, paths]),
    [['RIGHTS_WITHOUT_FD_READ', ['$.identities[0].file_rights[0].file_name']]],
  );
  const program = parseFunctionPolicy(seedExample('program'));
  t.equal(formOf(program.policy), 'seed-004');
  t.strictSame(
    program.warnings.map(({ code, paths }) => [code, paths]),
    [['RIGHTS_LOST_DIGIT', ['$.programs[0].file_rights[1].file_name']]],
  );
  t.equal(
    program.policy.programs[0]!.file_rights[1]!.rights,
    33572,
    'it is not mended behind anybody’s back',
  );
  const vaas = parseVaasPolicy(seedExampleWith('vaas', [loader, camera, viewer]), options);
  t.equal(formOf(vaas.policy), 'seed-004');
  t.same(
    vaas.policy.identities.map(({ id }) => id),
    [0, 1, 2],
  );
  t.end();
});

t.test('reads the parts of 2022', (t) => {
  t.strictSame(parseUserPolicy(asText(users), options).policy, users);
  const { policy, warnings } = parseFunctionPolicy(asText(detectorFunction));
  t.strictSame(policy, detectorFunction);
  t.equal(formOf(policy), 'veracruz');
  t.strictSame(warnings, []);
  t.end();
});

t.test('puts parts of seed 004 together as CCFaaS and VaaS do', (t) => {
  const fn = parseFunctionPolicy(seedExample('program')).policy;
  const { policy: vaas, warnings } = combinePolicies(parseUserPolicy(userText, options).policy, fn, {
    loader: `${loader.pem}\n`,
  });
  t.ok(warnings.some(({ code }) => code === 'CLOCK_NOT_SAID'));
  t.match(vaas, {
    instance_id: 'CCFaaS',
    ciphersuite: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    debug: false,
    enable_clock: true,
    identities: [
      { id: 0, certificate: camera.pem },
      {
        id: 1,
        certificate: loader.pem,
        file_rights: [{ file_name: 'linear-regression.wasm', rights: 533572 }],
      },
    ],
    programs: [{ pi_hash: HASH }],
  });
  t.strictSame(parseVaasPolicy(asText(vaas), options).policy, vaas);
  const policy = parsePolicy(completePolicy(vaas, infrastructure), options);
  t.match(policy, { dialect: 'seed-004', serverAddress: { port: 3014 } });
  t.equal(policy.certificateExpiry, NOW + 180 * 86_400_000);
  const [program] = policy.programs;
  t.equal(toHex(program!.sha256), HASH);
  t.equal(program!.access.rightsAt('stdin') & 8198, 8198, 'the table of streams is the README’s');
  t.same(policy.proxy?.certificates, [proxy.der]);
  t.equal(completePolicy(vaas, infrastructure), completePolicy(vaas, infrastructure), 'to the byte');
  t.end();
});

t.test('puts parts of 2022 together, with the hashes in their own list', (t) => {
  const { policy: vaas, warnings } = combinePolicies(users, detectorFunction, { loader: loader.pem });
  t.strictSame(warnings, []);
  t.match(vaas, {
    ciphersuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    max_memory_mib: 2000,
    file_hashes: [
      { file_path: '/program/detector.wasm', hash: HASH },
      { file_path: '/program_data/weights', hash: MEASUREMENT },
    ],
  });
  t.strictSame(vaas.identities[2], {
    certificate: loader.pem,
    file_rights: detectorFunction.file_rights,
    id: 2,
  });
  t.notOk('pi_hash' in vaas.programs[0]!);
  const parsed = parseVaasPolicy(asText(vaas), options);
  t.equal(formOf(parsed.policy), 'veracruz');
  const policy = parsePolicy(completePolicy(parsed.policy, infrastructure), options);
  t.match(policy, { dialect: 'veracruz', maxMemoryMib: 2000, enableClock: true, strategy: 'JIT' });
  t.strictSame([...policy.fileHashes.keys()], ['/program/detector.wasm', '/program_data/weights']);
  t.ok(mayRun(policy, policy.identities[1]!, policy.programs[0]!));
  t.strictSame(policy.warnings, []);
  t.equal(
    combinePolicies(users, { ...detectorFunction, file_rights: [] }, { loader: loader.pem }).policy.identities
      .length,
    2,
  );
  t.end();
});

t.test('refuses parts that contradict one another, by document and path', (t) => {
  const conflict = (path: string, change: Partial<UserPolicy>, fn = detectorFunction) =>
    t.throws(
      () => combinePolicies({ ...users, ...change }, fn, { loader: loader.pem }),
      { code: 'POLICY_PARTS_CONFLICT', details: { document: 'the user policy', path } },
      path,
    );
  const naming = (...names: string[]) => ({
    identities: [
      { certificate: camera.pem, file_rights: names.map((file_name) => ({ file_name, rights: 8198 })) },
    ],
  });
  conflict('$.function', { function: 'other' });
  conflict('$.identities[1].certificate', {
    identities: [users.identities[0]!, { certificate: `${loader.pem}\n`, file_rights: [] }],
  });
  conflict('$.identities[0].file_rights[1].file_name', naming('/output/', '/program/detector.wasm/'));
  conflict('$.identities[0].file_rights[0].file_name', naming('program/detector.wasm/x'));
  const seed = parseFunctionPolicy(seedExample('program').replace('objectdetection', 'detector')).policy;
  conflict('$.identities[0].file_rights[0].file_name', naming('input-0/'), seed as typeof detectorFunction);
  t.match(
    combinePolicies({ ...users, ...naming('/output/x', '/else', 'stdin') }, detectorFunction).warnings,
    [{ code: 'FILE_NOT_IN_FUNCTION', paths: ['$.identities[0].file_rights[1].file_name'] }],
  );
  t.match(
    combinePolicies({ ...users, ...naming('input-0') }, {
      ...seed,
      data_files: detectorFunction.data_files!,
    } as typeof seed).warnings,
    [
      { code: 'DATA_HASH_NOT_KEPT', paths: ['$.data_files[0].pi_hash'] },
      { code: 'CLOCK_NOT_SAID', paths: ['$.enable_clock'] },
    ],
  );
  const dated = {
    ...combinePolicies(users, detectorFunction).policy,
    enclave_cert_expiry: { year: 2021, month: 7, day: 1, hour: 0, minute: 0 },
  } as VaasPolicy;
  t.throws(() => completePolicy(dated, { ...infrastructure, expiry: NOW + 1 }), {
    code: 'POLICY_PARTS_CONFLICT',
    details: { document: 'the VaaS policy', path: '$.enclave_cert_expiry' },
  });
  t.equal(completedParts(dated, infrastructure).place.expiry, Date.UTC(2021, 6, 1), 'what the request says');
  t.end();
});

t.test('says in newer dialects what older ones imply, and refuses what one has no words for', (t) => {
  const fn = parseFunctionPolicy(seedExampleWith('program', []).replace('33572', '533572')).policy;
  const { policy: vaas } = combinePolicies(parseUserPolicy(userText, options).policy, fn);
  const { plan, place } = completedParts(vaas, infrastructure);
  const seed = parsePolicy(writePolicy(plan, place, 'seed-004'), options);
  const second = parsePolicy(
    writePolicy(translatePlan(plan, 'seed-004', 'truce-2').plan, place, 'truce-2'),
    options,
  );
  t.equal(
    mayRun(second, second.identities[0]!, second.programs[0]!),
    mayRun(seed, seed.identities[0]!, seed.programs[0]!),
  );
  t.ok(second.identities[0]!.mayShutDown);
  for (const path of ['/input-0', '/output', 'stdin', 'stdout'])
    t.equal(second.programs[0]!.access.rightsAt(path), seed.programs[0]!.access.rightsAt(path), path);
  const lacks = (change: Partial<PolicyPlan>, dialect: 'seed-004' | 'veracruz' | 'truce-2') =>
    t.throws(() => writePolicy({ ...plan, streams: undefined, ...change }, place, dialect), {
      code: 'POLICY_DIALECT_LACKS',
      details: { dialect },
    });
  lacks({ pipelines: [{ text: '', fileRights: [] }] }, 'seed-004');
  lacks({ hashes: [{ name: 'a', sha256: new Uint8Array(32) }] }, 'seed-004');
  lacks(
    { version2: { liveFiles: [], receipts: true, trustRoots: [], pcrs: [] }, maxMemoryMib: 1 },
    'veracruz',
  );
  lacks({}, 'veracruz');
  lacks({ streams: plan.streams }, 'truce-2');
  t.throws(() => translatePlan(plan, 'veracruz', 'seed-004'), { code: 'POLICY_DIALECT_LACKS' });
  t.throws(() => vaasPolicyOf(plan, undefined), {
    code: 'POLICY_DIALECT_LACKS',
    details: { dialect: 'VaaS' },
  });
  t.end();
});
