import type { Organisation } from '../src/organisations/domain/organisation';
import type { Succession } from '@qiongtong/regulation';

export const NOWHERE: Succession['listed'] = {
  resources: {},
  duties: {},
  systems: {},
  officers: {},
  grants: {},
  applications: {},
};

/** `mzt` gives way to `hz`, wholly; the terms may say otherwise. */
export const aSuccession = (over: Partial<Succession> = {}): Succession => {
  const { from = ['mzt'], heirs = ['hz'] } = over;
  return {
    changeId: 'change-1',
    kind: 'MERGER',
    decidedBy: 'gxt-li',
    authorityId: 'gxt',
    documentNumber: '琼编〔2026〕3号',
    from,
    ending: from.filter((id) => !heirs.includes(id)),
    heirs,
    remainderTo: heirs[0] ?? null,
    withdrawals: {},
    ...over,
    listed: { ...NOWHERE, ...over.listed },
  };
};

/** Admitted, pledged and with a unit in office: it may use. */
export const aBody = (over: Partial<Organisation> = {}): Organisation => ({
  id: 'mzt',
  name: '民政厅',
  type: 'ADMINISTRATIVE',
  level: 'PROVINCE',
  regionCode: '460000',
  parentId: null,
  kind: 'DEPARTMENT',
  status: 'ACTIVE',
  creditCode: null,
  roles: [],
  duties: [],
  hasResponsibleUnit: true,
  admission: 'ACTIVE',
  pledgeVersion: '2026-1',
  pledgeValidUntil: null,
  suspendedUntil: null,
  formerNames: [],
  successorIds: [],
  endedAt: null,
  revision: 3,
  registeredAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
export const bodies = (...all: Organisation[]): ReadonlyMap<string, Organisation> =>
  new Map(all.map((body) => [body.id, body]));
export const aDuty = (code: string, ...purposes: string[]): Organisation['duties'][number] => ({
  code,
  title: code,
  basis: '条例',
  purposes: purposes.map((purpose) => `${code}.${purpose}`),
});
