import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { requestContext, type RequestContext } from '../request-context';
import { parentOf, traceOf, traceparentOf } from './trace';

export { SpanKind };

export type TracingSettings = Readonly<{
  /** Where spans are sent, e.g. `http://collector:4318/v1/traces`; none are made where absent. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;
  /** Share of traces that are sent, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: number;
}>;

export type Doing = Readonly<{
  kind: SpanKind;
  /** Has few values: a route's pattern, never an address. */
  name: string;
  /** Names of parts and kinds of outcome only: nothing of a person, no value of a row or filter. */
  attributes?: Attributes;
  /** `traceparent` of what this is done for. */
  parent?: string;
}>;

/** What is being done: its context, and the span that ends with it where spans are made. */
export type Begun = Readonly<{ context: RequestContext; span: Span | null }>;

/**
 * Spans of what this process does, sent to an OpenTelemetry collector (OTLP over HTTP). A collector that is away costs spans and
 * nothing else. Whether a trace is sent depends on its id alone, so that all services agree and no caller can ask for more.
 */
export class Tracing {
  private constructor(
    private readonly tracer: Tracer | null,
    readonly close: () => Promise<void>,
  ) {}

  /** Makes none. */
  static readonly OFF = new Tracing(null, async () => undefined);

  static async start(service: string, settings: TracingSettings): Promise<Tracing> {
    const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url, OTEL_TRACES_SAMPLER_ARG: ratio } = settings;
    if (url === undefined) return Tracing.OFF;
    // Loaded only where it is used.
    const [{ BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider }, { OTLPTraceExporter }, resources] =
      await Promise.all([
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/resources'),
      ]);
    const provider = new TracerProvider({
      resource: resources.resourceFromAttributes({ 'service.namespace': 'qiongtong', 'service.name': service }),
      sampler: new TraceIdRatioBasedSampler(ratio),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url, timeoutMillis: 2_000 }),
          scheduledDelayMillis: 1_000,
        }),
      ],
    });
    return new Tracing(provider.getTracer('qiongtong'), () => provider.shutdown().catch(() => undefined));
  }

  /** Whether anything is told at all; what is done only for it can be left out otherwise. */
  get on(): boolean {
    return this.tracer !== null;
  }

  /** A new context for what begins; whoever begins it ends its span. */
  begin({ kind, name, attributes, parent }: Doing): Begun {
    if (this.tracer === null) return { context: traceOf(parent), span: null };
    const before = parentOf(parent);
    const span = this.tracer.startSpan(
      name,
      { kind, attributes },
      before ? trace.setSpanContext(ROOT_CONTEXT, before) : ROOT_CONTEXT,
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return { context: { traceId, traceparent: traceparentOf(traceId, spanId, traceFlags), tracing: this }, span };
  }

  /** Does it in a context of its own. */
  async within<T>(doing: Doing, run: () => Promise<T>): Promise<T> {
    const { context, span } = this.begin(doing);
    try {
      return await requestContext.run({ ...requestContext.getStore(), ...context }, run);
    } catch (error) {
      if (span) failed(span, error);
      throw error;
    } finally {
      span?.end();
    }
  }
}

/** Says what kind of error it was, never its words: those may have values in them. */
function failed(span: Span, error: unknown): void {
  const { code, name } = error as { code?: unknown; name?: unknown };
  span.setAttribute('error.type', String(code ?? name ?? 'error'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** `traceparent` for work that follows on what is being handled; null where nothing is traced. */
export function tracedParent(): string | null {
  const store = requestContext.getStore();
  return store?.tracing ? store.traceparent : null;
}

/** The header by which a receiver outside continues the trace; none where nothing is traced. */
export function tracedHeaders(): Readonly<{ traceparent?: string }> {
  const traceparent = tracedParent();
  return traceparent === null ? {} : { traceparent };
}

/** Does a part of what is being handled, as a span of its own where that is traced. */
export function inSpan<T>(doing: Omit<Doing, 'parent'>, run: () => Promise<T>): Promise<T> {
  const store = requestContext.getStore();
  return store?.tracing ? store.tracing.within({ ...doing, parent: store.traceparent }, run) : run();
}
