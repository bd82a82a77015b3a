import { IsInt, Matches, Max, Min } from 'class-validator';

export class PositionDto {
  /** Of a batch; 0 is where the feed began. */
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  position: number;
}

export class ReceiptDto {
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  position: number;

  /** SHA-256, hex, of the body that was received. */
  @Matches(/^[0-9a-f]{64}$/)
  digest: string;
}
