import { Injectable } from '@nestjs/common';
import {
  RECORD_TRACES,
  Refusal,
  SAMPLE_TRACES,
  type Principal,
  type RecordTraceAnswer,
  type RecordTraceQuestion,
  type RefusalCode,
  type SampleTraceAnswer,
  type SampleTraceQuestion,
} from '@qiongtong/contracts';
import { fetchService, HopTokens } from '@qiongtong/platform';
import { AuditConfig } from '../config';

/** What only exchange can say: the hashes of records, and the long deliveries that hold them. */
@Injectable()
export class ExchangeTraces {
  constructor(
    private readonly hops: HopTokens,
    private readonly config: AuditConfig,
  ) {}

  record(principal: Principal, question: RecordTraceQuestion): Promise<RecordTraceAnswer> {
    return this.asked(RECORD_TRACES, principal, question);
  }

  sample(principal: Principal, question: SampleTraceQuestion): Promise<SampleTraceAnswer> {
    return this.asked(SAMPLE_TRACES, principal, question);
  }

  private async asked<T>(target: string, principal: Principal, question: object): Promise<T> {
    const url = this.config.EXCHANGE_URL;
    if (url === undefined) throw new Refusal('service.unavailable', { about: ['exchange'] });
    const call = { url, method: 'POST', target, principal, body: question } as const;
    const { status, body } = await fetchService(this.hops, 'exchange', call);
    const answer = (await body.json()) as unknown;
    if (status === 200) return answer as T;
    const { code, about, errors } = answer as Readonly<{ code?: RefusalCode; about?: string[]; errors?: [] }>;
    if (code === undefined || status >= 500) throw new Refusal('service.unavailable', { about: ['exchange'] });
    throw new Refusal(code, { about, errors });
  }
}
