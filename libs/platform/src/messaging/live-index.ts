import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Versioned } from '@qiongtong/contracts';
import type { Drain } from '../boot/drain';
import type { KafkaSettings } from './kafka';
import { StateProjection, type Staleness } from './projection';

/** What states are kept in. */
export interface StateIndex<Topic extends string> {
  /** @returns whether anything changed */
  apply(topic: Topic, key: string, state: Versioned | null): boolean;
}

type Listener<Topic extends string> = (topic: Topic, key: string) => void;

/** State topics in memory, as an index that answers questions, kept live from the boot of the service to its end. */
export abstract class LiveIndex<
  Topic extends string,
  Index extends StateIndex<Topic>,
> implements OnApplicationBootstrap {
  readonly projection: StateProjection;
  private readonly listeners: Listener<Topic>[] = [];

  constructor(
    readonly index: Index,
    of: Readonly<{ config: KafkaSettings; service: string; topics: readonly Topic[] }>,
    drain: Drain,
  ) {
    this.projection = new StateProjection({
      ...of,
      apply: (topic, key, state) => {
        const changed = this.index.apply(topic as Topic, key, state as Versioned | null);
        if (changed) for (const listener of this.listeners) listener(topic as Topic, key);
      },
    });
    drain.add('live index', 'connections', () => this.projection.stop());
  }

  onApplicationBootstrap(): void {
    this.projection.start();
  }

  onChange(listener: Listener<Topic>): void {
    this.listeners.push(listener);
  }

  /** Whether the projection may be decided on; a decision on anything but `fresh` is indeterminate. */
  freshness(): Staleness {
    return this.projection.staleness();
  }
}
