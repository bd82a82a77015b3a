import { GRANTS } from './grants';
import { INTERCHANGE } from './interchange';
import { OVERSIGHT } from './oversight';
import { PARTIES } from './parties';
import { RESOURCES } from './resources';
import type { Section } from './section';
import { SHARING } from './sharing';

/** Every route of the entrance by the names it has for a reader, in the order in which a newcomer needs them. */
export const SECTIONS: readonly Section[] = [
  ...RESOURCES,
  ...INTERCHANGE,
  ...PARTIES,
  ...SHARING,
  ...GRANTS,
  ...OVERSIGHT,
];
export type { Section, Title } from './section';
