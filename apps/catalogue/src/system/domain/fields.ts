/**
 * How far a template may go: the fields an entry has, the longest text and the values that the platform can hold. A
 * template asks for less, never for more.
 */
export const FIELDS: Readonly<Record<string, Readonly<{ longest?: number; values?: readonly string[] }>>> = {
  classification: {},
  name: { longest: 200 },
  providerCode: { longest: 18 },
  abstract: { longest: 2000 },
  formatCategory: {
    values: ['DOCUMENT', 'SPREADSHEET', 'DATABASE', 'GRAPHIC', 'STREAMING', 'SELF_DESCRIBED', 'SERVICE'],
  },
  items: {},
  sharingType: { values: ['UNCONDITIONAL', 'CONDITIONAL', 'NOT_SHARED'] },
  sharingCondition: { longest: 1000 },
  sharingMethods: { values: ['API', 'BATCH', 'FILE'] },
  openToSociety: { values: ['true', 'false'] },
  opennessCondition: { longest: 1000 },
  updateCycle: { values: ['REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'] },
  relatedCodes: {},
  nameEn: { longest: 300 },
  sensitivityReason: { longest: 1000 },
  legalBasis: {},
  deliveryMode: { values: ['HOSTED', 'EXCHANGE_CHANNEL', 'REFERENCE_ONLY', 'NONE'] },
  updateMode: { values: ['REALTIME', 'SCHEDULED'] },
  monthlyConfirmation: { longest: 500 },
  dataLevel: { values: ['L1', 'L2', 'L3', 'L4'] },
  personalInfo: { values: ['NONE', 'PERSONAL', 'SENSITIVE'] },
  dutyBasis: { longest: 1000 },
  origin: { values: ['COLLECTED', 'GENERATED', 'DIRECTLY_MANAGED'] },
  derivedFrom: {},
  specialRegime: { values: ['GEOGRAPHIC_INFORMATION', 'PUBLIC_SECURITY_VIDEO'] },
  governingRule: {},
  matterNumberPerSubject: { values: ['true', 'false'] },
  metadataVisibility: { values: ['ALL', 'SUMMARY', 'HIDDEN'] },
};
