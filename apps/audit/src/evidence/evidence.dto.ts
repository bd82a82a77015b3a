import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

const MAX = Number.MAX_SAFE_INTEGER;

export class EvidenceQuery {
  @ApiProperty({ description: 'Id of an application, a grant, a use, a resource, an alert: anything entries name' })
  @IsString()
  @Length(1, 300)
  about: string;

  @ApiPropertyOptional({
    minimum: 1,
    description: 'Size of the signed checkpoint to prove against; by default the newest',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX)
  size?: number;

  @ApiPropertyOptional({
    minimum: 1,
    description: 'Size of an earlier signed checkpoint, whose extension is proved too',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX)
  from?: number;
}
