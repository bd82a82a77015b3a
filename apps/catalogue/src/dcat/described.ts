import type { DeliveryMode, UpdateCycle } from '@qiongtong/contracts';
import type { Content } from '../entries/domain/content';
import { LISTS, nameIn } from '../interchange/code-lists';
import type { FoundEntry } from '../interchange/export.store';
import type { Node } from './terms';

const EU = 'http://publications.europa.eu/resource/authority';
const IANA = 'https://www.iana.org/assignments/media-types';
const CHINESE = `${EU}/language/ZHO`;
const FREQUENCY: Readonly<Record<UpdateCycle, string>> = {
  REALTIME: `${EU}/frequency/UPDATE_CONT`,
  DAILY: `${EU}/frequency/DAILY`,
  WEEKLY: `${EU}/frequency/WEEKLY`,
  MONTHLY: `${EU}/frequency/MONTHLY`,
  QUARTERLY: `${EU}/frequency/QUARTERLY`,
  YEARLY: `${EU}/frequency/ANNUAL`,
};
const KEYWORDS = 50;

/** Where things of the catalogue are, by IRIs that stay: what has a document of its own is found there. */
export class Iris {
  readonly catalogue: string;
  readonly records: string;
  readonly scheme: string;
  readonly terms: string;

  /** @param base where the platform is reached from outside, such as `https://data.example.gov.cn` */
  constructor(private readonly base: string) {
    this.catalogue = `${base}/v1/catalogue/dcat`;
    this.records = `${this.catalogue}#records`;
    this.scheme = `${this.catalogue}#classification`;
    this.terms = `${this.catalogue}#terms`;
  }

  dataset = (id: string) => `${this.catalogue}/${id}`;
  part = (id: string, part: string) => `${this.dataset(id)}#${part}`;
  theme = (code: string) => `${this.catalogue}#class-${code}`;
  region = (code: string) => `${this.catalogue}#region-${code}`;
  organisation = (id: string) => `${this.base}/v1/organisations/${encodeURIComponent(id)}`;
  at = (path: string) => this.base + path;
}

export type ClassName = Readonly<{ zh: string; en: string }>;
export type Publisher = Readonly<{ id: string; name: string; regionCode: string }>;

/** What is said once, before all datasets. */
export function* head(iris: Iris, publisher: Publisher): Generator<Node> {
  yield {
    '@id': iris.catalogue,
    '@type': 'dcat:Catalog',
    title: { zh: '政务信息资源目录', en: 'Catalogue of government information resources' },
    description: {
      zh: '各部门可共享的政务信息资源,按调用方可见范围提供',
      en: 'Information resources that departments share, as far as the caller may see them',
    },
    publisher: iris.organisation(publisher.id),
    language: CHINESE,
    spatial: iris.region(publisher.regionCode),
    homepage: iris.at('/v1/docs'),
    license: iris.terms,
    themeTaxonomy: iris.scheme,
    service: iris.records,
  };
  yield {
    '@id': iris.records,
    '@type': 'dcat:DataService',
    title: { zh: '记录查询接口', en: 'Interface for records' },
    description: { zh: '逐次判定并留痕的记录查询', en: 'Records, each use decided and recorded' },
    endpointURL: iris.at('/v1/resources'),
    endpointDescription: iris.at('/v1/openapi.json'),
    publisher: iris.organisation(publisher.id),
    accessRights: `${EU}/access-right/RESTRICTED`,
    license: iris.terms,
  };
  yield { '@id': iris.scheme, '@type': 'skos:ConceptScheme', title: { zh: '政务信息资源分类', en: 'Classification' } };
  yield {
    '@id': iris.terms,
    '@type': 'dct:LicenseDocument',
    title: { zh: '海南省政务信息资源共享管理办法(琼府办〔2014〕176号)', en: 'Measures on sharing government information resources' }, // prettier-ignore
    agentType: 'http://purl.org/adms/licencetype/OtherRestrictiveClauses',
  };
  yield* aboutOrganisation(iris, publisher);
  yield { '@id': iris.region(publisher.regionCode), '@type': 'dct:Location', identifier: publisher.regionCode };
}

/** What several datasets refer to, said when the first of them does. */
export function* aboutOrganisation(iris: Iris, { id, name }: Pick<Publisher, 'id' | 'name'>): Generator<Node> {
  yield {
    '@id': iris.organisation(id),
    '@type': 'foaf:Agent',
    name: { zh: name },
    agentType: 'http://purl.org/adms/publishertype/RegionalAuthority',
  };
}

