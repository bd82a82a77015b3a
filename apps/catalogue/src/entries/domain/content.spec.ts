import type { DeliveryMode, SharingType } from '@qiongtong/contracts';
import { aContent, anItem } from '../../../test/builders';
import {
  changedContent,
  checkComplete,
  checkContent,
  codeStays,
  DELIVERY_MODES,
  newContent,
  ORIGINS,
  SHARING_TYPES,
  SPECIAL_REGIMES,
  type Content,
} from './content';

const ID = '203000-000001';
const unconditional = { sharingType: 'UNCONDITIONAL', sharingCondition: null, sensitivityReason: null } as const;
const legalBasis = {
  law: '刑事诉讼法',
  article: '第二百八十六条',
  documentNumber: '主席令第10号',
  attachmentDigest: null,
};
const governingRule = { title: '规定', documentNumber: '1号', wayOfSharing: '线下', contact: '0898-1' };

describe('the code of an entry whose class changes', () => {
  it.each<[string, string, string, boolean, boolean]>([
    ['stays under the class it is in', '2-03', '2-03', false, true],
    ['has to agree with another class', '2-03', '2-04', false, false],
    ['stays where the class is no more', '2-03', '2-04', true, true],
    ['stays where a revision of the system moved the entry', '2-13', '2-04', false, true],
  ])('[R6.1] %s', (_case, before, after, classEnded, stays) => {
    const [was, is] = [aContent({ classification: before }), aContent({ classification: after })];
    expect(codeStays(ID, was, is, classEnded)).toBe(stays);
  });
});

describe('content that contradicts a rule', () => {
  const allowed: Record<SharingType, DeliveryMode[]> = {
    UNCONDITIONAL: ['HOSTED'],
    CONDITIONAL: ['HOSTED', 'EXCHANGE_CHANNEL'],
    NOT_SHARED: ['NONE'],
  };
  const combinations = SHARING_TYPES.flatMap((sharingType) =>
    [null, ...SPECIAL_REGIMES].flatMap((specialRegime) =>
      DELIVERY_MODES.map((deliveryMode) => {
        const modes = specialRegime && sharingType !== 'NOT_SHARED' ? ['REFERENCE_ONLY'] : allowed[sharingType];
        return [sharingType, specialRegime, deliveryMode, modes.includes(deliveryMode)] as const;
      }),
    ),
  );
  it.each(combinations)('[R9.1] %s with regime %s delivered %s: %s', (sharingType, specialRegime, deliveryMode, ok) => {
    const content = aContent({
      sharingType,
      specialRegime,
      deliveryMode,
      ...(sharingType === 'UNCONDITIONAL' && unconditional),
    });
    const check = expect(() => checkContent(ID, content));
    if (ok) check.not.toThrow();
    else check.toThrow(expect.objectContaining({ code: 'catalogue.delivery_mode_not_allowed' }));
  });

  it.each<[string, Partial<Content>, string]>([
    ['[R6.1] a code of another class', { classification: '1-03' }, 'catalogue.code_outside_classification'],
    ['[R6.1] a code of another item', { classification: '2-04' }, 'catalogue.code_outside_classification'],
    [
      '[R7.3] a credit code with a wrong check character',
      { providerCode: '11460000DEM000129X' },
      'catalogue.provider_code_invalid',
    ],
    ['[R7.3] a credit code that is too short', { providerCode: '1146' }, 'catalogue.provider_code_invalid'],
    [
      '[R5.3] a condition on an unconditional resource',
      { ...unconditional, sharingCondition: '仅限' },
      'catalogue.condition_on_unconditional',
    ],
    [
      '[R5.3] a reason on an unconditional resource',
      { ...unconditional, sensitivityReason: '敏感' },
      'catalogue.condition_on_unconditional',
    ],
    [
      '[R8.3] real time on a schedule',
      { updateCycle: 'REALTIME', updateMode: 'SCHEDULED' },
      'catalogue.update_mode_mismatch',
    ],
    [
      '[R8.3] a schedule in real time',
      { updateCycle: 'DAILY', updateMode: 'REALTIME' },
      'catalogue.update_mode_mismatch',
    ],
    [
      '[R3.1] a conditional resource that nobody may find',
      { metadataVisibility: 'HIDDEN' },
      'catalogue.visibility_too_narrow',
    ],
    [
      '[R3.1] an unconditional one with its items withheld',
      { ...unconditional, metadataVisibility: 'SUMMARY' },
      'catalogue.visibility_too_narrow',
    ],
    ['[R13.6] derived from itself', { derivedFrom: [ID] }, 'catalogue.derived_from_unknown'],
    ['[R7.3] items that are wrong', { items: [anItem({ code: '1' })] }, 'catalogue.item_invalid'],
  ])('is refused: %s', (_what, over, code) => {
    expect(() => checkContent(ID, aContent(over))).toThrow(expect.objectContaining({ code }));
  });

  it('may have gaps while it is a draft', () => {
    expect(() => checkContent(ID, newContent({ classification: '2-03', name: '名称' }))).not.toThrow();
  });

  it('takes a valid credit code', () => {
    expect(() => checkContent(ID, aContent({ providerCode: '11460000DEM000129M' }))).not.toThrow();
  });
});

