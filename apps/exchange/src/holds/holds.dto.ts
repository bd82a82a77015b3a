import { IsBoolean, IsString, MaxLength, MinLength } from 'class-validator';

export class DiscardRequest {
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class ReleaseRequest extends DiscardRequest {
  /** It is applied although a later batch was, and takes the place of what that one said. */
  @IsBoolean()
  overLater: boolean = false;
}
