import { SpanCollector } from '@qiongtong/testing';
import { requestContext } from '../request-context';
import { currentTraceparent } from './trace';
import { inSpan, SpanKind, tracedHeaders, Tracing } from './tracing';

const CALLER = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const HANDLING = { kind: SpanKind.CONSUMER, name: 'process facts.catalogue', parent: CALLER };

describe('spans', () => {
  it('are not made where no collector is named; the trace goes on all the same', async () => {
    await Tracing.OFF.within(HANDLING, async () => {
      expect(currentTraceparent()).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
      expect(tracedHeaders()).toEqual({});
      expect(await inSpan({ kind: SpanKind.INTERNAL, name: 'part' }, async () => 1)).toBe(1);
    });
  });

  it.each(['', 'nonsense', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`])(
    'begin a new trace where the caller’s is %p',
    async (parent) => {
      await Tracing.OFF.within({ ...HANDLING, parent }, async () => {
        expect(currentTraceparent()).toMatch(/^00-(?!a{32}|0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      });
    },
  );

  describe('told to a collector', () => {
    let collector: SpanCollector;
    beforeEach(async () => void (collector = await SpanCollector.start()));
    afterEach(() => collector.stop());
    const start = (ratio: number, url = collector.url) =>
      Tracing.start('catalogue', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url, OTEL_TRACES_SAMPLER_ARG: ratio });

    it('hang together as they were done, and an error is named by its kind alone', async () => {
      const tracing = await start(1);
      const failing = tracing.within(HANDLING, () =>
        inSpan({ kind: SpanKind.INTERNAL, name: 'transaction' }, async () => {
          throw Object.assign(new Error('value 460000199001010000 is wrong'), { code: '22P02' });
        }),
      );
      await expect(failing).rejects.toThrow('is wrong');
      await tracing.close();
      const [part, whole] = collector.spans;
      expect([whole!.traceId, whole!.parentSpanId]).toEqual(['a'.repeat(32), 'b'.repeat(16)]);
      expect([part!.traceId, part!.parentSpanId]).toEqual(['a'.repeat(32), whole!.spanId]);
      expect(part!.attributes).toContainEqual({ key: 'error.type', value: { stringValue: '22P02' } });
      expect(JSON.stringify(collector.spans)).not.toContain('460000199001010000');
    });

    it('keep what else is known of the request', async () => {
      const tracing = await start(1);
      const idempotency = { caller: 'c', key: 'k', operation: 'o', digest: '', claimed: false };
      const { context } = tracing.begin(HANDLING);
      await requestContext.run({ ...context, idempotency }, () =>
        inSpan({ kind: SpanKind.INTERNAL, name: 'part' }, async () => {
          expect(requestContext.getStore()!.idempotency).toBe(idempotency);
        }),
      );
      await tracing.close();
    });

    it('are left out with their whole trace, whatever the caller asks for', async () => {
      const tracing = await start(0);
      await tracing.within(HANDLING, async () => expect(tracedHeaders().traceparent).toMatch(/^00-a{32}-.*-00$/));
      await tracing.close();
      expect(collector.spans).toEqual([]);
    });

    it('are lost with a collector that is away, and nothing else is', async () => {
      const { url } = collector;
      await collector.stop();
      const tracing = await start(1, url);
      expect(await tracing.within(HANDLING, async () => 'done')).toBe('done');
      await tracing.close();
    });
  });
});
