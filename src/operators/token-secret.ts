import { createHash, randomBytes } from 'node:crypto';

/** Tells a token from other secrets: in logs, in code that looks for leaked ones. */
const PREFIX = 'pma_';
const SECRET_BYTES = 32;
const ID_BYTES = 8;

/** 256 random bits, to be shown once. */
export function newTokenSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

/** Names a token in lists and in the audit log; no secret. */
export function newTokenId(): string {
  return `tok_${randomBytes(ID_BYTES).toString('hex')}`;
}

/** What is kept of a secret, in hex. Fast on purpose: 256 random bits cannot be guessed, and every request is hashed. */
export function sha256Of(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
