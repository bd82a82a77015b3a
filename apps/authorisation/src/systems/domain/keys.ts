import { Refusal } from '@qiongtong/contracts';

/** A public key by which a system proves itself to the issuer (`private_key_jwt`), as in RFC 7517. */
export type PublicKey = Readonly<{
  kid: string;
  kty: 'EC' | 'OKP' | 'RSA';
  alg: 'ES256' | 'EdDSA' | 'PS256';
  use?: 'sig';
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
}>;

const FORMS: Readonly<
  Record<PublicKey['alg'], Readonly<{ kty: string; crv?: string; needs: readonly (keyof PublicKey)[] }>>
> = {
  ES256: { kty: 'EC', crv: 'P-256', needs: ['x', 'y'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', needs: ['x'] },
  PS256: { kty: 'RSA', needs: ['n', 'e'] },
};
/** Base64url digits of 2048 bits. */
const RSA_DIGITS = 342;

/**
 * Two keys at a time let one be replaced by the other without a gap; a name is never given to another key, or the
 * issuer would not know which of them signed.
 */
export function checkKeys(keys: readonly PublicKey[], former: readonly PublicKey[]): void {
  const names = keys.map(({ kid }) => kid);
  const repeated = names.filter((kid, i) => names.indexOf(kid) !== i);
  const renamed = keys.filter((key) => former.some((known) => known.kid === key.kid && !sameKey(known, key)));
  const about = [...repeated, ...renamed.map(({ kid }) => kid)];
  if (about.length > 0) throw new Refusal('system.key_name_taken', { about });
  const unfit = keys.filter((key) => !fits(key)).map(({ kid }) => kid);
  if (unfit.length > 0) throw new Refusal('system.key_invalid', { about: unfit });
}

function fits(key: PublicKey): boolean {
  const { kty, crv, needs } = FORMS[key.alg];
  if (key.kty !== kty || key.crv !== crv || needs.some((name) => !key[name])) return false;
  return key.alg !== 'PS256' || (key.n?.length ?? 0) >= RSA_DIGITS;
}

const sameKey = (a: PublicKey, b: PublicKey): boolean =>
  (['kty', 'crv', 'x', 'y', 'n', 'e'] as const).every((name) => a[name] === b[name]);
