/** Marks of state secrets: none of them may be on the platform. [R2.2, R2.3] */
export type SecretMark = Readonly<{ mark: '绝密' | '机密' | '秘密'; level: 'TOP_SECRET' | 'SECRET' | 'CONFIDENTIAL' }>;

const LEVELS = {
  绝: 'TOP_SECRET',
  絕: 'TOP_SECRET',
  机: 'SECRET',
  機: 'SECRET',
  秘: 'CONFIDENTIAL',
  祕: 'CONFIDENTIAL',
} as const;
const MARKS = { TOP_SECRET: '绝密', SECRET: '机密', CONFIDENTIAL: '秘密' } as const;

/** Blanks of any width and signs that are not seen, a few at most: every repetition is bounded, so the scan is linear. */
const GAP = '[\\s\\u00ad\\u200b-\\u200f\\u2060\\ufeff]{0,4}';
const STAR = '[★☆⭐✩✪✭✮✯🌟]';
/** An asterisk is a mark only before a period of secrecy (`秘密*10年`); elsewhere it is a footnote or a bullet. */
const ASTERISK = `[*＊]${GAP}(?=[0-9０-９一二三四五六七八九十长長启啟])`;
const PATTERN = new RegExp(
  `([绝絕机機秘祕])${GAP}密${GAP}[级級]?${GAP}(?:${STAR}|${ASTERISK})|${STAR}${GAP}([绝絕机機秘祕])${GAP}密`,
  'u',
);

/** @returns the first mark in the text, null when there is none; the ordinary words 秘密 and 机密 alone are no marks */
export function findSecretMark(text: string): SecretMark | null {
  // Every mark has it; most texts have not.
  if (!text.includes('密')) return null;
  const match = PATTERN.exec(text);
  if (!match) return null;
  const level = LEVELS[(match[1] ?? match[2]) as keyof typeof LEVELS];
  return { mark: MARKS[level], level };
}
