import { STOP_TARGETS, type StopTarget } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { IsString, Matches, MaxLength } from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { Instant, Nullable, OneOf, Slug, Text } from '../fields';
import type { Stop } from './domain/stop';

/** A slug, or a token's or session's id as the issuer made it. */
const TargetId = () => applyDecorators(IsString(), MaxLength(200), Matches(/^[\w.~:-]+$/));

export class PlaceStopDto {
  @OneOf(STOP_TARGETS) target: StopTarget;
  @TargetId() targetId: string;
  /** Whose token, session or client it is; left out, the caller's own, and by the province or the operator anybody's. */
  @Nullable() @Slug() organisationId: string | null = null;
  @Text(2000) reason: string;
  /** Only an authority may leave it out. */
  @Nullable() @Instant() until: string | null = null;
}

export class LiftStopDto {
  @Text(2000) reason: string;
}

export class ConfirmStopDto {
  @Text(2000) reason: string;
  /** Until when the authority lets it stand; left out, until it is lifted. */
  @Nullable() @Instant() until: string | null = null;
}

export class ListStopsQuery extends PageQuery {
  @Given() @OneOf(STOP_TARGETS) target?: StopTarget;
  @Given() @TargetId() targetId?: string;
  @Given() @OneOf(['ACTIVE', 'LIFTED']) status?: Stop['status'];
}
