/**
 * Tokens that say who somebody is, for a time: JSON Web Tokens with HMAC-SHA-256 (RFC 7519, HS256 of RFC 7518) under a key
 * of the caller that issued them. Only the enclave can make one or check one. There is one header, compared byte for byte:
 * no algorithm is ever taken from a token.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readJson } from '../../../proto/json/reader.ts';
import { type JsonValue, jsonInteger } from '../../../proto/json/value.ts';
import type { AccountKeys } from './account-keys.ts';

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const ID_BYTES = 16;
/** Names take up to six characters for a byte in JSON, and a third more in base64url. */
export const LONGEST_TOKEN = 8192;
/** How long a token lasts unless told, and at most. */
export const TOKEN_SECONDS = { default: 3600, most: 86_400 };

export interface TokenClaims {
  /** Who issued it: a caller's id. */
  readonly issuer: string;
  readonly account: string;
  readonly audience: string;
  /** Seconds since 1970, as RFC 7519 has them. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** 32 hexadecimal digits, another one in each token. */
  readonly id: string;
}

/** Why a token is worth nothing. Which part of it is wrong is told only where its maker is proven. */
export type TokenFault = 'not-authentic' | 'expired' | 'audience';

/** @param now seconds since 1970 */
export function issueToken(
  keys: AccountKeys,
  { issuer, account, audience }: Pick<TokenClaims, 'issuer' | 'account' | 'audience'>,
  lifetime: number,
  now: number,
): { readonly token: string; readonly claims: TokenClaims } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const claims = { issuer, account, audience, issuedAt: now, expiresAt: now + lifetime, id };
  const body = { iss: issuer, sub: account, aud: audience, iat: now, exp: claims.expiresAt, jti: id };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
  return { token: `${signed}.${mac(keys, issuer, signed).toString('base64url')}`, claims };
}

/** What the token says, or why it says nothing. @param issuer whose token it has to be */
export function checkToken(
  keys: AccountKeys,
  token: string,
  { issuer, audience }: Pick<TokenClaims, 'issuer' | 'audience'>,
  now: number,
): TokenClaims | TokenFault {
  const end = token.lastIndexOf('.');
  const signed = token.slice(0, Math.max(end, 0));
  const expected = Buffer.from(mac(keys, issuer, signed).toString('base64url'));
  const found = Buffer.from(token.slice(end + 1));
  // As text: base64url could say the same bytes in several ways, and each token has one.
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return 'not-authentic';
  const [header, body] = signed.split('.');
  const claims = header === HEADER && body !== undefined ? readClaims(body) : undefined;
  if (claims === undefined || claims.issuer !== issuer) return 'not-authentic';
  if (now >= claims.expiresAt || now < claims.issuedAt) return 'expired';
  return claims.audience === audience ? claims : 'audience';
}

function mac(keys: AccountKeys, issuer: string, signed: string): Buffer {
  const key = keys.derive('token', issuer);
  const tag = createHmac('sha256', key).update(signed).digest();
  key.fill(0);
  return tag;
}

/** Only what this service has made gets here. */
function readClaims(body: string): TokenClaims | undefined {
  const root = readJson(Buffer.from(body, 'base64url'), { bytes: LONGEST_TOKEN, depth: 1 });
  if (root.kind !== 'object') return undefined;
  const [issuer, account, audience, id] = ['iss', 'sub', 'aud', 'jti'].map((name) =>
    text(root.members.get(name)),
  );
  const [issuedAt, expiresAt] = ['iat', 'exp'].map((name) => seconds(root.members.get(name)));
  if (issuer === undefined || account === undefined || audience === undefined || id === undefined)
    return undefined;
  if (issuedAt === undefined || expiresAt === undefined) return undefined;
  return { issuer, account, audience, issuedAt, expiresAt, id };
}

function text(value: JsonValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

function seconds(value: JsonValue | undefined): number | undefined {
  return value?.kind === 'number' ? jsonInteger(value.text) : undefined;
}
