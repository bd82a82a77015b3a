import { Injectable } from '@nestjs/common';
import {
  HASH_KEY_DESTRUCTIONS,
  Refusal,
  type HashKeyDestruction,
  type HashKeysDestroyed,
  type Principal,
  type RefusalCode,
} from '@qiongtong/contracts';
import { fetchService, HopTokens } from '@qiongtong/platform';
import { AuditConfig } from '../config';

/** Exchange keeps the keys, and destroys them when it is asked by whoever may. */
@Injectable()
export class HashKeyDestructions {
  constructor(
    private readonly hops: HopTokens,
    private readonly config: AuditConfig,
  ) {}

  async destroy(principal: Principal, asked: HashKeyDestruction): Promise<HashKeysDestroyed> {
    const url = this.config.EXCHANGE_URL;
    if (url === undefined) throw new Refusal('service.unavailable', { about: ['exchange'] });
    const call = { url, method: 'POST', target: HASH_KEY_DESTRUCTIONS, principal, body: asked } as const;
    const { status, body } = await fetchService(this.hops, 'exchange', call);
    const answer = (await body.json()) as unknown;
    if (status === 200) return answer as HashKeysDestroyed;
    const { code, about } = answer as Readonly<{ code?: RefusalCode; about?: string[] }>;
    if (code === undefined || status >= 500) throw new Refusal('service.unavailable', { about: ['exchange'] });
    throw new Refusal(code, { about });
  }
}
