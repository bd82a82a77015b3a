import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The catalogue system in editions, the first of them in force; and the register of codes, with those given so far. */
export class CatalogueSystem1798100000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE catalogue_edition (
        number integer PRIMARY KEY,
        status text NOT NULL,
        title text NOT NULL,
        document_number text NOT NULL,
        effective_on date,
        code_rule jsonb NOT NULL,
        template jsonb NOT NULL,
        revision integer NOT NULL,
        acts jsonb NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX catalogue_edition_in_force ON catalogue_edition ((true)) WHERE status = 'IN_FORCE'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX catalogue_edition_to_come ON catalogue_edition ((true))
       WHERE status IN ('PROPOSED', 'ANNOUNCED')`,
    );
    await runner.query(`
      CREATE TABLE catalogue_class (
        edition integer NOT NULL REFERENCES catalogue_edition,
        code text COLLATE "C" NOT NULL,
        zh text NOT NULL,
        en text NOT NULL,
        ended boolean NOT NULL DEFAULT false,
        replaced_by text COLLATE "C",
        PRIMARY KEY (edition, code)
      )`);
    await runner.query('CREATE TABLE resource_code (code text PRIMARY KEY)');
    await runner.query('CREATE TABLE resource_code_sequence (prefix text PRIMARY KEY, last bigint NOT NULL)');
    // A draft that was wiped leaves its code: nobody else is given it.
    await runner.query(`
      INSERT INTO resource_code (code)
      SELECT resource_code FROM entry
      UNION SELECT replace(entry_id, '-', '/') FROM registration_refusal WHERE entry_id IS NOT NULL`);
    await runner.query(`
      INSERT INTO resource_code_sequence (prefix, last)
      SELECT split_part(code, '/', 1), max(split_part(code, '/', 2)::bigint) FROM resource_code
      WHERE code ~ '^[0-9]{6,12}/[0-9]{1,6}$' GROUP BY 1`);

    await runner.query(`CREATE INDEX entry_by_class ON entry (((content ->> 'classification')) COLLATE "C", id)`);
    await runner.query('ALTER TABLE catalogue_import_entry ALTER resource_code DROP NOT NULL');

    await runner.query(
      `INSERT INTO catalogue_edition
         (number, status, title, document_number, effective_on, code_rule, template, revision, acts, updated_at)
       VALUES (1, 'IN_FORCE', '政务信息资源目录编制指南(试行)', '发改高技〔2017〕1272号', '2026-01-01', $1, $2, 1, '{}', now())`,
      [JSON.stringify({ sequenceDigits: 6 }), JSON.stringify(TEMPLATE)],
    );
    await runner.query(
      `INSERT INTO catalogue_class (edition, code, zh, en)
       SELECT 1, code, zh, en FROM unnest($1::text[], $2::text[], $3::text[]) AS given (code, zh, en)`,
      [CLASSES.map(([code]) => code), CLASSES.map(([, zh]) => zh), CLASSES.map(([, , en]) => en)],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX entry_by_class');
    await runner.query('ALTER TABLE catalogue_import_entry ALTER resource_code SET NOT NULL');
    await runner.query('DROP TABLE resource_code_sequence, resource_code, catalogue_class, catalogue_edition');
  }
}

/** 类 and 项 of the national guide; of the departments' own, the province's. [B.2] */
const CLASSES: readonly (readonly [code: string, zh: string, en: string])[] = [
  ['1', '基础信息资源', 'Base data'],
  ['1-01', '人口', 'Population'],
  ['1-02', '法人单位', 'Legal persons'],
  ['1-03', '自然资源和空间地理', 'Natural resources and space'],
  ['1-04', '社会信用', 'Social credit'],
  ['1-05', '电子证照', 'Electronic licences'],
  ['2', '主题信息资源', 'Data by theme'],
  ['2-01', '公共服务', 'Public services'],
  ['2-02', '健康保障', 'Health'],
  ['2-03', '社会保障', 'Social security'],
  ['2-04', '食品药品安全', 'Safety of food and medicines'],
  ['2-05', '安全生产', 'Safety at work'],
  ['2-06', '价格监管', 'Supervision of prices'],
  ['2-07', '能源安全', 'Energy'],
  ['2-08', '信用体系', 'Credit system'],
  ['2-09', '城乡建设', 'Town and country building'],
  ['2-10', '社区治理', 'Communities'],
  ['2-11', '生态环保', 'Environment'],
  ['2-12', '应急维稳', 'Emergencies'],
  ['3', '部门信息资源', 'Data of departments'],
  ['3-01', '党中央', 'Central Committee of the Party'],
  ['3-02', '全国人大常委会', 'Standing Committee of the National People’s Congress'],
  ['3-03', '国务院', 'State Council'],
  ['3-04', '全国政协', 'National Committee of the CPPCC'],
  ['3-05', '最高人民法院', 'Supreme People’s Court'],
  ['3-06', '最高人民检察院', 'Supreme People’s Procuratorate'],
  ['3-46', '海南省', 'Hainan'],
];

const field = (
  name: string,
  element: number | null,
  zh: string,
  en: string,
  more: Partial<{ told: boolean; required: boolean; longest: number; values: readonly string[] }> = {},
) => ({ field: name, element, zh, en, told: false, required: false, longest: null, values: null, ...more });
const NEEDED = { required: true } as const;

/** The thirteen core elements and what the measures add. */
const TEMPLATE = [
  field('classification', 1, '信息资源分类', 'Classification', NEEDED),
  field('name', 2, '信息资源名称', 'Name', { ...NEEDED, longest: 200 }),
  field('resourceCode', 3, '信息资源代码', 'Resource code', { told: true }),
  field('provider', 4, '信息资源提供方', 'Provider', { told: true }),
  field('providerCode', 5, '信息资源提供方代码', 'Provider code', { longest: 18 }),
  field('abstract', 6, '信息资源摘要', 'Abstract', { ...NEEDED, longest: 2000 }),
  field('formatCategory', 7, '信息资源格式', 'Format', {
    ...NEEDED,
    values: ['DOCUMENT', 'SPREADSHEET', 'DATABASE', 'GRAPHIC', 'STREAMING', 'SELF_DESCRIBED', 'SERVICE'],
  }),
  field('items', 8, '信息项', 'Items', NEEDED),
  field('sharingType', 9, '共享类型', 'Sharing type', {
    ...NEEDED,
    values: ['UNCONDITIONAL', 'CONDITIONAL', 'NOT_SHARED'],
  }),
  field('sharingCondition', 9, '共享条件', 'Sharing condition', { longest: 1000 }),
  field('sharingMethods', 9, '共享方式', 'Ways of sharing', { values: ['API', 'BATCH', 'FILE'] }),
  field('openToSociety', 10, '是否向社会开放', 'Open to society', { values: ['true', 'false'] }),
  field('opennessCondition', 10, '开放条件', 'Condition of openness', { longest: 1000 }),
  field('updateCycle', 11, '更新周期', 'Update cycle', {
    ...NEEDED,
    values: ['REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'],
  }),
  field('publishedOn', 12, '发布日期', 'Published on', { told: true }),
  field('relatedCodes', 13, '关联资源代码', 'Related codes'),
  field('nameEn', null, '英文名称', 'English name', { longest: 300 }),
  field('sensitivityReason', null, '敏感原因', 'Why it is sensitive', { longest: 1000 }),
  field('legalBasis', null, '不予共享依据', 'Legal basis of not sharing'),
  field('deliveryMode', null, '提供方式', 'Delivery', {
    ...NEEDED,
    values: ['HOSTED', 'EXCHANGE_CHANNEL', 'REFERENCE_ONLY', 'NONE'],
  }),
  field('updateMode', null, '更新方式', 'Mode of update', { ...NEEDED, values: ['REALTIME', 'SCHEDULED'] }),
  field('monthlyConfirmation', null, '逐月确认方式', 'Monthly confirmation', { longest: 500 }),
  field('dataLevel', null, '数据级别', 'Data level', { ...NEEDED, values: ['L1', 'L2', 'L3', 'L4'] }),
  field('personalInfo', null, '个人信息类别', 'Personal information', {
    ...NEEDED,
    values: ['NONE', 'PERSONAL', 'SENSITIVE'],
  }),
  field('dutyBasis', null, '职责依据', 'Duty basis', { ...NEEDED, longest: 1000 }),
  field('origin', null, '数据来源', 'Origin', {
    ...NEEDED,
    values: ['COLLECTED', 'GENERATED', 'DIRECTLY_MANAGED'],
  }),
  field('derivedFrom', null, '来源资源', 'Derived from'),
  field('specialRegime', null, '特别管理类别', 'Special regime', {
    values: ['GEOGRAPHIC_INFORMATION', 'PUBLIC_SECURITY_VIDEO'],
  }),
  field('governingRule', null, '特别管理规定', 'Governing rule'),
  field('matterNumberPerSubject', null, '一事一人', 'Matter number per subject', { values: ['true', 'false'] }),
  field('metadataVisibility', null, '目录可见范围', 'Visibility of metadata', { values: ['ALL', 'SUMMARY', 'HIDDEN'] }),
];
