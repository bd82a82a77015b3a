import { isIP } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { PageQuery } from '@qiongtong/platform';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsString, Matches, ValidateBy } from 'class-validator';
import { Given, OneOf, Slug, Slugs, Text } from '../fields';
import type { NewSystem, SystemChange } from './domain/system';

/** `10.1.0.0/16`, `2001:db8::/32`, or one address. */
function isRange(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [address, bits, ...rest] = value.split('/');
  const width = isIP(address!) === 4 ? 32 : isIP(address!) === 6 ? 128 : 0;
  return width > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width));
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
  @Given() @Slugs(200) provides?: string[];
  @Given() @IsBoolean() kafka?: boolean;
  @Given() @OneOf(['RETIRED']) status?: 'RETIRED';
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
