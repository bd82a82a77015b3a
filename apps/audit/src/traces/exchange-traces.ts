import { Injectable } from '@nestjs/common';
import {
  RECORD_TRACES,
  Refusal,
  type Principal,
  type RecordTraceAnswer,
  type RecordTraceQuestion,
  type RefusalCode,
} from '@qiongtong/contracts';
import { fetchService, HopTokens } from '@qiongtong/platform';
import { AuditConfig } from '../config';

/** What only exchange can say: the hashes of a record, and the long deliveries that hold it. */
@Injectable()
export class ExchangeTraces {
  constructor(
    private readonly hops: HopTokens,
    private readonly config: AuditConfig,
  ) {}

  async record(principal: Principal, question: RecordTraceQuestion): Promise<RecordTraceAnswer> {
    const url = this.config.EXCHANGE_URL;
    if (url === undefined) throw new Refusal('service.unavailable', { about: ['exchange'] });
    const call = { url, method: 'POST', target: RECORD_TRACES, principal, body: question } as const;
    const { status, body } = await fetchService(this.hops, 'exchange', call);
    const answer = (await body.json()) as unknown;
    if (status === 200) return answer as RecordTraceAnswer;
    const { code, about, errors } = answer as Readonly<{ code?: RefusalCode; about?: string[]; errors?: [] }>;
    if (code === undefined || status >= 500) throw new Refusal('service.unavailable', { about: ['exchange'] });
    throw new Refusal(code, { about, errors });
  }
}
