import { findSecretMark } from './secret-marks';

describe('[R2.3] a mark of a state secret', () => {
  it.each([
    ['绝密★', '绝密'],
    ['关于某事的通知 机密★启用前', '机密'],
    ['秘密★10年', '秘密'],
    ['秘 密 ★ 长期', '秘密'],
    ['机　密　☆', '机密'],
    ['絕密★', '绝密'],
    ['機密⭐', '机密'],
    ['★机密', '机密'],
    ['秘密级★', '秘密'],
    ['秘密*5年', '秘密'],
    ['机密＊长期', '机密'],
    ['绝\u200b密\u200b★', '绝密'],
  ])('is found in %p', (text, mark) => {
    expect(findSecretMark(text)?.mark).toBe(mark);
  });

  it.each([
    '',
    '商业秘密',
    '国家秘密',
    '保守国家秘密法',
    '机密 文件',
    '五星★',
    '秘密** 注',
    '- 秘密 *',
    '密★',
    `秘密${'\n'.repeat(20)}★`,
  ])('is not found in %p', (text) => {
    expect(findSecretMark(text)).toBeNull();
  });

  it('is looked for in time that grows with the text alone', () => {
    const started = process.hrtime.bigint();
    expect(findSecretMark('秘 密 * '.repeat(500_000) + '绝密★')).toMatchObject({ level: 'TOP_SECRET' });
    expect(findSecretMark('绝    密    '.repeat(200_000) + ' '.repeat(1_000_000))).toBeNull();
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(3_000);
  });
});
