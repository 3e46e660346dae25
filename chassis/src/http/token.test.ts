import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, UnsecuredJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TEST_SECRET, testToken } from './test-tokens.ts';
import { createTokenVerifier, type VerifyToken } from './token.ts';

const now = Math.floor(Date.now() / 1000);
const withSecret = (settings = {}): VerifyToken => createTokenVerifier({ AUTH_JWT_SECRET: TEST_SECRET, ...settings }) as VerifyToken;
const invalid = { kind: 'refused', status: 401, code: 'token_invalid' };

it('there is none without a key', () => {
  expect(createTokenVerifier({ AUTH_ISSUER: 'https://id.example' })).toBeUndefined();
});

describe('a token of the secret', () => {
  it('tells its holder, the e-mail address only when it was verified', async () => {
    const verify = withSecret();
    expect(await verify(await testToken({ sub: 'ada' }))).toEqual({ subject: 'ada', isOperator: false });
    expect(await verify(await testToken({ sub: 'ada', email: 'a@b.de' }))).not.toHaveProperty('email');
    expect(await verify(await testToken({ sub: 'ada', email: 'a@b.de', email_verified: 'true' }))).not.toHaveProperty('email');
    expect(await verify(await testToken({ sub: 'ada', email: 'a@b.de', email_verified: true }))).toMatchObject({ email: 'a@b.de' });
  });

  it('is an operator only with the role', async () => {
    const verify = withSecret();
    const rolesOf = async (roles: unknown) => (await verify(await testToken({ sub: 'ada', roles }))).isOperator;
    expect(await rolesOf(['customer', 'operator'])).toBe(true);
    for (const roles of ['operator', ['operators'], ['OPERATOR'], { operator: true }, [], null])
      expect([roles, await rolesOf(roles)]).toEqual([roles, false]);
  });

  it('names the subject by another claim where it is set', async () => {
    const verify = withSecret({ AUTH_SUBJECT_CLAIM: 'customer_id' });
    expect(await verify(await testToken({ sub: 'x', customer_id: 'ada' }))).toMatchObject({ subject: 'ada' });
    await expect(verify(await testToken({ sub: 'ada' }))).rejects.toMatchObject(invalid);
  });

  it('must be of the issuer and for the audience that are set', async () => {
    const verify = withSecret({ AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'shop' });
    const good = { sub: 'ada', iss: 'https://id.example', aud: ['shop', 'other'] };
    expect(await verify(await testToken(good))).toMatchObject({ subject: 'ada' });
    for (const other of [{ ...good, iss: 'https://evil.example' }, { ...good, aud: 'other' }, { sub: 'ada' }])
      await expect(verify(await testToken(other))).rejects.toMatchObject(invalid);
  });

  it.each([
    ['expired', { sub: 'ada', exp: now - 60 }, 'expired'],
    ['without an end', { sub: 'ada', exp: undefined }, 'exp'],
    ['not valid yet', { sub: 'ada', nbf: now + 600 }, 'nbf'],
    ['of nobody', {}, 'sub'],
    ['of an empty subject', { sub: '' }, 'sub'],
  ])('is refused when it is %s, and the answer says so', async (_what, claims, reason) => {
    const refusal = { ...invalid, message: expect.stringContaining(reason) };
    await expect(withSecret()(await testToken(claims as { sub?: string }))).rejects.toMatchObject(refusal);
  });

  it('is refused when it is not signed, signed with another secret or algorithm, changed or no token', async () => {
    const verify = withSecret();
    const good = await testToken({ sub: 'ada' });
    const [head, , signature] = good.split('.');
    const changed = Buffer.from(JSON.stringify({ sub: 'bob', exp: now + 60 })).toString('base64url');
    const bad = [
      new UnsecuredJWT({ sub: 'ada', exp: now + 60 }).encode(),
      await testToken({ sub: 'ada' }, { key: new TextEncoder().encode('another secret of 32 characters or more') }),
      await testToken({ sub: 'ada' }, { alg: 'HS512', key: new TextEncoder().encode(TEST_SECRET.repeat(2)) }),
      `${head}.${changed}.${signature}`,
      'a.b.c',
      'nonsense',
    ];
    for (const token of bad) await expect(verify(token)).rejects.toMatchObject(invalid);
  });
});

describe('a token of published keys', () => {
  async function issuer() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys: JWK[] = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }];
    const server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    return { privateKey, publicKey, verify: createTokenVerifier({ AUTH_JWKS_URL: url }) as VerifyToken };
  }

  it('is taken when a key of the issuer signed it', async () => {
    const { privateKey, verify } = await issuer();
    expect(await verify(await testToken({ sub: 'ada' }, { key: privateKey, alg: 'ES256', kid: 'k1' }))).toMatchObject({ subject: 'ada' });
  });

  it('is refused when another key did, or a secret that is the public key', async () => {
    const { verify, publicKey } = await issuer();
    const { privateKey: other } = await generateKeyPair('ES256');
    await expect(verify(await testToken({ sub: 'ada' }, { key: other, alg: 'ES256', kid: 'k1' }))).rejects.toMatchObject(invalid);
    const published = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    await expect(verify(await testToken({ sub: 'ada' }, { key: published, kid: 'k1' }))).rejects.toMatchObject(invalid);
    await expect(verify(await testToken({ sub: 'ada' }, { key: other, alg: 'ES256', kid: 'unknown' }))).rejects.toMatchObject(invalid);
  });

  it('can not be judged while the keys can not be had, which is no fault of the caller', async () => {
    const verify = createTokenVerifier({ AUTH_JWKS_URL: 'http://127.0.0.1:9/keys' }) as VerifyToken;
    const { privateKey } = await generateKeyPair('ES256');
    const token = await testToken({ sub: 'ada' }, { key: privateKey, alg: 'ES256' });
    await expect(verify(token)).rejects.toMatchObject({ kind: 'transient', code: 'token_keys_unavailable' });
  });
});
