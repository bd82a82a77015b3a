import { createHash } from 'node:crypto';
import type { Push } from './push';

/** What makes two requests under one idempotency key the same: target, way and bytes. */
export const requestDigestOf = (push: Pick<Push, 'use' | 'operation' | 'onInvalid' | 'format'>, body: Buffer): string =>
  createHash('sha256')
    .update(JSON.stringify([push.use.resourceId, push.operation, push.onInvalid, push.format]))
    .update(body)
    .digest('hex');
