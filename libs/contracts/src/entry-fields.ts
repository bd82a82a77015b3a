/**
 * What every entry of the catalogue must say before it is handed in, whatever a metadata template asks for beside it;
 * `items` stands for at least one. [R7.3]
 */
export const ALWAYS_REQUIRED = [
  'classification',
  'name',
  'abstract',
  'formatCategory',
  'sharingType',
  'deliveryMode',
  'updateCycle',
  'updateMode',
  'dataLevel',
  'personalInfo',
  'dutyBasis',
  'origin',
  'items',
] as const;
