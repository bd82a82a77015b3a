import type { Fact } from './fact';

/**
 * Nobody's act: data of a resource shared without condition left for a department, for the first time in this month. Who
 * uses what without a grant is known by it, and told when it ends or gives less. [R10.4, R11.4]
 */
export type ResourceUsed = Fact<
  'authorisation.resource-used.v1',
  Readonly<{
    resourceId: string;
    departmentId: string;
    providerId: string | null;
    /** First day of the month, in Hainan. */
    month: string;
  }>
>;
