import type { OrganisationState, PermitState, ResourceState } from '@qiongtong/contracts';
import { MEDIA_TYPES } from './forms';

export const RELEASES = '/public/releases';
/** Where the vocabulary of catalogues and the names of media types are defined. */
const DCAT = 'http://www.w3.org/ns/dcat#';
const TERMS = 'http://purl.org/dc/terms/';
const FOAF = 'http://xmlns.com/foaf/0.1/';
const HYDRA = 'http://www.w3.org/ns/hydra/core#';
const MEDIA_TYPE = 'https://www.iana.org/assignments/media-types/';

/** A release as everybody may know it: nobody's name, no value of a filter. */
export type Release = Readonly<{
  id: string;
  title: string;
  purpose: string;
  publisher: Readonly<{ id: string; name: string }>;
  provider: Readonly<{ id: string; name: string }>;
  resource: Readonly<{ id: string; name: string }>;
  items: readonly Readonly<{ code: string; name: string; type: string; masked: boolean }>[];
  /** Only a part of the rows is published. */
  rowsRestricted: boolean;
  period: PermitState['period'];
  issuedAt: string;
  data: readonly Readonly<{ form: string; mediaType: string; url: string }>[];
}>;

export function releaseOf(
  permit: PermitState,
  resource: ResourceState,
  organisation: (id: string) => OrganisationState | undefined,
): Release {
  const named = (id: string) => ({ id, name: organisation(id)?.name ?? id });
  return {
    id: permit.id,
    title: permit.title,
    purpose: permit.purpose,
    publisher: named(permit.publisherId),
    provider: named(resource.providerId),
    resource: { id: resource.id, name: resource.name },
    items: resource.items
      .filter(({ code }) => permit.items.includes(code))
      .map(({ code, name, type }) => ({ code, name, type, masked: Object.hasOwn(permit.mask, code) })),
    rowsRestricted: permit.rowFilter !== null,
    period: permit.period,
    issuedAt: permit.issuedAt,
    data: permit.forms.map((form) => ({
      form,
      mediaType: MEDIA_TYPES[form].split(';')[0]!,
      url: `${RELEASES}/${permit.id}/data?format=${form.toLowerCase()}`,
    })),
  };
}

/** The same as a DCAT catalogue in JSON-LD; addresses are relative to where it was fetched. */
export const catalogueOf = (releases: readonly Release[], next: string | null) => ({
  '@context': { dcat: DCAT, dct: TERMS, foaf: FOAF, hydra: HYDRA },
  '@id': `${RELEASES}/catalog.jsonld`,
  '@type': 'dcat:Catalog',
  'dct:title': [
    { '@language': 'zh', '@value': '向社会发布的政务信息资源' },
    { '@language': 'en', '@value': 'Government information released to society' },
  ],
  'dcat:dataset': releases.map(datasetOf),
  ...(next === null ? {} : { 'hydra:next': { '@id': next } }),
});

const datasetOf = (release: Release) => ({
  '@id': `${RELEASES}/${release.id}`,
  '@type': 'dcat:Dataset',
  'dct:identifier': release.id,
  'dct:title': release.title,
  'dct:description': release.purpose,
  'dct:issued': { '@type': 'http://www.w3.org/2001/XMLSchema#dateTime', '@value': release.issuedAt },
  'dct:publisher': { '@type': 'foaf:Organization', 'foaf:name': release.publisher.name },
  'dct:creator': { '@type': 'foaf:Organization', 'foaf:name': release.provider.name },
  'dcat:keyword': release.items.map(({ name }) => name),
  'dcat:distribution': release.data.map(({ form, mediaType, url }) => ({
    '@id': url,
    '@type': 'dcat:Distribution',
    'dct:format': form,
    'dcat:mediaType': { '@id': MEDIA_TYPE + mediaType },
    'dcat:accessURL': { '@id': url },
    'dcat:downloadURL': { '@id': url },
  })),
});
