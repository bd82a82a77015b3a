import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { PLATFORM_CONFIG } from '@qiongtong/platform';
import type { CatalogueConfig } from '../config';
import { knowledgeOf } from '../entries/domain/knowledge';
import { contentSeen } from '../entries/domain/versions';
import { ExportStore, type FoundEntry } from '../interchange/export.store';
import { aboutOrganisation, aboutTheme, dataset, head, Iris, type ClassName, type Publisher } from './described';
import { written, type DcatForm } from './forms';
import { DcatStore } from './dcat.store';
import type { Node } from './terms';

/** Read once for a document, whatever it describes. */
type Said = Readonly<{ publisher: Publisher; classNames: ReadonlyMap<string, ClassName> }>;

/** The published catalogue in the words of DCAT 3, with what DCAT-AP 3 asks for, as far as the caller may see it. */
@Injectable()
export class DcatService {
  constructor(
    private readonly entries: ExportStore,
    private readonly store: DcatStore,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<CatalogueConfig, 'PUBLIC_URL'>,
  ) {}

  async catalogue(form: DcatForm, by: Principal): Promise<Readable> {
    const entries = this.entries.entries({ status: 'PUBLISHED' }, by);
    return written(form, this.described(await this.said(null), entries, by));
  }

  async entry(id: string, form: DcatForm, by: Principal): Promise<Readable> {
    const found = await this.entries.find(id);
    if (found?.status !== 'PUBLISHED' || knowledgeOf(found, by) === 'nothing') throw new Refusal('request.not_found');
    return written(form, this.described(await this.said(found.content.classification), [found], by));
  }

  private async said(classification: string | null): Promise<Said> {
    const [publisher, classNames] = await Promise.all([this.store.publisher(), this.store.classNames(classification)]);
    return { publisher, classNames };
  }

  private async *described(
    { publisher, classNames }: Said,
    entries: AsyncIterable<FoundEntry> | Iterable<FoundEntry>,
    by: Principal,
  ): AsyncGenerator<Node> {
    const iris = new Iris(this.config.PUBLIC_URL);
    yield* head(iris, publisher);
    const said = new Set([iris.organisation(publisher.id), iris.region(publisher.regionCode)]);
    const once = (iri: string) => !said.has(iri) && said.add(iri);
    let [issued, modified] = ['', ''];
    for await (const entry of entries) {
      const knowledge = knowledgeOf(entry, by);
      if (knowledge === 'nothing') continue;
      const { providerId, providerName, providerRegion: region } = entry;
      const { classification } = entry.content;
      if (once(iris.organisation(providerId))) yield* aboutOrganisation(iris, { id: providerId, name: providerName ?? providerId }); // prettier-ignore
      if (once(iris.theme(classification))) yield* aboutTheme(iris, classification, classNames.get(classification)); // prettier-ignore
      if (region !== null && once(iris.region(region))) yield { '@id': iris.region(region), '@type': 'dct:Location', identifier: region }; // prettier-ignore
      yield* dataset(iris, entry, contentSeen(knowledge, entry.content));
      const on = entry.publishedOn ?? '';
      if (on !== '' && (issued === '' || on < issued)) issued = on;
      if (entry.updatedAt > modified) modified = entry.updatedAt;
    }
    // Known when all of them were seen.
    yield { '@id': iris.catalogue, ...(issued && { issued }), ...(modified && { modified }) };
  }
}
