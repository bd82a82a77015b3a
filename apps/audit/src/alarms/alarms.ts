import { Injectable, Logger } from '@nestjs/common';
import type { AlarmClosed, AlarmKind, AlarmRaised } from '@qiongtong/contracts';
import { Clock, newId, type Transaction } from '@qiongtong/platform';
import { AlarmStore } from './alarm.store';
import { reconcile, type Finding, type OpenAlarm } from './domain/alarm';
import { FindingsStore } from './findings.store';

/** Raises and closes alarms, each with its fact in the same transaction: said once, however often it is looked. [R14.9] */
@Injectable()
export class Alarms {
  private readonly log = new Logger(Alarms.name);

  constructor(
    private readonly store: AlarmStore,
    private readonly findings: FindingsStore,
    private readonly clock: Clock,
  ) {}

  /** @param found all that is wrong of this kind, oldest first: what is open and not found has healed */
  async settle(tx: Transaction, kind: AlarmKind, found: readonly Finding[]): Promise<void> {
    const { raise, changed, healed } = reconcile(found, await this.store.open(tx.query, kind));
    await this.raise(tx, raise);
    for (const alarm of changed) await this.store.change(tx.query, alarm);
    for (const alarm of healed) await this.close(tx, alarm);
    if (healed[0]) this.log.warn(`${healed.length} alarms closed, the first: ${kind} ${healed[0].subject}`);
  }

  /** Of a kind that never heals: a past that was written twice. */
  async add(tx: Transaction, kind: AlarmKind, found: readonly Finding[]): Promise<void> {
    if (found.length > 0) await this.raise(tx, reconcile(found, await this.store.open(tx.query, kind)).raise);
  }

  private async raise(tx: Transaction, findings: readonly Finding[]): Promise<void> {
    const now = this.clock.now();
    const [first] = findings;
    if (first) this.log.error(`${findings.length} alarms raised, the first: ${first.kind} ${first.subject}`);
    for (const finding of findings) {
      const alarmId = newId();
      if (!(await this.store.raise(tx.query, alarmId, finding, now))) continue;
      const { kind, subject, since, found } = finding;
      tx.publish({
        type: 'audit.alarm-raised.v1',
        key: alarmId,
        at: now.toISOString(),
        data: { alarmId, kind, subject, since: since.toISOString(), found },
      } satisfies AlarmRaised);
    }
  }

  private async close(tx: Transaction, alarm: OpenAlarm): Promise<void> {
    const now = this.clock.now();
    const { alarmId, kind, subject, since } = alarm;
    const evidence = await this.findings.evidence(tx.query, alarm);
    if (!(await this.store.close(tx.query, alarmId, evidence, now))) return;
    tx.publish({
      type: 'audit.alarm-closed.v1',
      key: alarmId,
      at: now.toISOString(),
      data: { alarmId, kind, subject, since: since.toISOString(), evidence },
    } satisfies AlarmClosed);
  }
}
