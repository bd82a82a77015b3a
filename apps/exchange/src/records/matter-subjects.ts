import { Injectable } from '@nestjs/common';
import { Refusal, type Release, type ResourceState } from '@qiongtong/contracts';
import { Clock } from '@qiongtong/platform';
import { HashKeys } from '../deliveries/hash-keys';
import { Pools } from '../store/pools';

type Bound = Readonly<{ matter: Buffer; departmentId: string; resourceId: string }>;

/**
 * Where the entry says so, a department's matter number belongs to the one record it was first used for: an invented
 * number opens one record, a reused one none. Kept as keyed hashes of the quarter
 * (`docs/decisions/0154-one-matter-number-one-subject.md`). [R13.4]
 */
@Injectable()
export class MatterSubjects {
  constructor(
    private readonly pools: Pools,
    private readonly keys: HashKeys,
    private readonly clock: Clock,
  ) {}

  /** Refuses before anything is read, so that a bound number does not even tell which records exist. */
  async check(release: Release, resource: ResourceState, key: string): Promise<void> {
    const bound = await this.boundBy(release, resource);
    if (!bound) return;
    const subject = await this.subjectOf(bound);
    if (subject && !subject.equals(await this.hash(bound.resourceId, key))) throw refusal();
  }

  /** @param keys of the records that are about to leave */
  async bind(release: Release, resource: ResourceState, keys: readonly string[]): Promise<void> {
    const bound = keys.length === 0 ? null : await this.boundBy(release, resource);
    if (!bound) return;
    if (keys.length > 1) throw refusal();
    const { resourceId, departmentId, matter } = bound;
    const subject = await this.hash(resourceId, keys[0]!);
    await this.pools.writer.query(
      `INSERT INTO matter_subject (resource_id, department_id, matter, subject, bound_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (resource_id, department_id, matter) DO NOTHING`,
      [resourceId, departmentId, matter, subject, this.clock.now()],
    );
    if (!(await this.subjectOf(bound))!.equals(subject)) throw refusal();
  }

  /** null where the rule does not apply: the provider reads its own data without a matter. */
  private async boundBy({ use, decision }: Release, resource: ResourceState): Promise<Bound | null> {
    if (!resource.matterNumberPerSubject || decision.basis === 'own' || use.matterNumber === null) return null;
    const matter = await this.hash(resource.id, `matter\0${use.matterNumber}`);
    return { resourceId: resource.id, departmentId: use.departmentId, matter };
  }

  private async subjectOf({ resourceId, departmentId, matter }: Bound): Promise<Buffer | null> {
    const { rows } = await this.pools.writer.query<{ subject: Buffer }>(
      'SELECT subject FROM matter_subject WHERE resource_id = $1 AND department_id = $2 AND matter = $3',
      [resourceId, departmentId, matter],
    );
    return rows[0]?.subject ?? null;
  }

  private async hash(resourceId: string, text: string): Promise<Buffer> {
    return (await this.keys.of(resourceId, this.clock.now())).hash(text);
  }
}

const refusal = () => new Refusal('access.matter_number_of_another_subject');
