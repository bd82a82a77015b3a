import { PageQuery } from '@qiongtong/platform';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { HOLD_GROUNDS, type HoldGround } from './hold.store';

export class PlaceHoldDto {
  @ApiProperty({ description: 'Id of anything entries name: an application, a grant, a resource, a use' })
  @IsString()
  @Length(1, 300)
  objectId: string;

  @ApiProperty({ enum: HOLD_GROUNDS })
  @IsIn(HOLD_GROUNDS)
  ground: HoldGround;

  @ApiProperty({ description: 'Number of the document that asks for it', example: '琼纪〔2026〕12号' })
  @IsString()
  @Length(1, 100)
  document: string;
}

export class HoldPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;
}

export class HoldsQuery extends PageQuery {}

export class ArchivesQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0, description: 'Parts that begin here or later' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  from = 0;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;
}

export class HoldView {
  @ApiProperty({ format: 'uuid' }) readonly id: string;
  @ApiProperty() readonly objectId: string;
  @ApiProperty({ enum: HOLD_GROUNDS }) readonly ground: HoldGround;
  @ApiProperty() readonly document: string;
  @ApiProperty() readonly placedBy: string;
  @ApiProperty({ format: 'date-time' }) readonly placedAt: string;
  @ApiProperty({ type: String, nullable: true }) readonly liftedBy: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly liftedAt: string | null;
}

export class HoldPageView {
  @ApiProperty({ type: [HoldView] }) readonly items: readonly HoldView[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page' }) readonly next: string | null;
}

export class ArchiveView {
  @ApiProperty({ description: 'First entry' }) readonly from: number;
  @ApiProperty({ description: 'The entry after the last' }) readonly before: number;
  @ApiProperty({ description: 'Where it was written, as the service names the place' }) readonly place: string;
  @ApiProperty() readonly manifest: string;
  @ApiProperty({ description: 'SHA-256 of the manifest, hex' }) readonly manifestSha256: string;
  @ApiProperty({
    description: 'Checkpoint of the first entries up to here, signed, with a line that names the manifest',
  })
  readonly checkpoint: string;
  @ApiProperty({ format: 'date-time' }) readonly archivedAt: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly prunedAt: string | null;
  @ApiProperty({ description: 'Entries whose text is in the database still, as holds want it' })
  readonly stillHere: number;
}

export class ArchivesView {
  @ApiProperty({ type: [ArchiveView] }) readonly items: readonly ArchiveView[];
  @ApiProperty({ type: Number, nullable: true, description: 'To be given as `from` next time' })
  readonly next: number | null;
}
