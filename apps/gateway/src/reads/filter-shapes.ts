import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '@qiongtong/contracts';
import { HopTokens } from '@qiongtong/platform';

/**
 * Filters as shape and keyed hashes, for the record: `regStatus.eq#1f3a…`. The log must show what was asked without
 * holding a personal value, and equal questions must look equal on every gateway.
 */
@Injectable()
export class FilterShapes {
  private readonly key: Buffer;

  constructor(hops: HopTokens) {
    this.key = hops.derivedKey('filter-shapes', 'exchange');
  }

  of(filter: RowFilter | null): string | null {
    if (filter === null) return null;
    if ('all' in filter) return `all(${filter.all.map((f) => this.of(f)).join(',')})`;
    if ('any' in filter) return `any(${filter.any.map((f) => this.of(f)).join(',')})`;
    const digest = createHmac('sha256', this.key)
      .update(`${filter.item}\0${JSON.stringify(filter.value ?? null)}`)
      .digest('base64url');
    return `${filter.item}.${filter.op}#${digest.slice(0, 16)}`;
  }
}
