import { Injectable } from '@nestjs/common';
import { oversees, Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { holdsRole, type Organisation } from '../organisations/domain/organisation';
import { pageOf, type PageOf } from '../pages';
import { amend, attest, register, type NewSystem, type System, type SystemChange } from './domain/system';
import { SystemStore } from './system.store';
import { Surroundings } from './surroundings';

@Injectable()
export class SystemsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly systems: SystemStore,
    private readonly surroundings: Surroundings,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<System> {
    const system = await this.systems.find(id);
    if (!system) throw new Refusal('request.not_found');
    await this.departmentKnownTo(system, by);
    return system;
  }

  list(departmentId: string | undefined, page: PageOf, by: Principal): Promise<Page<System>> {
    return pageOf(page, this.cursors, ['systems', by.departmentId, departmentId], (after, limit) =>
      this.systems.list(departmentId, by, after, limit),
    );
  }

  register(given: NewSystem, by: Principal): Promise<System> {
    return this.work.run(async (tx) => {
      const around = await this.surroundings.of({ ...given, departmentId: by.departmentId }, tx);
      const system = register(given, around, by, this.clock.now());
      await this.systems.add(tx, system);
      return system.state;
    });
  }

  amend(id: string, revision: number, change: SystemChange, by: Principal): Promise<System> {
    return this.work.run((tx) => this.amendWithin(tx, id, revision, change, by, this.clock.now()));
  }

  /** Inside a transaction of another use case. */
  async amendWithin(
    tx: Transaction,
    id: string,
    revision: number,
    change: SystemChange,
    by: Principal,
    now: Date,
  ): Promise<System> {
    const system = await this.systems.lock(tx, id);
    if (!system || system.departmentId !== by.departmentId) throw new Refusal('request.not_found');
    const around = await this.surroundings.of({ ...system, ...change }, tx);
    const amended = amend(system, change, around, by, now);
    expectRevision(system.revision, revision);
    await this.systems.save(tx, amended);
    return amended.state;
  }

  attest(id: string, given: Readonly<{ ownerId: string; evidence: string }>, by: Principal): Promise<System> {
    return this.work.run(async (tx) => {
      const system = await this.systems.lock(tx, id);
      if (!system) throw new Refusal('request.not_found');
      const department = await this.departmentKnownTo(system, by, tx);
      const now = this.clock.now();
      const isProvincialAuthority = holdsRole(department, 'PROVINCIAL_AUTHORITY', now);
      const { regionCode } = department;
      const attested = attest(system, given, { regionCode, isProvincialAuthority }, by, now);
      await this.systems.save(tx, attested);
      return attested.state;
    });
  }

  /** Another department's system is answered exactly as one that does not exist. */
  private async departmentKnownTo(system: System, by: Principal, tx?: Transaction): Promise<Organisation> {
    const department = await this.surroundings.department(system.departmentId, tx);
    if (!department || !(department.id === by.departmentId || oversees(by, department.regionCode)))
      throw new Refusal('request.not_found');
    return department;
  }
}
