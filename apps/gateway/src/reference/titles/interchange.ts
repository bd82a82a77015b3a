import type { Section } from './section';

export const INTERCHANGE: readonly Section[] = [
  {
    name: ['目录共享', 'The catalogue for other systems'],
    about: [
      '向其他目录系统提供本目录:按变更采集、标准格式导出',
      'The catalogue as other catalogues take it: its changes, and in standard formats',
    ],
    routes: {
      'GET /v1/catalogue/changes': ['采集目录变更(可等待)', 'What changed in the catalogue since a cursor'],
      'GET /v1/catalogue/entries/:id/sample': [
        '查看条目的示例数据(平台生成)',
        'Rows as an entry’s items describe them',
      ],
      'GET /v1/catalogue/entries/:id/statistics': [
        '查看条目的统计信息',
        'Item dictionary, state of the data, and users',
      ],
      'GET /v1/catalogue/dcat': ['以 DCAT 格式导出目录(JSON-LD 或 Turtle)', 'The catalogue in DCAT 3'],
      'GET /v1/catalogue/dcat/:id': ['以 DCAT 格式查看一个条目', 'One entry in DCAT 3, at its IRI'],
    },
  },
];
