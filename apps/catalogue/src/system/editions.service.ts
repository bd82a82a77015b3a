import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Cursors, type Page } from '@qiongtong/platform';
import { classSeen, mayKnow, type Edition, type SeenClass } from './domain/edition';
import { EditionStore } from './edition.store';

/** The editions of the catalogue system. [R6.1] */
@Injectable()
export class EditionsService {
  constructor(
    private readonly store: EditionStore,
    private readonly cursors: Cursors,
  ) {}

  inForce(): Promise<Edition> {
    return this.store.inForce();
  }

  async find(number: number, by: Principal): Promise<Edition> {
    const edition = await this.store.find(number);
    if (!edition || !mayKnow(edition, by)) throw new Refusal('request.not_found');
    return edition;
  }

  /** The newest first, without what is not the caller's to know; templates are read one by one. */
  async list(limit: number, cursor: string | undefined, by: Principal): Promise<Page<Omit<Edition, 'template'>>> {
    const scope = JSON.stringify(['catalogue-editions', by.departmentId]);
    const before = cursor === undefined ? null : this.cursors.decode<{ number: number }>(cursor, scope).number;
    const found = await this.store.list(before, limit + 1);
    const page = found.slice(0, limit);
    const items = page.filter((edition) => mayKnow(edition, by)).map(({ template: _, ...edition }) => edition);
    const next = found.length > limit ? this.cursors.encode({ number: page.at(-1)!.number }, scope) : null;
    return { items, next };
  }

  /** The tree in the order of its codes: each class before those below it. */
  async classes(
    number: number,
    under: string | null,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<SeenClass>> {
    await this.find(number, by);
    const scope = JSON.stringify(['catalogue-classes', number, under]);
    const after = cursor === undefined ? '' : this.cursors.decode<{ code: string }>(cursor, scope).code;
    const found = await this.store.classes(number, under, after, limit + 1);
    const page = found.slice(0, limit);
    const next = found.length > limit ? this.cursors.encode({ code: page.at(-1)!.code }, scope) : null;
    return { items: page.map(classSeen), next };
  }
}
