import { isUtf8 } from 'node:buffer';
import {
  keyValuesOf,
  recordKeyOf,
  type Decision,
  type RefusalCode,
  type ResourceState,
  type SystemState,
  type Use,
} from '@qiongtong/contracts';
import type { Message } from '@qiongtong/platform';
import { findSecretMark } from '@qiongtong/regulation';
import { keyItemsOf } from '../ingest/domain/row-schema';
import { isPlain } from '../ingest/arrived-rows';
import type { GoodRow, RowError, RowReader } from '../ingest/rows';
import { pushUse } from '../policy/push-use';
import { recordKeyFromSource, rowFromSource, sourceChangeOf, type SourceChange } from './domain/source-change';

/** What is to become of one pushed message. */
export type Verdict =
  | Readonly<{
      outcome: 'apply';
      resourceId: string;
      row: GoodRow;
      /** Columns of the source that are no items of the entry. */
      leftOut?: readonly string[];
    }>
  /** Set aside for repair; `resourceId` is null where the sender may not push to what it names. */
  | Readonly<{ outcome: 'quarantine'; resourceId: string | null; code: RefusalCode; errors: readonly RowError[] }>
  | Readonly<{ outcome: 'refuse'; rule: string }>
  /** Nothing can be decided now. */
  | Readonly<{ outcome: 'wait' }>;

export type Surroundings = Readonly<{
  systemId: string;
  system: SystemState | undefined;
  decide: (use: Use) => Decision;
  resource: (id: string) => ResourceState | undefined;
  readerOf: (resource: ResourceState) => RowReader;
  rowBytes: number;
}>;

const OPERATIONS: Readonly<Record<string, 'upsert' | 'delete'>> = {
  'record.upserted.v1': 'upsert',
  'record.deleted.v1': 'delete',
};

/** Judges one message. Who sent it is known by the topic it lies in; what its headers say of that is not looked at. */
export function judge(message: Message, world: Surroundings): Verdict {
  const text = message.raw?.toString('utf8') ?? '';
  const meant = text.includes('\\') && message.data !== undefined ? JSON.stringify(message.data) : text;
  const mark = findSecretMark(meant) ?? findSecretMark(message.key);
  if (mark) return { outcome: 'refuse', rule: `secret-mark:${mark.level}` };

  const { systemId, system } = world;
  const change = message.type === '' ? sourceChangeOf(message.key, message.data) : null;
  // A connector that names no resource can mean only one where its system provides one.
  const only = change && system?.provides.length === 1 ? system.provides[0] : undefined;
  const resourceId = message.headers['ce_subject'] ?? only ?? '';
  const decision = world.decide(
    pushUse({ systemId, departmentId: system?.departmentId ?? '', resourceId, tokenId: null }),
  );
  if (decision.effect === 'indeterminate') return { outcome: 'wait' };
  const resource = world.resource(resourceId);
  if (decision.effect === 'deny' || !resource)
    return aside(
      null,
      decision.effect === 'deny' ? (decision.reasons[0]?.code ?? 'access.not_provider') : 'access.resource_unknown',
    );
  if ((message.raw?.length ?? 0) > world.rowBytes) return aside(resourceId, 'exchange.message_too_large');
  if (change)
    return keyItemsOf(resource.items).length > 0 ? readChange(change, resource, world) : withoutKey(resourceId);
  const operation = OPERATIONS[message.type];
  if (!operation) return aside(resourceId, 'exchange.message_type_unknown');
  if (keyItemsOf(resource.items).length === 0) return withoutKey(resourceId);
  return operation === 'delete' && message.raw === null
    ? deleteByKey(message, resource)
    : read(message, resource, operation, world.readerOf(resource));
}

function read(message: Message, resource: ResourceState, operation: 'upsert' | 'delete', reader: RowReader): Verdict {
  const { data, raw } = message;
  if (raw === null || !isUtf8(raw) || typeof data !== 'object' || data === null || Array.isArray(data))
    return aside(resource.id, 'exchange.message_not_json');
  const text = raw.toString('utf8');
  const row = reader.read(data, operation, isPlain(text) ? text : undefined);
  if ('errors' in row) return aside(resource.id, 'exchange.rows_invalid', row.errors);
  if (canonicalKey(message.key) !== row.key) return aside(resource.id, 'exchange.message_key_mismatch');
  return { outcome: 'apply', resourceId: resource.id, row };
}

/** An event of a change-data-capture connector, as it comes. */
function readChange(change: SourceChange, resource: ResourceState, world: Surroundings): Verdict {
  if (change.operation === 'truncate') return aside(resource.id, 'exchange.source_truncated');
  if (change.operation === 'schema') return aside(resource.id, 'exchange.source_schema_message');
  const key = recordKeyFromSource(change.key, change.semantics, resource);
  if (change.operation === 'delete')
    return key === null
      ? aside(resource.id, 'exchange.message_key_mismatch')
      : { outcome: 'apply', resourceId: resource.id, row: { key, payload: null } };
  const { row, leftOut } = rowFromSource(change.row, change.semantics, resource.items);
  const read = world.readerOf(resource).read(row, 'upsert');
  if ('errors' in read) return aside(resource.id, 'exchange.rows_invalid', read.errors);
  if (key !== read.key) return aside(resource.id, 'exchange.message_key_mismatch');
  return { outcome: 'apply', resourceId: resource.id, row: read, leftOut };
}

/** A tombstone: the message's key is all there is. */
function deleteByKey(message: Message, resource: ResourceState): Verdict {
  const key = canonicalKey(message.key);
  if (key === null || key.split('~').length !== keyItemsOf(resource.items).length)
    return aside(resource.id, 'exchange.message_key_mismatch');
  return { outcome: 'apply', resourceId: resource.id, row: { key, payload: null } };
}

function canonicalKey(key: string): string | null {
  if (key === '') return null;
  try {
    const canonical = recordKeyOf(keyValuesOf(key));
    return canonical.includes('%00') ? null : canonical;
  } catch {
    return null;
  }
}

const withoutKey = (resourceId: string): Verdict => aside(resourceId, 'exchange.resource_without_key');

const aside = (resourceId: string | null, code: RefusalCode, errors: readonly RowError[] = []): Verdict => ({
  outcome: 'quarantine',
  resourceId,
  code,
  errors,
});