/** @param name as the edition in force calls it; an entry that could not be brought along is of a class that it no longer has */
export function* aboutTheme(iris: Iris, code: string, name: ClassName | undefined): Generator<Node> {
  yield {
    '@id': iris.theme(code),
    '@type': 'skos:Concept',
    prefLabel: name ?? { zh: code },
    notation: code,
    inScheme: iris.scheme,
  };
}

/** One published entry. @param content as far as it may be known: without items, where there is a summary only */
export function* dataset(iris: Iris, entry: FoundEntry, content: Content): Generator<Node> {
  const { id, resourceCode, providerId, providerName, providerRegion, publishedOn, updatedAt, version } = entry;
  const distributions = distributionsOf(iris, id, content);
  const keywords = content.items.map(({ name }) => name).slice(0, KEYWORDS);
  const [first] = distributions;
  yield {
    '@id': iris.dataset(id),
    '@type': 'dcat:Dataset',
    inCatalogue: iris.catalogue,
    identifier: resourceCode,
    title: { zh: content.name, ...(content.nameEn && { en: content.nameEn }) },
    description: { zh: content.abstract ?? content.name },
    publisher: iris.organisation(providerId),
    contactPoint: iris.part(id, 'contact'),
    theme: iris.theme(content.classification),
    accessRights: `${EU}/access-right/${content.sharingType === 'NOT_SHARED' ? 'NON_PUBLIC' : 'RESTRICTED'}`,
    rights: iris.part(id, 'rights'),
    language: CHINESE,
    version: String(version),
    modified: updatedAt,
    landingPage: iris.at(`/v1/catalogue/entries/${id}`),
    ...(publishedOn !== null && { issued: publishedOn }),
    ...(providerRegion !== null && { spatial: iris.region(providerRegion) }),
    ...(content.updateCycle !== null && { accrualPeriodicity: FREQUENCY[content.updateCycle] }),
    ...(keywords.length > 0 && { keyword: { zh: [...new Set(keywords)] } }),
    ...(content.derivedFrom.length > 0 && { source: content.derivedFrom.map(iris.dataset) }),
    ...(content.relatedCodes.length > 0 && { relation: content.relatedCodes.map((code) => iris.dataset(code.replace('/', '-'))) }), // prettier-ignore
    ...(distributions.length > 0 && { distribution: distributions.map((node) => node['@id']) }),
    ...(first?.accessService && { servedBy: iris.records }),
  };
  yield { '@id': iris.part(id, 'contact'), '@type': 'vcard:Organization', contactName: providerName ?? providerId };
  yield { '@id': iris.part(id, 'rights'), '@type': 'dct:RightsStatement', label: { zh: sharingOf(content) } };
  yield { '@id': iris.at(`/v1/catalogue/entries/${id}`), '@type': 'foaf:Document' };
  yield* distributions;
}

const sharingOf = ({ sharingType, sharingCondition }: Content): string =>
  [nameIn(LISTS.sharingType, sharingType), sharingCondition ?? ''].filter((text) => text !== '').join(':');

type Way = Readonly<{ path: string; zh: string; en: string; format: string; mediaType: string; served?: true }>;
const WAYS: Readonly<Record<Content['sharingMethods'][number], Way>> = {
  API: { path: 'records', zh: '接口查询', en: 'Records by interface', format: 'JSON', mediaType: 'application/json', served: true }, // prettier-ignore
  BATCH: { path: 'changes', zh: '批量交换', en: 'Changes in batches', format: 'JSON', mediaType: 'application/json', served: true }, // prettier-ignore
  FILE: { path: 'exports', zh: '文件下载', en: 'Files', format: 'CSV', mediaType: 'text/csv' },
};
const DELIVERED: readonly (DeliveryMode | null)[] = ['HOSTED', 'EXCHANGE_CHANNEL'];

function distributionsOf(iris: Iris, id: string, { sharingMethods, deliveryMode, sharingType }: Content): Node[] {
  if (sharingType === 'NOT_SHARED' || !DELIVERED.includes(deliveryMode)) return [];
  return sharingMethods.map((method): Node => {
    const { path, zh, en, format, mediaType, served } = WAYS[method];
    return {
      '@id': iris.part(id, method.toLowerCase()),
      '@type': 'dcat:Distribution',
      title: { zh, en },
      description: { zh: `${zh},每次使用须说明用途`, en: `${en}; each use names its purpose` },
      accessURL: iris.at(`/v1/resources/${id}/${path}`),
      format: `${EU}/file-type/${format}`,
      mediaType: `${IANA}/${mediaType}`,
      availability: `${EU}/planned-availability/AVAILABLE`,
      license: iris.terms,
      ...(served && { accessService: iris.records }),
    };
  });
}
