import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { BatchRefused } from '@qiongtong/contracts';
import type { Problem } from '@qiongtong/platform';
import { aUse } from '@qiongtong/testing';
import type { BatchReport } from '../src/batches/batch.store';
import { aRelease, aRow, keyOf, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => aRow(from + i));
const CSV = { 'content-type': 'text/csv' };

describe('the ways of pushing a batch', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await TestExchange.start({ ROW_BYTES: '65536' });
  });
  afterAll(() => exchange.stop());
  const stored = (resourceId = RESOURCE) => exchange.count('record WHERE resource_id = $1', [resourceId]);

  describe('a snapshot', () => {
    const snapshot = (body: string, query = '') =>
      exchange.push<BatchReport>(body, { query: `?operation=snapshot${query}` });

    it('[R8.2] replaces everything at once: what is not in it is gone, and what changed is in the changes', async () => {
      await exchange.push(ndjson(rows(0, 10)));
      const { status, json } = await snapshot(ndjson([...rows(2, 8), aRow(8, { fee: '1.00' }), ...rows(20, 23)]));
      expect(status).toBe(201);
      expect(json).toMatchObject({
        operation: 'snapshot',
        status: 'APPLIED',
        counts: { received: 10, inserted: 3, updated: 1, unchanged: 6, deleted: 3, replaced: 0 },
      });
      expect(await stored()).toBe(10);
      expect(await exchange.count('record_change WHERE batch_no = $1', [json.batchNo])).toBe(7);
      expect(await exchange.count('resource_counter WHERE resource_id = $1 AND rows = 10', [RESOURCE])).toBe(1);
    });

    it('touches no other resource, and the same once more changes nothing', async () => {
      await exchange.push(ndjson(rows(0, 3)), { resourceId: 'big' });
      const again = ndjson([aRow(1), aRow(1), aRow(2)]);
      const first = await exchange.push<BatchReport>(again, { resourceId: 'big', query: '?operation=snapshot' });
      expect(first.json.counts).toMatchObject({ unchanged: 2, deleted: 1, replaced: 1 });
      const second = await exchange.push<BatchReport>(again, { resourceId: 'big', query: '?operation=snapshot' });
      expect(second.json.counts).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, deleted: 0 });
      expect(await stored()).toBe(10);
    });

    it('with a bad row removes nothing, and bad rows cannot be set aside', async () => {
      const body = ndjson([aRow(2), aRow(3, { status: '9' })]);
      const refused = await snapshot(body);
      expect([refused.status, (refused.json as unknown as Problem).code]).toEqual([422, 'exchange.rows_invalid']);
      const aside = await snapshot(body, '&onInvalid=quarantine');
      expect((aside.json as unknown as Problem).code).toBe('exchange.snapshot_all_or_nothing');
      const empty = await snapshot('');
      expect((empty.json as unknown as Problem).code).toBe('exchange.batch_empty');
      expect(await stored()).toBe(10);
    });

    it('is seen whole or not at all by those who read meanwhile', async () => {
      const version = (n: number) => ndjson(Array.from({ length: 300 }, (_, i) => aRow(i, { copies: n })));
      await exchange.push(version(0), { resourceId: 'order', query: '?operation=snapshot' });
      let pushing = true;
      const seen = new Set<string>();
      const reader = async () => {
        while (pushing) {
          const { rows: found } = await exchange.readerPool.query<{ copies: string; n: string }>(
            `SELECT payload ->> 'copies' AS copies, count(*) AS n FROM record WHERE resource_id = 'order' GROUP BY 1`,
          );
          seen.add(found.map(({ n }) => n).join('+'));
        }
      };
      const reading = reader();
      for (let n = 1; n <= 12; n++)
        await exchange.push(version(n), { resourceId: 'order', query: '?operation=snapshot' });
      pushing = false;
      await reading;
      expect([...seen]).toEqual(['300']);
    });
  });

  describe('a CSV sheet', () => {
    it('[R9.2] is a batch like any other', async () => {
      const sheet = `certNo,personName,登记日期,fee,copies,status\nC-1,"王,小明",2024-02-29,9.00,3,1\r\nC-2,李四,,,,\n`;
      const named = sheet.replace('登记日期', 'registeredOn');
      const packed = gzipSync(named);
      const { json } = await exchange.push<BatchReport>(packed, { headers: { ...CSV, 'content-encoding': 'gzip' } });
      expect(json.counts).toMatchObject({ received: 2, inserted: 2 });
      const { rows: found } = await exchange.pool.query(
        `SELECT payload FROM record WHERE resource_id = $1 AND record_key LIKE 'C-%' ORDER BY record_key`,
        [RESOURCE],
      );
      expect(found[0]).toEqual({
        payload: {
          certNo: 'C-1',
          personName: '王,小明',
          registeredOn: '2024-02-29',
          fee: '9.00',
          copies: 3,
          status: '1',
        },
      });
      expect(found[1]).toEqual({ payload: { certNo: 'C-2', personName: '李四' } });
    });

    it('sets bad rows aside with their text, or names them', async () => {
      const sheet = 'certNo,copies\nC-3,1\nC-4,many\nC-5\nC-6,2\n';
      const { json } = await exchange.push<Problem>(sheet, { headers: CSV });
      expect(json.errors).toEqual([
        { pointer: '/3/copies', message: 'line 3: expected a whole number' },
        { pointer: '/4', message: 'line 4: has 1 values for 2 columns' },
      ]);
      const aside = await exchange.push<BatchReport>(sheet, { headers: CSV, query: '?onInvalid=quarantine' });
      expect(aside.json).toMatchObject({ status: 'QUARANTINED_PARTLY', counts: { inserted: 2, quarantined: 2 } });
      const kept = await exchange.call('GET', `/v1/resources/${RESOURCE}/batches/${aside.json.id}/quarantine`);
      expect(kept.text.split('\n', 1)[0]).toContain('C-4,many');
    });

    it('[R2.3] with a secrecy marking is stopped before anything of it is kept', async () => {
      const { json } = await exchange.push<Problem>('certNo,remark\nC-7,"机密★ 附件"\n', { headers: CSV });
      expect(json.code).toBe('exchange.secret_marking');
      expect(await exchange.count(`batch WHERE refusal ->> 'code' = 'exchange.secret_marking'`)).toBe(0);
    });

    it.each([
      ['another encoding than there is', 'text/csv; charset=utf-16', 415, 'request.unsupported_media_type'],
      ['JSON in the national encoding', 'application/json; charset=gbk', 415, 'request.unsupported_media_type'],
      ['columns nobody knows', 'text/csv; charset="UTF-8"', 422, 'exchange.csv_columns'],
    ])('is refused with %s', async (_what, type, status, code) => {
      const answer = await exchange.push<Problem>('colour\nred\n', { headers: { 'content-type': type } });
      expect([answer.status, answer.json.code]).toEqual([status, code]);
    });
  });

  describe('a dry run', () => {
    it('[R9.2] says what would be done, does nothing, and leaves its key free for the real one', async () => {
      const body = ndjson([aRow(2), aRow(3, { fee: '2.00' }), aRow(900)]);
      const before = await stored();
      const facts = (await exchange.said('exchange.batch-applied.v1')).length;
      const dry = await exchange.push<BatchReport>(body, { query: '?dryRun=true', key: 'dry' });
      expect(dry.json).toMatchObject({
        status: 'CHECKED',
        batchNo: null,
        idempotencyKey: null,
        counts: { received: 3, inserted: 1, updated: 1, unchanged: 1, deleted: 0 },
      });
      expect(await stored()).toBe(before);
      await until(async () => (await exchange.count('staged_row')) === 0);
      expect(await exchange.said('exchange.batch-applied.v1')).toHaveLength(facts);
      const real = await exchange.push<BatchReport>(body, { key: 'dry' });
      expect(real.json).toMatchObject({ status: 'APPLIED', counts: dry.json.counts });
      expect(real.headers.get('idempotency-replayed')).toBeNull();
    });

    it('says what a snapshot would remove, and which rows are wrong', async () => {
      const all = await stored();
      const dry = await exchange.push<BatchReport>(ndjson([aRow(2)]), { query: '?operation=snapshot&dryRun=true' });
      expect(dry.json.counts).toMatchObject({ unchanged: 1, deleted: all - 1 });
      const wrong = await exchange.push<Problem>(ndjson([aRow(2, { status: '7' })]), { query: '?dryRun=true' });
      expect(wrong.json.code).toBe('exchange.rows_invalid');
      expect(await stored()).toBe(all);
      const odd = await exchange.push<Problem>(ndjson([aRow(2)]), { query: '?dryRun=perhaps' });
      expect([odd.status, odd.json.code]).toEqual([400, 'request.invalid']);
    });
  });

  describe('a batch that is under way', () => {
    /** Sends rows for as long as it is allowed to. */
    function slowPush(resourceId: string): { answered: Promise<{ status: number; text: string }>; stop: () => void } {
      const target = `/v1/resources/${resourceId}/batches`;
      const use = aUse({ systemId: 'mzt-system', departmentId: 'mzt', resourceId, action: 'push', items: null });
      const { hop } = exchange.hopFor('POST', target, aRelease(use, {}, 'push'));
      const sending = request(exchange.service.url + target, {
        method: 'POST',
        headers: {
          'x-qiongtong-hop': hop,
          'content-type': 'application/x-ndjson',
          'idempotency-key': `slow-${resourceId}`,
        },
      });
      let going = true;
      const answered = (async () => {
        const [answer] = (await once(sending, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
        going = false;
        let text = '';
        for await (const chunk of answer) text += chunk.toString();
        return { status: answer.statusCode, text };
      })();
      void (async () => {
        for (let n = 0; going; n += 600, await wait(50)) sending.write(ndjson(rows(n, n + 600)));
        sending.end();
      })();
      return { answered, stop: () => (going = false) };
    }
    const open = async (resourceId: string): Promise<BatchReport> => {
      let found: BatchReport | undefined;
      await until(async () => {
        const { json } = await exchange.call<{ items: BatchReport[] }>('GET', `/v1/resources/${resourceId}/batches`);
        found = json.items.find(({ status, counts }) => status === 'RECEIVING' && counts.received > 0);
        return found !== undefined;
      });
      return found!;
    };

    it('[R8.2] shows how far it is, and ends when its provider cancels it', async () => {
      const before = await stored('big');
      const { answered } = slowPush('big');
      const { id, idempotencyKey } = await open('big');
      expect(idempotencyKey).toBe('slow-big');
      const target = `/v1/resources/big/batches/${id}/cancellation`;
      const stranger = await exchange.call<Problem>('POST', target, { principal: principalOf('gat-system', 'gat') });
      expect(stranger.status).toBe(404);
      const cancelled = await exchange.call<BatchReport>('POST', target, { headers: { 'idempotency-key': 'c1' } });
      expect([cancelled.status, cancelled.json.status]).toEqual([200, 'CANCELLED']);
      const { status, text } = await answered;
      expect([status, (JSON.parse(text) as Problem).code]).toEqual([409, 'exchange.batch_cancelled']);
      expect(await stored('big')).toBe(before);
      await until(async () => (await exchange.count('staged_row')) === 0);
      const again = await exchange.call<BatchReport>('POST', target, { headers: { 'idempotency-key': 'c2' } });
      expect([again.status, again.json.status]).toEqual([200, 'CANCELLED']);
      const facts = await exchange.said<BatchRefused['data']>('exchange.batch-refused.v1');
      expect(facts.filter(({ batchId }) => batchId === id)).toMatchObject([{ code: 'exchange.batch_cancelled' }]);
    });

    it('cannot be cancelled once it has its outcome', async () => {
      const { json } = await exchange.push<BatchReport>(ndjson([aRow(2)]));
      const target = `/v1/resources/${RESOURCE}/batches/${json.id}/cancellation`;
      const late = await exchange.call<Problem>('POST', target, { headers: { 'idempotency-key': 'c3' } });
      expect([late.status, late.json.code]).toEqual([409, 'exchange.batch_settled']);
      expect(await exchange.count('record WHERE record_key = $1 AND resource_id = $2', [keyOf(2), RESOURCE])).toBe(1);
    });
  });
});
