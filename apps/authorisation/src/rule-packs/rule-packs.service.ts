import { Injectable } from '@nestjs/common';
import { Refusal, type OrganisationType } from '@qiongtong/contracts';
import { Clock, Cursors, type Page } from '@qiongtong/platform';
import { instantOf, RULE_PACKS, type RulePackDefinition } from '@qiongtong/regulation';
import { pageOf, type PageOf } from '../pages';
import { shownInForce, shownPack, type RulesInForce, type ShownPack } from './domain/shown-rules';
import { Rules } from './rules';

/** The numbers and switches of law, as anybody may read them. [R1.1, R23.1] */
@Injectable()
export class RulePacksService {
  constructor(
    private readonly rules: Rules,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  /** In the order in which they are laid over each other. */
  list(page: PageOf): Promise<Page<ShownPack>> {
    return pageOf(page, this.cursors, ['rule-packs'], async (after, limit) => {
      const from = RULE_PACKS.findIndex(({ id }) => id === after) + 1;
      return RULE_PACKS.slice(from, from + limit).map((pack) => this.shown(pack));
    });
  }

  find(id: string): ShownPack {
    const pack = RULE_PACKS.find((one) => one.id === id);
    if (!pack) throw new Refusal('request.not_found');
    return this.shown(pack);
  }

  /** @param on default this moment */
  inForce(type: OrganisationType, on?: string): RulesInForce {
    const at = on === undefined ? this.clock.now() : new Date(on);
    const first = RULE_PACKS[0]!.from;
    if (at.getTime() < instantOf(first)) throw new Refusal('rules.none_in_force', { about: [first] });
    return shownInForce(this.rules.for(type, at), type, at);
  }

  private shown(pack: RulePackDefinition): ShownPack {
    const now = this.clock.now().getTime();
    const { from, until } = pack;
    const inForce = instantOf(from) <= now && (until === null || now < instantOf(until));
    return shownPack(pack, this.rules.chosen, inForce);
  }
}
