import { Catch, Logger, type RpcExceptionFilter, type INestApplication } from '@nestjs/common';
import {
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
  type NestMicroservice,
} from '@nestjs/microservices';
import { TOPICS } from '@qiongtong/contracts';
import { lastValueFrom, throwError, type Observable } from 'rxjs';
import type { UnitOfWork } from '../database/unit-of-work';
import { SpanKind, type Tracing } from '../telemetry/tracing';
import { Delivery, type DeliveryOptions } from './delivery';
import { EventBatch } from './event-batch';
import { Inbox, trustedNumber } from './inbox';
import type { FetchedBatch, KafkaDriver } from './kafka';
import { HEADER, HEARTBEAT_KEY, HEARTBEAT_TYPE, messageOf, type Message, type SequenceNumber } from './message';
import { messagingMetrics as metrics } from './metrics';
import type { ParkedMessages } from './parked';
import { Subscription } from './subscription';

export type KafkaTransportOptions = Readonly<{
  /** Name of the consumer: of its group, its inbox and its parked messages. */
  service: string;
  driver: KafkaDriver;
  work: UnitOfWork;
  parked: ParkedMessages;
  tracing: Tracing;
  /** Read besides the topics that handlers name; `/regex/` subscribes to all that match, also later ones. */
  topics: readonly string[];
  /** Messages a handler gets at most at once, default 500. */
  maxBatch?: number;
  /** Partitions handled at the same time, default 4. */
  concurrency?: number;
  /** How often to look for new topics that match a pattern, default 3 s. */
  lookMs?: number;
  /** Milliseconds after which a silent member's partitions go to another, default 10 s. */
  sessionTimeout?: number;
  retry?: DeliveryOptions;
}>;

const BUS = Symbol('kafka');
const COMPACTED = new Set(TOPICS.filter((t) => t.compacted).map((t) => t.name));
/** `/regex/`, as a topic or before `/*` in a pattern. */
const REGEX = /^\/(.+)\/$/;

/**
 * Brings messages to `@EventPattern` handlers: an exact event type, `<topic>/*` or `/regex/*` for whole topics; the first
 * of these that fits gets it. A message without a handler is passed over and counted.
 */
