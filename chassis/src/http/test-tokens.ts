import { type JWTPayload, SignJWT } from 'jose';

export const TEST_SECRET = 'a secret of the tests, of 32 or more characters';

/** A JWT of `sub`, good for a minute unless the claims say otherwise; HS256 with `TEST_SECRET` unless another key is given. */
export const testToken = (
  claims: JWTPayload,
  { key = new TextEncoder().encode(TEST_SECRET), alg = 'HS256', kid }: { key?: Uint8Array | CryptoKey; alg?: string; kid?: string } = {},
): Promise<string> =>
  new SignJWT({ exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);
