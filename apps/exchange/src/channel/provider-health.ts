import { Injectable } from '@nestjs/common';
import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import { Clock, Metrics } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { abandoned, phaseOf, settled, tried, UNTRIED, type Circuit, type CircuitPhase } from './domain/circuit';

export type HealthView = Readonly<{
  circuit: CircuitPhase;
  failuresInARow: number;
  lastFailure: Readonly<{ at: string; code: RefusalCode }> | null;
  lastSuccessAt: string | null;
}>;

/** How calls of each endpoint go, and so whether it is called at all; of this replica. [R9.3] */
@Injectable()
export class ProviderHealth {
  private readonly circuits = new Map<string, Circuit>();
  private readonly underWay = new Map<string, number>();
  private readonly calls;
  private readonly beyond;

  constructor(
    private readonly config: ExchangeConfig,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.calls = metrics.counter('channel_calls_total', 'Calls of providers’ endpoints by their outcome', ['outcome']);
    this.beyond = metrics.counter('channel_rows_beyond_grant_total', 'Rows that providers sent beyond the grant');
    metrics.gauge('channel_calls_under_way', 'Calls of providers’ endpoints under way', [], (gauge) =>
      gauge.set([...this.underWay.values()].reduce((sum, n) => sum + n, 0)),
    );
    metrics.gauge('channel_endpoints_resting', 'Endpoints that are not called because they failed', [], (gauge) =>
      gauge.set([...this.circuits.values()].filter((circuit) => circuit.restsUntil !== null).length),
    );
  }

  /** Does the work with the endpoint if it may be called; what the work refuses of the provider counts against it. */
  async watch<T>(providerId: string, resourceId: string, work: () => Promise<T>): Promise<T> {
    const probe = this.begin(providerId, resourceId);
    let code: RefusalCode | null | undefined;
    try {
      const done = await work();
      code = null;
      return done;
    } catch (error) {
      // To ask for too much is the caller's doing: nobody makes an endpoint rest by it.
      if (error instanceof Refusal && error.code.startsWith('channel.') && error.code !== 'channel.answer_too_large')
        code = error.code;
      throw error;
    } finally {
      const under = this.underWay.get(providerId)! - 1;
      if (under === 0) this.underWay.delete(providerId);
      else this.underWay.set(providerId, under);
      this.end(resourceId, code, probe);
    }
  }

  of(resourceId: string): HealthView {
    const circuit = this.circuits.get(resourceId) ?? UNTRIED;
    const { failures, lastFailure, lastSuccessAt } = circuit;
    return {
      circuit: phaseOf(circuit, this.clock.now()),
      failuresInARow: failures,
      lastFailure: lastFailure && { at: lastFailure.at.toISOString(), code: lastFailure.code },
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    };
  }

  /** Rows that a provider sent although they were excluded, and that did not leave. */
  dropped(rows: number): void {
    this.beyond.inc(rows);
  }

  forget(resourceId: string): void {
    this.circuits.delete(resourceId);
  }

  /** Whether the call that begins is the probe. */
  private begin(providerId: string, resourceId: string): boolean {
    const under = this.underWay.get(providerId) ?? 0;
    if (under >= this.config.CHANNEL_CONCURRENCY) throw new Refusal('channel.provider_busy', { retryAfterSeconds: 2 });
    const now = this.clock.now();
    const circuit = this.circuits.get(resourceId) ?? UNTRIED;
    const next = tried(circuit, now);
    if (next === null) {
      const ms = (circuit.restsUntil?.getTime() ?? 0) - now.getTime();
      throw new Refusal('channel.provider_resting', { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) });
    }
    this.circuits.set(resourceId, next);
    this.underWay.set(providerId, under + 1);
    return next.probing;
  }

  private end(resourceId: string, code: RefusalCode | null | undefined, probe: boolean): void {
    this.calls.inc({ outcome: code === undefined ? 'abandoned' : (code ?? 'answered') });
    const circuit = this.circuits.get(resourceId);
    if (!circuit) return; // another endpoint was registered meanwhile
    const rules = { failures: this.config.CHANNEL_FAILURES, restMs: this.config.CHANNEL_REST_MS };
    const next =
      code === undefined ? abandoned(circuit, probe) : settled(circuit, code, probe, this.clock.now(), rules);
    this.circuits.set(resourceId, next);
  }
}
