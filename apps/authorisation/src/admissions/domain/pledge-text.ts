import { createHash } from 'node:crypto';

/** The two parts of a pledge: the rules of sharing, and confidentiality. [R11.2] */
type Parts = Readonly<{ sharingRules: string; confidentiality: string }>;
export type PledgeText = Readonly<{
  version: string;
  text: Readonly<{ zh: Parts; en: Parts }>;
  /** SHA-256, hex, over both languages; kept with every pledge made on this text. */
  digest: string;
}>;

const TEXT: PledgeText['text'] = {
  zh: {
    sharingRules: [
      '本部门使用通过平台取得的政务信息资源,只为履行已登记的职责,不作其他用途。',
      '有条件共享的资源,按提供部门同意的信息项、范围、方式、用途和期限使用,不超出约定。',
      '未经提供部门授权,不将取得的信息转给任何第三方;未经许可,不向社会发布。',
      '每次使用如实填写用途和办件编号,接受平台记录、审计和监督检查。',
      '发现信息有误的,及时告知提供部门;职责终止或期限届满的,停止使用并按约定处置。',
    ].join('\n'),
    confidentiality: [
      '本部门遵守保密和个人信息保护的规定,把知悉范围限于办理事项所必需的人员。',
      '账号、证书和访问凭证只由登记的人员和系统使用,不转借、不共用。',
      '采取与信息敏感程度相当的管理和技术措施,防止泄露、篡改和丢失。',
      '发生或可能发生泄露的,立即停止使用、采取补救措施,并向提供部门和主管部门报告。',
      '上述义务在人员离任、系统下线和接入终止之后继续有效。',
    ].join('\n'),
  },
  en: {
    sharingRules: [
      'This department uses what it obtains through the platform to perform its registered duties and for nothing else.',
      'It uses conditional resources only with the items, scope, method, purpose and period that the provider consented to.',
      'It passes nothing on to a third party without the provider’s authorisation and publishes nothing without a permit.',
      'It names the true purpose and matter of every use and accepts recording, audit and inspection.',
      'It tells the provider of errors it finds, and stops using and disposes of information when the duty or period ends.',
    ].join('\n'),
    confidentiality: [
      'This department observes the rules on secrecy and personal information and limits knowledge to those who need it.',
      'Accounts, certificates and credentials are used by the registered persons and systems alone and never lent or shared.',
      'It takes measures of management and technique that fit the sensitivity of the information.',
      'When a leak has happened or may happen it stops the use, remedies, and reports to provider and authority at once.',
      'These duties outlive the departure of persons, the retirement of systems and the end of access.',
    ].join('\n'),
  },
};

/** A new text gets a new version; pledges on a former one must be renewed. */
export const CURRENT_PLEDGE: PledgeText = {
  version: '2026-1',
  text: TEXT,
  digest: createHash('sha256')
    .update([TEXT.zh.sharingRules, TEXT.zh.confidentiality, TEXT.en.sharingRules, TEXT.en.confidentiality].join('\n\n'))
    .digest('hex'),
};
