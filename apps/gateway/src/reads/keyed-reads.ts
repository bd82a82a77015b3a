import { Injectable } from '@nestjs/common';
import {
  GROUP_TARGET,
  GROUP_TYPE,
  HOP_HEADER,
  MOST_GROUP_BYTES,
  MOST_IN_A_GROUP,
  unframed,
  type GroupedRead,
  type ReceivedAnswer,
} from '@qiongtong/contracts';
import { HopTokens } from '@qiongtong/platform';
import { ExchangeClient, type AnswerSink, type Flow } from './exchange-client';

type Waiting = Readonly<{ text: string; alone: () => void; sink: AnswerSink }>;

/**
 * Reads by key that are decided on in the same turn of the loop go to exchange in one call, under one token. A read that
 * has no company in its turn goes as it is: nothing is waited for.
 */
@Injectable()
export class KeyedReads {
  private waiting: Waiting[] = [];

  constructor(
    private readonly exchange: ExchangeClient,
    private readonly hops: HopTokens,
  ) {}

  /**
   * @param alone sends this read in a call of its own
   * @returns the flow, which after `cancel` leads nowhere
   */
  read(read: GroupedRead, sink: AnswerSink, alone: (sink: AnswerSink) => Flow): Flow {
    let flow: Flow | null = null;
    let cancelled: Error | null = null;
    if (this.waiting.length === 0) setImmediate(() => this.send());
    this.waiting.push({
      text: JSON.stringify(read),
      sink,
      alone: () => {
        if (cancelled) return;
        flow = alone(sink);
      },
    });
    return {
      resume: () => flow?.resume(),
      cancel: (reason) => {
        cancelled = reason;
        flow?.cancel(reason);
      },
    };
  }

  private send(): void {
    const { waiting } = this;
    this.waiting = [];
    for (let from = 0; from < waiting.length;) {
      let to = from;
      for (let bytes = 2; to < waiting.length && to - from < MOST_IN_A_GROUP; to++) {
        bytes += Buffer.byteLength(waiting[to]!.text) + 1;
        if (bytes > MOST_GROUP_BYTES) break;
      }
      // One that is too large for any group goes alone as well.
      if (to - from <= 1) waiting[from]!.alone();
      else this.together(waiting.slice(from, to));
      from = Math.max(to, from + 1);
    }
  }

  private together(group: readonly Waiting[]): void {
    const body = `[${group.map(({ text }) => text).join(',')}]`;
    const headers = {
      [HOP_HEADER]: this.hops.issueForBody('exchange', 'POST', GROUP_TARGET, body),
      'content-type': GROUP_TYPE,
    };
    const chunks: Buffer[] = [];
    let status = 0;
    const failed = (error: Error) => group.forEach(({ sink }) => sink.failed(error));
    this.exchange.dispatch(
      { method: 'POST', path: GROUP_TARGET, headers, body },
      {
        head: (answered) => void (status = answered),
        bytes: (chunk) => chunks.push(chunk) > 0,
        end: () => {
          // An exchange of the version before has no such route.
          if (status === 404) return group.forEach(({ alone }) => alone());
          const answers = status === 200 ? answersIn(Buffer.concat(chunks), group.length) : null;
          if (answers) deliver(group, answers);
          else failed(new Error(`exchange answered grouped reads with ${status} and no whole answer`));
        },
        failed,
      },
    );
  }
}

function answersIn(bytes: Buffer, count: number): readonly ReceivedAnswer[] | null {
  try {
    return unframed(bytes, count);
  } catch {
    return null;
  }
}

function deliver(group: readonly Waiting[], answers: readonly ReceivedAnswer[]): void {
  group.forEach(({ sink, alone }, n) => {
    const answer = answers[n]!;
    if (answer === null) return alone();
    sink.head(answer.status, answer.headers);
    sink.bytes(answer.body);
    sink.end();
  });
}
