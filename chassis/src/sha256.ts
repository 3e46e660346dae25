import { createHash } from 'node:crypto';

/** SHA-256 of a text's UTF-8 bytes, base64url. Two services that compare digests of one text must both take them from here. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
