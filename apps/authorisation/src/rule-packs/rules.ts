import { Injectable } from '@nestjs/common';
import type { OrganisationType } from '@qiongtong/contracts';
import { rulePackFor, rulesUnder, type ChosenRules, type RulePack } from '@qiongtong/regulation';
import { AuthorisationConfig } from '../config';
import { chosenRules } from '../rule-choices';

/** The measures as this deployment reads them. What begins keeps what it is told here. [R23.1] */
@Injectable()
export class Rules {
  readonly chosen: ChosenRules;

  constructor(config: AuthorisationConfig) {
    this.chosen = chosenRules(config);
  }

  /** @throws RangeError before the first rule was in force */
  for(type: OrganisationType, now: Date): RulePack {
    return rulePackFor(now, type, this.chosen);
  }

  /** One pack, or several laid over each other, whenever they are in force. */
  under(reference: string): RulePack {
    return rulesUnder(reference, this.chosen);
  }
}
