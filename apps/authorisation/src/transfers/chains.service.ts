import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { GrantStore } from '../grants/grant.store';
import { OrganisationStore } from '../organisations/organisation.store';
import { chainFor } from './domain/chain';
import { OnwardTransferStore } from './onward-transfer.store';

/** More links of one chain than this are not shown at once; a chain so broad is looked into by its branches. */
const MOST_LINKS = 1_000;

/** The chain of transfers that a grant is part of. */
@Injectable()
export class ChainsService {
  constructor(
    private readonly grants: GrantStore,
    private readonly transfers: OnwardTransferStore,
    private readonly organisations: OrganisationStore,
  ) {}

  async chainOf(id: string, by: Principal) {
    const grant = await this.grants.find(id);
    if (!grant) throw new Refusal('request.not_found');
    const chain = await this.grants.chainOf(grant.rootId, MOST_LINKS + 1);
    const made = chain.flatMap(({ origin }) => (origin.kind === 'onward-transfer' ? [origin.id] : []));
    const [region = ''] = await this.organisations.regionsOf([grant.providerId]);
    const links = chainFor(id, chain.slice(0, MOST_LINKS), await this.transfers.all(made), region, by);
    if (links.length === 0) throw new Refusal('request.not_found');
    return { rootId: grant.rootId, links, complete: chain.length <= MOST_LINKS };
  }
}
