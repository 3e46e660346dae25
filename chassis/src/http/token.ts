import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { refused, transient } from '../errors.ts';

export type TokenSettings = {
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly AUTH_JWT_SECRET?: string | undefined;
  readonly AUTH_ISSUER?: string | undefined;
  readonly AUTH_AUDIENCE?: string | undefined;
  readonly AUTH_SUBJECT_CLAIM?: string | undefined;
};

/** Whom a token stands for. */
export type TokenHolder = {
  subject: string;
  /** Only when the issuer says that it was verified. */
  email?: string;
  isOperator: boolean;
};

/** The holder of a JWT. Throws 401 `token_invalid`, or `token_keys_unavailable` (503) while the issuer's keys can not be had. */
export type VerifyToken = (token: string) => Promise<TokenHolder>;

const PUBLIC_KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** Failures to fetch the keys, which say nothing about the token. */
const KEYS_AWAY = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** Undefined when neither AUTH_JWKS_URL nor AUTH_JWT_SECRET is set. The key decides which algorithms are taken, never the token. */
export function createTokenVerifier(settings: TokenSettings): VerifyToken | undefined {
  const { AUTH_JWKS_URL, AUTH_JWT_SECRET, AUTH_ISSUER, AUTH_AUDIENCE, AUTH_SUBJECT_CLAIM = 'sub' } = settings;
  const options: JWTVerifyOptions = {
    requiredClaims: ['exp', AUTH_SUBJECT_CLAIM],
    clockTolerance: 5,
    ...(AUTH_ISSUER !== undefined && { issuer: AUTH_ISSUER }),
    ...(AUTH_AUDIENCE !== undefined && { audience: AUTH_AUDIENCE }),
  };
  const holderOf = (payload: JWTPayload) => readHolder(payload, AUTH_SUBJECT_CLAIM);
  if (AUTH_JWT_SECRET !== undefined) {
    const secret = new TextEncoder().encode(AUTH_JWT_SECRET);
    return (token) => translated(jwtVerify(token, secret, { ...options, algorithms: ['HS256'] }).then(({ payload }) => holderOf(payload)));
  }
  if (AUTH_JWKS_URL !== undefined) {
    const keys = createRemoteJWKSet(new URL(AUTH_JWKS_URL), { timeoutDuration: 2000 });
    return (token) =>
      translated(jwtVerify(token, keys, { ...options, algorithms: PUBLIC_KEY_ALGORITHMS }).then(({ payload }) => holderOf(payload)));
  }
  return undefined;
}

function readHolder(payload: JWTPayload, subjectClaim: string): TokenHolder {
  const { [subjectClaim]: subject, email, email_verified: emailVerified, roles } = payload;
  if (typeof subject !== 'string' || subject === '') throw new errors.JWTClaimValidationFailed('no text', payload, subjectClaim, 'invalid');
  return {
    subject,
    ...(typeof email === 'string' && emailVerified === true && { email }),
    isOperator: Array.isArray(roles) && roles.includes('operator'),
  };
}

async function translated(holder: Promise<TokenHolder>): Promise<TokenHolder> {
  try {
    return await holder;
  } catch (error) {
    if (!(error instanceof errors.JOSEError) || KEYS_AWAY.has(error.code))
      throw transient('token_keys_unavailable', "The keys of the tokens' issuer can not be had now.", error);
    throw refused(401, 'token_invalid', reasonOf(error));
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired: get a new one.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token is not for this shop: its claim ${error.claim} is missing or wrong.`;
  return 'The token is not valid: it is malformed, or not signed with a key of this shop.';
}