export class KafkaTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = BUS;
  override readonly propagatesEventHandlerErrors = true;
  private readonly log = new Logger(KafkaTransport.name);
  private readonly inbox: Inbox;
  private readonly subscriptions: Subscription[] = [];
  private readonly lastNumbers = new Map<string, SequenceNumber>();
  private patterns: { regex: RegExp; handler: MessageHandler }[] = [];

  constructor(private readonly options: KafkaTransportOptions) {
    super();
    this.inbox = new Inbox(options.work, options.service);
  }

  listen(callback: (error?: unknown) => void): void {
    for (const [pattern, handler] of this.messageHandlers)
      if (handler.next)
        throw new Error(`two handlers for ${pattern}: each would see what the other has handled as old`);
    this.patterns = [...this.messageHandlers].flatMap(([pattern, handler]) => {
      const regex = pattern.endsWith('/*') ? REGEX.exec(pattern.slice(0, -1)) : null;
      return regex ? [{ regex: new RegExp(regex[1]!), handler }] : [];
    });
    const topics = new Set(this.options.topics);
    for (const pattern of this.messageHandlers.keys())
      if (pattern.endsWith('/*') && !pattern.startsWith('/')) topics.add(pattern.slice(0, -2));
    const named = [...topics].filter((t) => !REGEX.test(t));
    const matched = [...topics].flatMap((t) => REGEX.exec(t)?.[1] ?? []).map((source) => new RegExp(source));
    // Two groups: a topic that appears does not interrupt those that have names.
    this.subscribe('', named);
    this.subscribe('-matched', [...matched, ...this.patterns.map((p) => p.regex)]);
    this.options.parked.handleWith((message, once) =>
      this.invoke(this.handlerOf(message), new EventBatch([message], once)),
    );
    this.options.parked.count().catch(() => undefined);
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((s) => s.stop()));
  }

  on(): void {
    throw new Error('this transport has no events');
  }

  unwrap<T>(): T {
    return this.options.driver as T;
  }

  private subscribe(suffix: string, topics: (string | RegExp)[]): void {
    if (topics.length === 0) return;
    const { driver, service, concurrency = 4, lookMs, sessionTimeout } = this.options;
    const subscription = new Subscription({
      driver,
      name: service + suffix,
      groupId: () => service + suffix,
      topics,
      concurrency,
      lookMs,
      sessionTimeout,
      eachBatch: (batch) => this.eachBatch(batch),
      onJoin: () => this.lastNumbers.clear(),
    });
    this.subscriptions.push(subscription);
    subscription.start();
  }

  private async eachBatch(batch: FetchedBatch): Promise<void> {
    const messages = batch.messages
      .map((fetched) => messageOf(batch.topic, batch.partition, fetched))
      .filter((m) => !(m.key === HEARTBEAT_KEY && m.type === HEARTBEAT_TYPE));
    messages.forEach((m) => this.watchNumbers(m));
    const delivery = new Delivery(batch, this.inbox, this.options.parked, this.options.retry);
    const end = batch.messages[batch.messages.length - 1]!.offset;
    const complete = await delivery.run(async () => {
      for (const [handler, consecutive] of this.runs(messages)) {
        if (handler)
          await delivery.deliver(consecutive, (part, once) => this.invoke(handler, new EventBatch(part, once)));
        const outcome = handler ? 'handled' : 'unhandled';
        metrics.handled.inc({ consumer: this.options.service, outcome }, consecutive.length);
        delivery.done(consecutive[consecutive.length - 1]!.offset);
      }
      delivery.done(end);
    });
    if (!complete) this.log.debug(`${batch.topic}/${batch.partition} is handed back before ${end}`);
  }

  /** Consecutive messages of one handler, at most `maxBatch`. */
  private *runs(messages: Message[]): Generator<[MessageHandler | null, Message[]]> {
    const { maxBatch = 500 } = this.options;
    for (let from = 0; from < messages.length;) {
      const handler = this.handlerOf(messages[from]!);
      let to = from + 1;
      while (to < messages.length && to - from < maxBatch && this.handlerOf(messages[to]!) === handler) to++;
      yield [handler, messages.slice(from, to)];
      from = to;
    }
  }

  private handlerOf({ type, topic }: Message): MessageHandler | null {
    return (
      this.messageHandlers.get(type) ??
      this.messageHandlers.get(`${topic}/*`) ??
      this.patterns.find((p) => p.regex.test(topic))?.handler ??
      null
    );
  }

  private async invoke(handler: MessageHandler | null, batch: EventBatch): Promise<void> {
    if (!handler) return;
    const [{ topic, headers }] = batch.messages as [Message];
    const doing = {
      ...{ kind: SpanKind.CONSUMER, name: `process ${topicPattern(topic)}`, parent: headers[HEADER.traceparent] },
      attributes: {
        'messaging.system': 'kafka',
        'messaging.destination.name': topic,
        'messaging.batch.message_count': batch.messages.length,
      },
    };
    await this.options.tracing.within(doing, () =>
      lastValueFrom(this.transformToObservable(handler(batch) as Promise<Observable<unknown>>), {
        defaultValue: undefined,
      }),
    );
  }

  /** A number that is missing proves that something was lost before it reached us. */
  private watchNumbers(message: Message): void {
    const number = COMPACTED.has(message.topic) ? null : trustedNumber(message);
    if (!number) return;
    const sequence = `${message.topic}/${message.partition}/${message.source}`;
    const last = this.lastNumbers.get(sequence);
    if (last && last.epoch === number.epoch && number.n > last.n + 1n) {
      metrics.gaps.inc({ consumer: this.options.service, topic: message.topic }, Number(number.n - last.n - 1n));
      this.log.error(`${sequence}: numbers ${last.n + 1n} to ${number.n - 1n} of epoch ${number.epoch} are missing`);
    }
    if (!last || number.epoch > last.epoch || (number.epoch === last.epoch && number.n > last.n))
      this.lastNumbers.set(sequence, number);
  }
}

/** Topics of systems and feeds have one name together. */
const topicPattern = (topic: string): string => topic.replace(/^(push|receipts|feed)\..*/, '$1.*');

/** Lets a handler's own error through; Nest would put a nameless one in its place. */
@Catch()
class OwnErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** Adds the transport to an application. Guards and filters for HTTP do not apply to it. */
export function connectBus(app: INestApplication, transport: KafkaTransport): void {
  const bus = app.connectMicroservice({ strategy: transport }, { deferInitialization: true }) as NestMicroservice;
  bus.useGlobalFilters(new OwnErrors());
  // The application calls the hooks of the modules that both share; a second call would start everything twice.
  bus.setIsInitHookCalled(true);
}
