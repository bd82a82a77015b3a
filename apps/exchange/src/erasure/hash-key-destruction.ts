import { Body, Controller, HttpCode, Injectable, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  HASH_KEY_DESTRUCTIONS,
  mayBeErased,
  officerWith,
  Refusal,
  type HashKeyDestroyed,
  type HashKeyDestruction,
  type HashKeysDestroyed,
  type Principal,
} from '@qiongtong/contracts';
import { Clock, UnitOfWork, type HopRequest } from '@qiongtong/platform';

/**
 * Destroys the keys by which records of a resource were hashed in past quarters: from then on nobody can say which
 * record a hash in the log is of. It cannot be undone, and asked for again it has no effect. [R13.4] [R14.9]
 */
@Injectable()
export class HashKeyDestructionService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  destroy(by: Principal, { resourceId, quarters, erasureId }: HashKeyDestruction): Promise<HashKeysDestroyed> {
    const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
    const now = this.clock.now();
    // Asked here again: the key of a quarter in use must not go, whatever the other service was told.
    const early = quarters.filter((quarter) => !mayBeErased(quarter, now));
    if (early.length > 0) throw new Refusal('audit.erasure_too_early', { about: early });
    return this.work.run(async (tx) => {
      const gone = await tx.query<{ id: string; quarter: string }>(
        `UPDATE hash_key SET key = NULL, destroyed_at = $3
         WHERE resource_id = $1 AND quarter = ANY($2) AND key IS NOT NULL RETURNING id, quarter`,
        [resourceId, quarters, now],
      );
      for (const { id, quarter } of gone) {
        const data = { hashKeyId: id, resourceId, quarter, erasureId, by: officer, departmentId: by.departmentId };
        const fact: HashKeyDestroyed = { type: 'exchange.hash-key-destroyed.v1', key: id, at: now.toISOString(), data };
        tx.publish(fact);
      }
      const rows = await tx.query<{ quarter: string; hashKeyId: string; destroyedAt: Date }>(
        `SELECT quarter, id AS "hashKeyId", destroyed_at AS "destroyedAt" FROM hash_key
         WHERE resource_id = $1 AND quarter = ANY($2) AND destroyed_at IS NOT NULL ORDER BY quarter`,
        [resourceId, quarters],
      );
      return { keys: rows.map((row) => ({ ...row, destroyedAt: row.destroyedAt.toISOString() })) };
    });
  }
}

/** Between services: audit has heard two officers before it asks. */
@ApiExcludeController()
@Controller(HASH_KEY_DESTRUCTIONS)
export class HashKeyDestructionController {
  constructor(private readonly destruction: HashKeyDestructionService) {}

  @Post()
  @HttpCode(200)
  destroy(@Body() body: object, @Req() { hop }: HopRequest): Promise<HashKeysDestroyed> {
    if (hop?.iss !== 'audit') throw new Refusal('hop.invalid');
    return this.destruction.destroy(hop.principal, body as HashKeyDestruction);
  }
}
