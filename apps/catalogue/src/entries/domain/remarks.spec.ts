import { aContent, aKeyItem, anItem } from '../../../test/builders';
import { pointerTo, remarksOn, type FieldNames } from './remarks';

const names: FieldNames = {
  entry: new Map([
    ['信息资源摘要', 'abstract'],
    ['依据条款', 'legalBasis.article'],
  ]),
  item: new Map([['数据长度', 'length']]),
};
const content = aContent({ items: [aKeyItem(), anItem(), anItem({ code: 'two', name: '姓名' })], relatedCodes: ['203000/000002'] }); // prettier-ignore

describe('the field that a remark is about', () => {
  it.each([
    ['/abstract', '/abstract'],
    ['abstract', '/abstract'],
    ['信息资源摘要', '/abstract'],
    ['依据条款', '/legalBasis/article'],
    ['/legalBasis/law', '/legalBasis/law'],
    ['legalBasis.law', '/legalBasis/law'],
    ['/resourceCode', '/resourceCode'],
    ['/items', '/items'],
    ['/items/certNo', '/items/certNo'],
    ['/items/证书编号', '/items/certNo'],
    ['/items/0', '/items/certNo'],
    ['/items/证书编号/数据长度', '/items/certNo/length'],
    ['/items/1/codeList', '/items/name/codeList'],
    // What an item does not say, it may be asked to say.
    ['/items/1/source', '/items/name/source'],
    ['/relatedCodes/0', '/relatedCodes/0'],
  ])('[R7.1] %s is %s', (said, pointer) => {
    expect(pointerTo(said, content, names)).toBe(pointer);
  });

  it.each([
    '',
    '/',
    '//',
    'colour',
    '/colour',
    '摘要',
    '/abstract/0',
    '/legalBasis/page',
    '/items/3',
    '/items/-1',
    '/items/nobody',
    // Two items have that name.
    '/items/姓名',
    '/items/certNo/colour',
    '/items/certNo/length/0',
    '/relatedCodes/1',
    '/__proto__',
    '/items/constructor',
    '/items/certNo/constructor',
  ])('[R7.1] there is no field %p', (said) => {
    expect(pointerTo(said, content, names)).toBeNull();
  });

  it('[R7.1] a remark on a field that is not there is refused, naming each', () => {
    const said = ['/abstract', '/colour', '/items/9'].map((field) => ({ field, remark: '请说明' }));
    expect(() => remarksOn(content, said)).toThrow(
      expect.objectContaining({
        code: 'catalogue.remark_field_unknown',
        details: {
          errors: [
            expect.objectContaining({ pointer: '/fieldRemarks/1/field' }),
            expect.objectContaining({ pointer: '/fieldRemarks/2/field' }),
          ],
        },
      }),
    );
    expect(remarksOn(content, said.slice(0, 1))).toEqual([{ field: '/abstract', remark: '请说明' }]);
  });
});
