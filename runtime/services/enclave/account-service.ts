/**
 * The account service: passwords, account data and tokens of the caller's own accounts. It keeps no accounts: rows stay with
 * the caller, hashed or encrypted here under keys that follow from one secret inside.
 */
import { encodeBase64 } from '../../../proto/base64.ts';
import { DATA_OVERHEAD_BYTES, decryptAccountData, encryptAccountData } from './account-data.ts';
import { AccountKeys } from './account-keys.ts';
import { LONGEST_HASH, PasswordHasher, type ScryptCost } from './account-password.ts';
import { checkToken, issueToken, LONGEST_TOKEN, TOKEN_SECONDS } from './account-token.ts';
import { onlyFields, optional, type Payload, requireBytes, requireInteger, requireText } from './payload.ts';
import type { EnclaveService, ServiceCall } from './service.ts';

/** Bytes. */
const MOST = {
  account: 256,
  password: 1024,
  audience: 256,
  associatedData: 4096,
  issuer: 64,
  data: 512 << 10,
};

type Operation = (call: ServiceCall) => object | Promise<object>;

export interface AccountServiceOptions {
  /** Milliseconds since 1970; the machine's clock unless told. */
  readonly now?: () => number;
  /** Of new password hashes. */
  readonly cost?: ScryptCost;
}

export function accountService({ now = Date.now, cost }: AccountServiceOptions = {}): EnclaveService {
  const keys = new AccountKeys();
  const hasher = new PasswordHasher(keys, cost);
  const operations: Readonly<Record<string, Operation>> = {
    hashPassword: async ({ payload, caller }) => {
      onlyFields(payload, ['account', 'password']);
      const owner = { caller: caller.id, account: readAccount(payload) };
      const password = readPassword(payload);
      keys.used();
      return { hash: await hasher.hash(password, owner) };
    },
    verifyPassword: async ({ payload, caller }) => {
      onlyFields(payload, ['account', 'password', 'hash']);
      return { verified: await verify(payload, caller.id) };
    },
    authenticate: async ({ payload, caller }) => {
      onlyFields(payload, ['account', 'password', 'hash', 'audience', 'lifetimeSeconds']);
      // What is wrong with the request is told before scrypt has its time.
      const wanted = readToken(payload);
      if (!(await verify(payload, caller.id))) return { verified: false };
      return { verified: true, ...issue(wanted, caller.id) };
    },
    issueToken: ({ payload, caller }) => {
      onlyFields(payload, ['account', 'audience', 'lifetimeSeconds']);
      return issue(readToken(payload), caller.id);
    },
    checkToken: ({ payload, caller }) => {
      onlyFields(payload, ['token', 'audience', 'issuer']);
      const issuer = optional(payload, 'issuer', () => requireText(payload, 'issuer', { most: MOST.issuer }));
      const expected = { issuer: issuer ?? caller.id, audience: readAudience(payload) };
      const token = requireText(payload, 'token', { most: LONGEST_TOKEN });
      const found = checkToken(keys, token, expected, seconds(now()));
      return typeof found === 'string' ? { valid: false, reason: found } : { valid: true, ...found };
    },
    encrypt: ({ payload, caller }) => {
      onlyFields(payload, ['data', 'associatedData']);
      const data = requireBytes(payload, 'data', { most: MOST.data });
      keys.used();
      try {
        const encrypted = encryptAccountData(keys, caller.id, data, readAssociated(payload));
        return { encrypted: encodeBase64(encrypted) };
      } finally {
        data.fill(0);
      }
    },
    decrypt: ({ payload, caller }) => {
      onlyFields(payload, ['encrypted', 'associatedData']);
      const encrypted = requireBytes(payload, 'encrypted', { most: MOST.data + DATA_OVERHEAD_BYTES });
      const data = decryptAccountData(keys, caller.id, encrypted, readAssociated(payload));
      const answer = { data: encodeBase64(data) };
      data.fill(0);
      return answer;
    },
  };

  function verify(payload: Payload, caller: string): Promise<boolean> {
    const hash = requireText(payload, 'hash', { most: LONGEST_HASH });
    return hasher.verify(readPassword(payload), hash, { caller, account: readAccount(payload) });
  }

  function issue({ account, audience, lifetime }: WantedToken, issuer: string): object {
    keys.used();
    const { token, claims } = issueToken(keys, { issuer, account, audience }, lifetime, seconds(now()));
    return { token, expiresAt: claims.expiresAt };
  }

  return {
    type: 'account',
    operations: Object.keys(operations),
    call: async (call) => operations[call.operation]!(call),
    state: keys,
  };
}

interface WantedToken {
  readonly account: string;
  readonly audience: string;
  /** Seconds. */
  readonly lifetime: number;
}

function readToken(payload: Payload): WantedToken {
  const lifetime = optional(payload, 'lifetimeSeconds', () =>
    requireInteger(payload, 'lifetimeSeconds', { least: 1, most: TOKEN_SECONDS.most }),
  );
  return {
    account: readAccount(payload),
    audience: readAudience(payload),
    lifetime: lifetime ?? TOKEN_SECONDS.default,
  };
}

function readAccount(payload: Payload): string {
  return requireText(payload, 'account', { most: MOST.account });
}

function readAudience(payload: Payload): string {
  return requireText(payload, 'audience', { most: MOST.audience });
}

function readPassword(payload: Payload): string {
  return requireText(payload, 'password', { most: MOST.password });
}

function readAssociated(payload: Payload): Uint8Array {
  const read = () => requireBytes(payload, 'associatedData', { most: MOST.associatedData });
  return optional(payload, 'associatedData', read) ?? new Uint8Array(0);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
