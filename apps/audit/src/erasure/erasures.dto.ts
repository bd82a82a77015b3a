import { QUARTER, SLUG } from '@qiongtong/contracts';
import { PageQuery } from '@qiongtong/platform';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  IsUUID,
  Length,
  Matches,
} from 'class-validator';
import { ERASURE_GROUNDS, type Erasure } from './erasure.store';

export class ProposeErasureDto {
  @ApiProperty({ example: '203000-000001' })
  @Matches(SLUG)
  resourceId: string;

  @ApiProperty({ type: [String], example: ['2022Q4'], description: 'Quarters in UTC that ended three years ago' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ArrayUnique()
  @Matches(QUARTER, { each: true })
  quarters: string[];

  @ApiProperty({ enum: ERASURE_GROUNDS })
  @IsIn(ERASURE_GROUNDS)
  ground: Erasure['ground'];

  @ApiProperty({ description: 'Number of the document that asks for it', example: '琼数〔2029〕12号' })
  @IsString()
  @Length(1, 100)
  document: string;
}

export class ErasurePath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;
}

export class ErasuresQuery extends PageQuery {}

export class DestroyedKeyView {
  @ApiProperty() readonly quarter: string;
  @ApiProperty() readonly hashKeyId: string;
  @ApiProperty({ format: 'date-time' }) readonly destroyedAt: string;
}

export class ErasureView {
  @ApiProperty({ format: 'uuid' }) readonly id: string;
  @ApiProperty() readonly resourceId: string;
  @ApiProperty({ type: [String] }) readonly quarters: readonly string[];
  @ApiProperty({ enum: ERASURE_GROUNDS }) readonly ground: Erasure['ground'];
  @ApiProperty() readonly document: string;
  @ApiProperty({ enum: ['PROPOSED', 'CONFIRMED', 'REJECTED'] }) readonly state: Erasure['state'];
  @ApiProperty() readonly proposedBy: string;
  @ApiProperty({ format: 'date-time' }) readonly proposedAt: string;
  @ApiProperty({ type: String, nullable: true }) readonly decidedBy: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly decidedAt: string | null;
  @ApiProperty({ type: [DestroyedKeyView], description: 'A quarter in which nothing left never had a key' })
  readonly destroyed: readonly DestroyedKeyView[];
}

export class ErasurePageView {
  @ApiProperty({ type: [ErasureView] }) readonly items: readonly ErasureView[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page' }) readonly next: string | null;
}