describe('a new entry', () => {
  it('[R3.1] is shared without condition unless the department says otherwise', () => {
    expect(newContent({ classification: '3', name: '名称' })).toMatchObject({
      sharingType: 'UNCONDITIONAL',
      metadataVisibility: 'ALL',
    });
  });

  it.each([
    ['REALTIME', 'REALTIME'],
    ['YEARLY', 'SCHEDULED'],
  ] as const)('[R8.3] with cycle %s is updated %s', (updateCycle, updateMode) => {
    expect(changedContent(aContent(), { updateCycle })).toMatchObject({ updateCycle, updateMode });
  });
});

describe('content that is not ready to be submitted', () => {
  it.each([
    'abstract',
    'formatCategory',
    'deliveryMode',
    'updateCycle',
    'updateMode',
    'dataLevel',
    'personalInfo',
    'dutyBasis',
  ] as const)('[R7.3] is refused without %s', (field) => {
    expect(() => checkComplete(aContent({ [field]: null }))).toThrow(
      expect.objectContaining({ code: 'catalogue.incomplete', details: { about: [field] } }),
    );
  });

  it('[R5.1] is refused without saying whether the data are collected, generated or directly managed', () => {
    for (const origin of ORIGINS) expect(() => checkComplete(aContent({ origin }))).not.toThrow();
    expect(() => checkComplete(aContent({ origin: null }))).toThrow(
      expect.objectContaining({ code: 'catalogue.incomplete', details: { about: ['origin'] } }),
    );
  });

  it.each<[string, Partial<Content>, string[]]>([
    ['items', { items: [] }, ['items']],
    ['a way of sharing', { sharingMethods: [] }, ['sharingMethods']],
    ['more than one thing', { abstract: ' ', items: [] }, ['abstract', 'items']],
    ['items, though it is not shared', { sharingType: 'NOT_SHARED', deliveryMode: 'NONE', items: [] }, ['items']],
  ])('[R7.3] is refused without %s', (_what, over, about) => {
    expect(() => checkComplete(aContent(over))).toThrow(
      expect.objectContaining({ code: 'catalogue.incomplete', details: { about } }),
    );
  });

  it.each<[string, Partial<Content>, string]>([
    ['[R5.3] without condition', { sharingCondition: ' ' }, 'catalogue.condition_missing'],
    ['[R5.3] without the reason of the condition', { sensitivityReason: null }, 'catalogue.condition_missing'],
    [
      '[R3.2] not shared without a law',
      { sharingType: 'NOT_SHARED', deliveryMode: 'NONE' },
      'catalogue.legal_basis_missing',
    ],
    [
      '[R22.2] of a special regime without its rule',
      { specialRegime: 'GEOGRAPHIC_INFORMATION', deliveryMode: 'REFERENCE_ONLY' },
      'catalogue.governing_rule_missing',
    ],
    ['[R8.3] quarterly without confirmation', { updateCycle: 'QUARTERLY' }, 'catalogue.monthly_confirmation_missing'],
    ['[R8.3] yearly without confirmation', { updateCycle: 'YEARLY' }, 'catalogue.monthly_confirmation_missing'],
    ['[R9.2] hosted without a key', { items: [anItem()] }, 'catalogue.key_item_missing'],
  ])('is refused: %s', (_what, over, code) => {
    expect(() => checkComplete(aContent(over))).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, Partial<Content>]>([
    ['conditional', {}],
    ['unconditional', unconditional],
    ['not shared, with its law', { sharingType: 'NOT_SHARED', deliveryMode: 'NONE', sharingMethods: [], legalBasis }],
    [
      'of a special regime, with its rule',
      { specialRegime: 'PUBLIC_SECURITY_VIDEO', deliveryMode: 'REFERENCE_ONLY', sharingMethods: [], governingRule },
    ],
    ['yearly, confirmed monthly', { updateCycle: 'YEARLY', monthlyConfirmation: '每月5日前确认' }],
    ['through the channel, without a key', { deliveryMode: 'EXCHANGE_CHANNEL', items: [anItem()] }],
  ])('is ready otherwise: %s', (_what, over) => {
    expect(() => checkComplete(aContent(over))).not.toThrow();
  });
});
