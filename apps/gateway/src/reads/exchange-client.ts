import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { currentTraceparent, Drain } from '@qiongtong/platform';
import { Pool, type Dispatcher } from 'undici';
import { GatewayConfig } from '../config';

/** How an answer of exchange arrives: bytes are hashed and counted where they are received, with back-pressure. */
export interface AnswerSink {
  head(status: number, headers: Record<string, string | string[] | undefined>): void;
  /** Returns false to pause; `resume` of the flow goes on. */
  bytes(chunk: Buffer): boolean;
  end(): void;
  failed(error: Error): void;
}

/** Lets a sink pause and stop what it is sent. */
export interface Flow {
  resume(): void;
  cancel(reason: Error): void;
}

type ExchangeRequest = Pick<Dispatcher.DispatchOptions, 'method' | 'path' | 'body'> &
  Readonly<{ headers: Readonly<Record<string, string>> }>;

/** One keep-alive pool to exchange, with undici's raw dispatch: no stream objects between the two sockets. */
@Injectable()
export class ExchangeClient {
  private readonly pool: Pool;

  constructor(
    private readonly config: GatewayConfig,
    drain: Drain,
  ) {
    this.pool = new Pool(config.EXCHANGE_URL, {
      connections: 128,
      headersTimeout: config.UPSTREAM_TIMEOUT_MS,
      bodyTimeout: config.UPSTREAM_TIMEOUT_MS,
    });
    drain.add('exchange connections', 'connections', () => this.pool.close());
  }

  dispatch(request: ExchangeRequest, sink: AnswerSink): Flow {
    let controller: Dispatcher.DispatchController | null = null;
    let cancelled: Error | null = null;
    const headers = { ...request.headers, traceparent: currentTraceparent() };
    this.pool.dispatch(
      { ...request, headers },
      {
        onRequestStart: (started) => {
          controller = started;
          if (cancelled) started.abort(cancelled);
        },
        onResponseStart: (_c, status, headers) => {
          if (status >= 200) sink.head(status, headers);
        },
        onResponseData: (c, chunk) => {
          if (!sink.bytes(chunk)) c.pause();
        },
        onResponseEnd: () => sink.end(),
        onResponseError: (_c, error) => sink.failed(error),
      },
    );
    return {
      resume: () => controller?.resume(),
      cancel: (reason) => {
        cancelled = reason;
        controller?.abort(reason);
      },
    };
  }
}

/** What a caller is told when exchange does not answer. */
export const exchangeUnavailable = () => new Refusal('service.unavailable');
