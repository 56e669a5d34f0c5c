/**
 * The policies that version 1 of Veracruz kept as invalid, by the names of their files. Its client and its server had to
 * refuse each; so have ours, here with certificates of today. No connection is made: the policy is read before that.
 */
import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { connect } from '../../host-bridge/client/index.ts';
import { TruceError } from '../../proto/errors.ts';
import { makeParty, type Party } from '../support/test-enclave.ts';
import { R, veracruzPolicy, W } from './policies.ts';

const DAY_MS = 86_400_000;
const [first, second, expired] = await Promise.all([
  makeParty('first'),
  makeParty('second'),
  createParty('expired', Date.now() - 1),
]);
const pcr0 = new Uint8Array(48).fill(0x5a);
const policyOf = (...parties: readonly Party[]) =>
  veracruzPolicy({
    pcr0,
    parties: parties.map((party) => [party, { '/input/': W, '/output/': R }]),
    programs: ['nop'],
  });
const good = policyOf(first, second);

/** The code with which the client gives up; nobody is at the address. */
async function codeOf(policy: string, party: Party): Promise<string> {
  const attempt = connect({ address: { host: '127.0.0.1', port: 1 }, policy, identity: party });
  return attempt.then(
    () => '',
    (error: unknown) => (error instanceof TruceError ? error.code : String(error)),
  );
}

t.test('test_veracruz_client_new_fail: the good policy gets as far as the network', async (t) => {
  t.equal(await codeOf(good, first), 'CLIENT_UNREACHABLE');
  t.equal(await codeOf(good, second), 'CLIENT_UNREACHABLE');
});

t.test('expired_certificate: a party whose certificate has expired spoils the policy', async (t) => {
  t.equal(await codeOf(policyOf(first, expired), first), 'POLICY_CERTIFICATE_EXPIRED');
  const far = await createParty('unborn', Date.now() + DAY_MS);
  t.equal(await codeOf(policyOf(first, far), first), 'CLIENT_UNREACHABLE', 'one that has not is good');
});

/** The members of the expiry that a file changes. */
const dates: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'invalid_day_format_certificate-1': { day: 32 },
  'invalid_day_format_certificate-2': { day: -1 },
  'invalid_hour_format_certificate-1': { hour: 24 },
  'invalid_hour_format_certificate-2': { hour: -1 },
  'invalid_min_format_certificate-1': { minute: 60 },
  'invalid_min_format_certificate-2': { minute: -1 },
  'invalid_month_format_certificate-1': { month: 13 },
  'invalid_month_format_certificate-2': { month: 0 },
  invalid_year_format_certificate: { year: 1992 },
};

t.test('invalid_day_format_certificate and its like: no such date, or one that has passed', async (t) => {
  for (const [name, members] of Object.entries(dates)) {
    const policy = JSON.parse(good);
    Object.assign(policy.enclave_cert_expiry, members);
    const code = name.includes('year') ? 'POLICY_EXPIRED' : 'POLICY_EXPIRY_INVALID';
    t.equal(await codeOf(JSON.stringify(policy), first), code, name);
  }
});

/**
 * AFL's files: which bits of which byte it changed, and where. The positions are those of policies with RSA certificates;
 * here they are told by what stood there: how far into which party's certificate.
 */
const changes: readonly (readonly [name: string, party: 0 | 1, part: number | string, change: Change])[] = [
  ['id:000000,sig:04,src:000000,op:flip1,pos:34', 0, '-----BEGIN', (byte) => byte ^ 0x40],
  ['id:000001,sig:04,src:000000,op:flip1,pos:34', 0, '-----BEGIN', (byte) => byte ^ 0x20],
  ['id:000002,sig:04,src:000000,op:flip1,pos:62', 0, 'n', (byte) => byte ^ 0x01],
  ['id:000003,sig:04,src:000000,op:flip1,pos:584', 0, 0.42, (byte) => byte ^ 0x80],
  ['id:000004,sig:04,src:000000,op:flip1,pos:690', 0, 0.5, (byte) => byte ^ 0x40],
  ['id:000005,sig:04,src:000000,op:flip1,pos:707', 0, 0.52, (byte) => byte ^ 0x20],
  ['id:000006,sig:04,src:000000,op:flip1,pos:1417', 1, 'CERTIFICATE', (byte) => byte ^ 0x10],
  ['id:000007,sig:04,src:000000,op:flip1,pos:2623', 1, 0.96, (byte) => byte ^ 0x40],
  ['id:000008,sig:04,src:000000,op:flip1,pos:2650', 1, 0.98, (byte) => byte ^ 0x80],
  ['id:000009,sig:04,src:000000,op:flip2,pos:1417', 1, 'CERTIFICATE', (byte) => byte ^ 0x30],
  ['id:000010,sig:04,src:000000,op:arith8,pos:62,val:-18', 0, 'n', (byte) => byte - 18],
  ['id:000011,sig:04,src:000000,op:arith8,pos:87,val:-17', 0, 0.02, (byte) => byte - 17],
  ['id:000012,sig:04,src:000000,op:arith8,pos:790,val:-7', 0, 0.58, (byte) => byte - 7],
];
type Change = (byte: number) => number;

function changed(party: 0 | 1, part: number | string, change: Change): string {
  const bytes = Buffer.from(good, 'latin1');
  const start = good.indexOf('-----BEGIN', party === 0 ? 0 : good.indexOf('-----END') + 1);
  const body = good.indexOf('\\n', start);
  const end = good.indexOf('\\n-----END', body);
  // 'n' is the one of the line's end behind the header.
  const at =
    typeof part === 'number'
      ? body + 2 + Math.floor(part * (end - body - 2))
      : part === 'n'
        ? body + 1
        : good.indexOf(part, start);
  bytes[at] = change(bytes[at]!) & 0xff;
  return bytes.toString('latin1');
}

t.test('id:000000 to id:000012: no changed policy stands for the one that was agreed on', async (t) => {
  for (const [name, party, part, change] of changes)
    await isRefused(t, name, changed(party, part, change), party);
});

/** Refused as a policy, or another policy in which that party is a stranger: never the one that both have read. */
async function isRefused(t: Test, name: string, policy: string, party: 0 | 1): Promise<void> {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  t.not(hash(policy), hash(good), `${name}: another hash`);
  const code = await codeOf(policy, party === 0 ? first : second);
  t.match(code, /^(JSON_INVALID|PEM_INVALID|POLICY_CERTIFICATE_INVALID|CLIENT_NOT_IN_POLICY)$/, name);
}
