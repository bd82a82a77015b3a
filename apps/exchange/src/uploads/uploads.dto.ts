import { PushParameters } from '../batches/batches.dto';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { MOST_PARTS } from './domain/upload';

/** What is said of the batch before its parts come. */
export class UploadRequest extends PushParameters {
  /** Media type of the whole: `application/x-ndjson`, `application/json` or `text/csv`, with its charset. */
  @IsString()
  @MaxLength(200)
  contentType: string;

  /** `gzip` when the whole is compressed; parts are cut from the compressed bytes. */
  @IsOptional()
  @IsIn(['identity', 'gzip'])
  contentEncoding?: 'identity' | 'gzip';
}

export class PartOfUpload {
  @IsString()
  resourceId: string;

  @IsString()
  uploadId: string;

  /** From 1, in the order of the bytes. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_PARTS)
  n: number;
}

export class UploadCompletion {
  /** How many parts there are. */
  @IsInt()
  @Min(1)
  @Max(MOST_PARTS)
  parts: number;

  /** SHA-256 of the whole, hex. */
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  digest?: string;
}
