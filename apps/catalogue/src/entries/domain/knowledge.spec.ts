import {
  aContent,
  anEntry,
  anOfficer,
  aSystem,
  authority,
  leadingGroup,
  stranger,
  submitter,
} from '../../../test/builders';
import { ENTRY_STATUSES } from './entry';
import { knowledgeOf, seenWith } from './knowledge';

const provider = submitter;
const others = [stranger, aSystem, anOfficer({ departmentId: 'dsj', roles: ['PLATFORM_OPERATOR'] })];

describe('who knows of an entry', () => {
  it.each(ENTRY_STATUSES)(
    '[R7.1] in %s: its provider all; the authority from submission on; others once published',
    (status) => {
      const entry = anEntry({ status });
      const internal = status === 'DRAFT' || status === 'INTERNAL_REVIEW';
      expect(knowledgeOf(entry, provider)).toBe('whole');
      for (const by of [authority, leadingGroup]) expect(knowledgeOf(entry, by)).toBe(internal ? 'nothing' : 'whole');
      for (const by of others) expect(knowledgeOf(entry, by)).toBe(status === 'PUBLISHED' ? 'published' : 'nothing');
    },
  );

  it.each([
    ['ALL', 'published'],
    ['SUMMARY', 'summary'],
    ['HIDDEN', 'nothing'],
  ] as const)('metadata visible to %s is %s to other departments', (metadataVisibility, knowledge) => {
    const entry = anEntry({ status: 'PUBLISHED', content: aContent({ metadataVisibility }) });
    for (const by of others) expect(knowledgeOf(entry, by)).toBe(knowledge);
    expect(knowledgeOf(entry, provider)).toBe('whole');
  });
});

describe('what is seen of it', () => {
  const entry = anEntry({ status: 'PUBLISHED' });

  it('how it came about is not for other departments', () => {
    expect(seenWith('published', entry)).not.toHaveProperty('secrecyReview');
    expect(seenWith('published', entry)).not.toHaveProperty('draftedBy');
    expect(seenWith('whole', entry)).toMatchObject({ secrecyReview: entry.secrecyReview, draftedBy: 'mzt-submitter' });
  });

  it('a summary has no items', () => {
    expect(seenWith('summary', entry)).toMatchObject({ name: entry.content.name, items: [] });
  });
});
