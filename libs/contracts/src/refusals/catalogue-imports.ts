import { refusals } from './entry';

const R7 = { requirement: 'R7.3', article: 7 } as const;

/** Refusals of an import of catalogue entries: of the file as a whole, and of single cells in its report. */
export const CATALOGUE_IMPORT_REFUSALS = refusals({
  'import.file_unreadable': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '文件无法读取',
    en: 'The file cannot be read',
    nextZh: '请使用模板,另存为 CSV(UTF-8 或 GB18030)或 XLSX 后重新上传',
    nextEn: 'Fill in the template and save it as CSV (UTF-8 or GB18030) or XLSX',
  },
  'import.file_too_large': {
    ...{ kind: 'tooLarge', ...R7 },
    zh: '文件超过大小、行数或工作表的上限',
    en: 'The file is larger than one may be, or has too many rows or sheets',
    nextZh: '请拆分为多个文件分别导入',
    nextEn: 'Import it in several files',
  },
  'import.file_empty': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '文件中没有数据行',
    en: 'The file has no rows',
    nextZh: '请在表头下方填写目录条目',
    nextEn: 'Put entries below the headings',
  },
  'import.columns_unknown': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '表头与模板不一致',
    en: 'The headings are not those of the template',
    nextZh: '请按 errors 中所列更正表头,或重新下载模板',
    nextEn: 'Correct the headings listed under errors, or fetch the template again',
  },
  'import.too_many': {
    ...{ kind: 'tooMany', ...R7 },
    zh: '本部门正在处理的导入已达上限',
    en: 'The department has as many imports under way as it may have',
    nextZh: '请等已有的导入结束后再试',
    nextEn: 'Wait until those have ended',
  },
  'import.cell_missing': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '必填项未填写',
    en: 'What is needed is missing',
    nextZh: '请填写该单元格',
    nextEn: 'Fill in the cell',
  },
  'import.cell_too_long': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '内容过长或取值过多',
    en: 'The text is too long, or has too many values',
    nextZh: '请按填写说明缩短',
    nextEn: 'Shorten it as the explanations say',
  },
  'import.cell_malformed': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '内容不符合该列的格式',
    en: 'The text does not have the form of its column',
    nextZh: '请按填写说明更正',
    nextEn: 'Correct it as the explanations say',
  },
  'import.value_not_listed': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '取值不在代码表中',
    en: 'The value is not in the code list',
    nextZh: '请使用代码表中的取值',
    nextEn: 'Use a value of the code list',
  },
  'import.row_contradicts': {
    ...{ kind: 'unprocessable', ...R7 },
    zh: '与同一条目首行的内容不一致',
    en: 'It contradicts the first row of the same entry',
    nextZh: '请与首行保持一致,或留空',
    nextEn: 'Say the same as the first row, or nothing',
  },
  'import.code_repeated': {
    ...{ kind: 'unprocessable', requirement: 'R6.1', article: 6 },
    zh: '该资源代码在文件中重复出现',
    en: 'Another entry of the file has this resource code',
    nextZh: '请将同一条目的行放在一起,或更换顺序码',
    nextEn: 'Put the rows of one entry together, or use another sequence number',
  },
  'import.provider_unknown': {
    ...{ kind: 'unprocessable', requirement: 'R2.1', article: 2 },
    zh: '提供方不是已登记的政务部门',
    en: 'The provider is not a registered department',
    nextZh: '请填写已登记部门的全称',
    nextEn: 'Give the full name of a registered department',
  },
  'import.provider_not_own': {
    ...{ kind: 'unprocessable', requirement: 'R7.1', article: 7 },
    zh: '部门只能导入本部门的目录',
    en: 'A department imports entries of its own',
    nextZh: '请改为本部门,或由省级主管部门导入',
    nextEn: 'Name your own department, or have the provincial authority import it',
  },
});
