import { DIMENSIONS, type Dimension } from './quality-rule';

/** How the rows of one batch, or those that came as messages within one hour, fared under one rule. */
export type QualityResult = Readonly<{
  /** Of the rows of an hour it begins with `messages:`. */
  batchId: string;
  rule: string;
  dimension: Dimension;
  /** Revision of the rules in force when the batch came. */
  revision: number;
  threshold: string;
  /** Rows the rule has something to say about. */
  checked: number;
  failing: number;
  /** The first rows that fail, by their place in the batch: neither keys nor values are kept. */
  sampleLines: readonly number[];
  /** Of messages: when their hour began. */
  measuredAt: Date;
}>;

const HOUR_MS = 3_600_000;
const MESSAGES = 'messages:';
/** Under which results of messages are summed: micro-batches are cut by chance and say nothing one by one. */
export function hourOf(resourceId: string, revision: number, now: Date): Pick<QualityResult, 'batchId' | 'measuredAt'> {
  const hour = Math.floor(now.getTime() / HOUR_MS);
  return { batchId: `${MESSAGES}${resourceId}:${revision}:${hour}`, measuredAt: new Date(hour * HOUR_MS) };
}
export const ofMessages = ({ batchId }: Pick<QualityResult, 'batchId'>): boolean => batchId.startsWith(MESSAGES);

const PLACES = 10_000;

/** Share of rows that satisfy, four places, never rounded up; null when there was nothing to look at. */
export function shareOf({ checked, failing }: Pick<QualityResult, 'checked' | 'failing'>): string | null {
  if (checked === 0) return null;
  const share = Math.floor(((checked - failing) * PLACES) / checked);
  return share === PLACES ? '1' : `0.${String(share).padStart(4, '0')}`;
}

/** Compared as whole numbers: 98.995 of 100 is not 0.99 by rounding. */
export function isMet({
  checked,
  failing,
  threshold,
}: Pick<QualityResult, 'checked' | 'failing' | 'threshold'>): boolean {
  return (checked - failing) * PLACES >= Math.round(Number(threshold) * PLACES) * checked;
}

export type DimensionFigure = Readonly<{ dimension: Dimension; share: string | null; rulesMet: number; rules: number }>;

/** One figure a dimension over results of one batch or hour: all rows that satisfy, of all that were looked at. */
export function figuresOf(results: readonly QualityResult[]): DimensionFigure[] {
  return DIMENSIONS.map((dimension) => {
    const of = results.filter((result) => result.dimension === dimension);
    const sum = (name: 'checked' | 'failing') => of.reduce((total, result) => total + result[name], 0);
    return {
      dimension,
      share: shareOf({ checked: sum('checked'), failing: sum('failing') }),
      rulesMet: of.filter(isMet).length,
      rules: of.length,
    };
  });
}
