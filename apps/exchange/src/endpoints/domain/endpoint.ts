import { Refusal, type EndpointRegistered } from '@qiongtong/contracts';

export const ENDPOINT_STATUSES = ['ACTIVE', 'SUSPENDED'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** Where the provider answers for one of its resources. */
export type Endpoint = Readonly<{
  resourceId: string;
  providerId: string;
  /** The base address; the contract's paths come after it. */
  url: string;
  status: EndpointStatus;
  revision: number;
  registeredBy: string;
  registeredAt: Date;
}>;
export type Wanted = Pick<Endpoint, 'resourceId' | 'providerId' | 'url' | 'status'>;

/**
 * Registered for the first time, or in place of what was. Revision 0 is that of no endpoint, so that two officers who
 * register at once do not both believe that theirs is called.
 */
export function registered(
  known: Endpoint | null,
  wanted: Wanted,
  { revision, officerId, now }: Readonly<{ revision: number; officerId: string; now: Date }>,
): { endpoint: Endpoint; fact: EndpointRegistered } {
  if ((known?.revision ?? 0) !== revision) throw new Refusal('request.stale_revision');
  const endpoint = { ...wanted, revision: revision + 1, registeredBy: officerId, registeredAt: now };
  const { resourceId, providerId, status } = endpoint;
  return {
    endpoint,
    fact: {
      type: 'exchange.endpoint-registered.v1',
      key: resourceId,
      at: now.toISOString(),
      data: { resourceId, providerId, officerId, revision: endpoint.revision, host: new URL(wanted.url).host, status },
    },
  };
}
