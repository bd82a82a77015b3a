import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Given, PageQuery } from '@qiongtong/platform';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import { OneOf, Parts, Slug, Slugs, Text } from '../fields';
import type { PublicKey } from './domain/keys';
import type { NewSystem, System, SystemChange } from './domain/system';

/** `10.1.0.0/16`, `2001:db8::/32`, or one address. */
function isRange(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [address, bits, ...rest] = value.split('/');
  const width = isIP(address!) === 4 ? 32 : isIP(address!) === 6 ? 128 : 0;
  if (width === 0 || rest.length > 0) return false;
  // Wider than any one body's network, a range would bind the system to nothing and keep everybody else out.
  const widest = width === 32 ? 16 : 48;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width && Number(bits) >= widest);
}
const AddressRanges = () =>
  applyDecorators(
    IsArray(),
    ArrayMaxSize(50),
    ArrayUnique(),
    IsString({ each: true }),
    ValidateBy(
      {
        name: 'isRange',
        validator: {
          validate: isRange,
          defaultMessage: () => 'each address must be an address or a range in CIDR notation',
        },
      },
      { each: true },
    ),
  );
const Base64Url = (longest: number) =>
  applyDecorators(Given(), IsString(), Matches(/^[A-Za-z0-9_-]+$/), MaxLength(longest));

/** Public members only: a private one is an unknown field, and refused. */
export class PublicKeyDto implements PublicKey {
  @IsString() @Matches(/^[\w.:-]{1,100}$/) kid: string;
  @OneOf(['EC', 'OKP', 'RSA']) kty: PublicKey['kty'];
  @OneOf(['ES256', 'EdDSA', 'PS256']) alg: PublicKey['alg'];
  @Given() @OneOf(['sig']) use?: 'sig';
  @Given() @OneOf(['P-256', 'Ed25519']) crv?: string;
  @Base64Url(43) x?: string;
  @Base64Url(43) y?: string;
  @Base64Url(1400) n?: string;
  @Base64Url(10) e?: string;
}

/** SHA-256, base64url, as in `x5t#S256`. */
const Thumbprints = () =>
  applyDecorators(IsArray(), ArrayMaxSize(10), ArrayUnique(), Matches(/^[A-Za-z0-9_-]{43}$/, { each: true }));

export class RegisterSystemDto implements NewSystem {
  /** Also its OAuth client id and the end of its topics' names. */
  @Slug() id: string;
  @Text(200) name: string;
  /** Who runs it: the department itself or a vendor. */
  @Slug() ownerId: string;
  /** Nodes outside the e-government extranet cannot be registered. */
  @OneOf(['GOV_EXTRANET']) zone: 'GOV_EXTRANET' = 'GOV_EXTRANET';
  @AddressRanges() addresses: string[] = [];
  @Thumbprints() certificates: string[] = [];
  @Parts(() => PublicKeyDto, 5) keys: PublicKeyDto[] = [];
  /** Resources it may push. */
  @Slugs(200) provides: string[] = [];
  /** It pushes by messages: its topics are made. */
  @IsBoolean() kafka = false;
}

/** A field left out stays as it is. */
export class AmendSystemDto implements SystemChange {
  @Given() @Text(200) name?: string;
  @Given() @Slug() ownerId?: string;
  @Given() @AddressRanges() addresses?: string[];
  @Given() @Thumbprints() certificates?: string[];
  /** All that are to be good from now on: the next beside the former, then the next alone. */
  @Given() @Parts(() => PublicKeyDto, 5) keys?: PublicKeyDto[];
  @Given() @Slugs(200) provides?: string[];
  @Given() @IsBoolean() kafka?: boolean;
  @Given() @OneOf(['ACTIVE', 'SUSPENDED', 'RETIRED']) status?: System['status'];
}

export class AttestOwnerDto {
  /** Who runs it, as the authority found. */
  @Slug() ownerId: string;
  /** On what it rests: a contract, an inspection. */
  @Text(500) evidence: string;
}

export class ListSystemsQuery extends PageQuery {
  @Given() @Slug() departmentId?: string;
}
