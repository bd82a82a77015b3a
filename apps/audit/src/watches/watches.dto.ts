import { PageQuery } from '@qiongtong/platform';
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { SearchQuery } from '../search/search.dto';
import { LONGEST_SECONDS, SHORTEST_SECONDS, type WatchFilter, type WatchState } from './domain/watch';

const ASKED = ['about', 'actor', 'organisation', 'purpose', 'matter', 'effect', 'reason', 'article'] as const;

/** What a search asks for, as far as it is of an entry itself. */
export class WatchFilterDto extends PickType(SearchQuery, ASKED) implements WatchFilter {
  @ApiPropertyOptional({ type: [String], example: ['access.released.v1', 'access.release-started.v1'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  types?: string[];
}

export class SaveWatchDto {
  @ApiProperty({ example: '谁读取了婚姻登记' })
  @IsString()
  @Length(1, 100)
  name: string;

  @ApiProperty({ type: WatchFilterDto, description: 'An entry meets all of it; without any field it is everything' })
  @IsObject()
  @ValidateNested()
  @Type(() => WatchFilterDto)
  filter: WatchFilterDto;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: SHORTEST_SECONDS,
    maximum: LONGEST_SECONDS,
    default: 60,
    description: 'The first match is told at once, what follows within these seconds together',
  })
  @IsOptional()
  @IsInt()
  @Min(SHORTEST_SECONDS)
  @Max(LONGEST_SECONDS)
  everySeconds = 60;
}

export class WatchPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id: string;
}

export class WatchesQuery extends PageQuery {}

export class NoticesQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: 0, description: 'Number of the last notice one has' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after = 0;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 25, default: 0, description: 'Seconds to wait for one' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(25)
  wait = 0;
}

export class WatchView {
  @ApiProperty({ format: 'uuid' }) readonly id: string;
  @ApiProperty() readonly name: string;
  @ApiProperty({ type: WatchFilterDto }) readonly filter: WatchFilter;
  @ApiProperty() readonly everySeconds: number;
  @ApiProperty({ enum: ['ACTIVE', 'PAUSED', 'ENDED'] }) readonly state: WatchState;
  @ApiProperty({ description: 'Entries from this index on are compared with it' }) readonly fromEntry: number;
  @ApiProperty({ format: 'date-time' }) readonly savedAt: string;
  @ApiProperty({ format: 'date-time' }) readonly changedAt: string;
  @ApiProperty({ description: 'Number of its last notice' }) readonly notices: number;
  @ApiProperty({ description: 'Matches that the next notice will tell of' }) readonly waiting: number;
}

export class WatchPageView {
  @ApiProperty({ type: [WatchView] }) readonly items: readonly WatchView[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page' }) readonly next: string | null;
}

export class NoticeView {
  @ApiProperty({ description: 'Counted from 1 without gaps' }) readonly n: number;
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ description: 'How many entries met the watch since the notice before' }) readonly matches: number;
  @ApiProperty() readonly firstEntry: number;
  @ApiProperty() readonly lastEntry: number;
  @ApiProperty({ type: [Number], description: 'Their indexes, at most the first hundred' })
  readonly entries: readonly number[];
}

export class NoticesView {
  @ApiProperty({ type: [NoticeView] }) readonly items: readonly NoticeView[];
  @ApiProperty({ description: 'To be given as `after` next time' }) readonly next: number;
}
