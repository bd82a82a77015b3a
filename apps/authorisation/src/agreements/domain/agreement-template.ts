/** The text of an agreement with places for its facts, `{{name}}`. A changed text is a new version. [R12.6] */
export type AgreementTemplate = Readonly<{ version: string; zh: string; en: string }>;

type Fact =
  | 'agreementId'
  | 'version'
  | 'supersedes'
  | 'applicationId'
  | 'providerId'
  | 'providerName'
  | 'applicantId'
  | 'applicantName'
  | 'resourceId'
  | 'resourceName'
  | 'items'
  | 'rows'
  | 'mask'
  | 'actions'
  | 'purposes'
  | 'dutyBasis'
  | 'units'
  | 'posts'
  | 'officers'
  | 'systems'
  | 'method'
  | 'frequency'
  | 'from'
  | 'until'
  | 'limits'
  | 'matterNumber'
  | 'securityMeasures'
  | 'rulePack';
/** What an agreement states of an application and its agreed scope; every one must be said. */
export type AgreementFacts = Readonly<Record<Fact, string>>;

export const CURRENT_TEMPLATE: AgreementTemplate = {
  version: '2026-1',
  zh: `政务信息资源共享使用协议

协议编号:{{agreementId}}(第{{version}}版;所替代的版本:{{supersedes}})
共享申请:{{applicationId}}
提供部门(甲方):{{providerName}}({{providerId}})
使用部门(乙方):{{applicantName}}({{applicantId}})

一、资源与信息项
{{resourceName}}({{resourceId}}):{{items}}。
行范围:{{rows}}。脱敏:{{mask}}。

二、用途与职责依据
乙方只为下列用途使用:{{purposes}}。职责依据:{{dutyBasis}}。

三、知悉范围
内设机构:{{units}};岗位:{{posts}};人员:{{officers}};系统:{{systems}}。范围以外的人员和系统不得接触所取得的信息。

四、方式、频率与期限
操作:{{actions}};方式:{{method}};频率:{{frequency}};办件编号:{{matterNumber}};限额:{{limits}}。
期限:自{{from}}起,至{{until}}前。期满、职责终止或授权终止的,乙方停止使用并按甲方要求处置。

五、无偿共享
甲方无偿提供,双方不因本协议结算任何费用。

六、安全责任
乙方采取下列安全措施:{{securityMeasures}}。
乙方遵守保密和个人信息保护的规定,如实填写每次使用的用途,接受平台记录和审计;发生或可能发生泄露的,立即停止使用、补救并报告甲方和主管部门。

七、不得转送与发布
未经甲方授权,乙方不得将所取得的信息转给任何第三方;未经许可,不得向社会发布。

八、违约责任
乙方超出约定使用、泄露或转送的,甲方可以暂停或撤销授权;由主管部门责令限期改正,并依法追究责任。

九、变更与生效
本协议只以新的版本变更。甲乙双方指定人员各自接受同一摘要的文本后生效。适用规则:{{rulePack}}。`,
  en: `Agreement on the sharing and use of a government information resource

Agreement: {{agreementId}} (version {{version}}; supersedes: {{supersedes}})
Sharing application: {{applicationId}}
Provider (party A): {{providerName}} ({{providerId}})
User (party B): {{applicantName}} ({{applicantId}})

1. Resource and items
{{resourceName}} ({{resourceId}}): {{items}}.
Rows: {{rows}}. Masks: {{mask}}.

2. Purpose and basis in duty
Party B uses it for these purposes and nothing else: {{purposes}}. Basis of the duty: {{dutyBasis}}.

3. Scope of knowledge
Units: {{units}}; posts: {{posts}}; officers: {{officers}}; systems: {{systems}}. Nobody and nothing else comes to know it.

4. Method, frequency and period
Actions: {{actions}}; method: {{method}}; frequency: {{frequency}}; matter number: {{matterNumber}}; limits: {{limits}}.
Period: from {{from}} until before {{until}}. When it, the duty or the grant ends, party B stops using the information and
disposes of it as party A requires.

5. Free of charge
Party A provides free of charge; nothing is settled between the parties for it.

6. Security duties
Party B takes these measures: {{securityMeasures}}.
Party B observes the rules on secrecy and personal information, states the true purpose of every use and accepts recording
and audit; when a leak has happened or may happen it stops the use, remedies, and reports to party A and the authority.

7. No onward transfer, no publication
Without authorisation by party A, party B passes nothing on to a third party; without a permit it publishes nothing.

8. Liability
Where party B uses beyond what is agreed, leaks or passes on, party A may suspend or revoke the grant; the authority
orders rectification by a deadline, and liability follows from the law.

9. Amendment and effect
This agreement is amended by a new version only. It takes effect when a named officer of each party has accepted the text
of one and the same digest. Rules applied: {{rulePack}}.`,
};

/** @throws where the template names a fact that nobody knows: half an agreement is none */
export function filled(text: string, facts: AgreementFacts): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_place, name: string) => {
    if (!Object.hasOwn(facts, name)) throw new Error(`the agreement's text has a place for ${name}, which is no fact`);
    return facts[name as keyof AgreementFacts];
  });
}
