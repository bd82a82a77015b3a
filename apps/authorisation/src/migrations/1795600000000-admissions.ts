import { createHash } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** First access as the whole table of R11.1; texts of the pledge as data, the one that was code first. [R11.2] */
export class Admissions1795600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pledge_text (
        version text PRIMARY KEY,
        text jsonb NOT NULL,
        digest text NOT NULL,
        effective_from timestamptz NOT NULL UNIQUE,
        grace_days integer NOT NULL CHECK (grace_days > 0),
        published_by text NOT NULL,
        published_at timestamptz NOT NULL
      );

      ALTER TABLE access_application
        ALTER COLUMN pledge DROP NOT NULL,
        ALTER COLUMN submitted_at DROP NOT NULL,
        ADD COLUMN statement text NOT NULL DEFAULT '',
        ADD COLUMN written_by jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN returned jsonb,
        ADD COLUMN withdrawn_by text;
      ALTER TABLE access_application ALTER COLUMN statement DROP DEFAULT, ALTER COLUMN written_by DROP DEFAULT;
      UPDATE access_application SET
        written_by = jsonb_build_array(submitted_by),
        pledge = pledge || jsonb_build_object('signedBy', submitted_by, 'signature', NULL);
      DROP INDEX access_application_pending;
      CREATE UNIQUE INDEX access_application_in_hand ON access_application (organisation_id)
        WHERE status IN ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'RETURNED');

      CREATE TABLE admission (
        organisation_id text PRIMARY KEY REFERENCES organisation (id),
        application_id text REFERENCES access_application (id),
        admitted_at timestamptz,
        suspension jsonb,
        ending jsonb,
        renewal jsonb,
        next_due_at timestamptz
      );
      CREATE INDEX admission_due ON admission (next_due_at) WHERE next_due_at IS NOT NULL;

      CREATE TABLE pledge (
        id text PRIMARY KEY,
        organisation_id text NOT NULL REFERENCES organisation (id),
        application_id text REFERENCES access_application (id),
        text_version text NOT NULL REFERENCES pledge_text (version),
        digest text NOT NULL,
        signed_by text NOT NULL,
        signer_name text NOT NULL,
        signer_post text NOT NULL,
        signed_at timestamptz NOT NULL,
        signature jsonb
      );
      CREATE INDEX pledge_by_organisation ON pledge (organisation_id, id)`);
    await runner.query(
      `INSERT INTO pledge_text (version, text, digest, effective_from, grace_days, published_by, published_at)
       VALUES ($1, $2, $3, $4, 30, 'platform', $4)`,
      ['2026-1', JSON.stringify(TEXT), DIGEST, '2025-12-31T16:00:00Z'],
    );
    // What was approved is a pledge; the last one approved is the admission's.
    await runner.query(`
      INSERT INTO pledge SELECT id, organisation_id, id, pledge ->> 'textVersion', pledge ->> 'digest', submitted_by,
          pledge ->> 'signerName', pledge ->> 'signerPost', (pledge ->> 'signedAt')::timestamptz, NULL
        FROM access_application WHERE status = 'APPROVED';
      INSERT INTO admission (organisation_id, application_id, admitted_at)
        SELECT DISTINCT ON (organisation_id) organisation_id, id, (decision ->> 'at')::timestamptz
        FROM access_application WHERE status = 'APPROVED' ORDER BY organisation_id, id DESC`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE pledge, admission;
      DROP INDEX access_application_in_hand;
      DELETE FROM access_application WHERE status IN ('DRAFT', 'UNDER_REVIEW', 'RETURNED', 'WITHDRAWN');
      ALTER TABLE access_application
        DROP COLUMN statement, DROP COLUMN written_by, DROP COLUMN returned, DROP COLUMN withdrawn_by,
        ALTER COLUMN pledge SET NOT NULL, ALTER COLUMN submitted_at SET NOT NULL;
      CREATE UNIQUE INDEX access_application_pending ON access_application (organisation_id) WHERE status = 'SUBMITTED';
      DROP TABLE pledge_text`);
  }
}

const TEXT = {
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

const DIGEST = createHash('sha256')
  .update([TEXT.zh.sharingRules, TEXT.zh.confidentiality, TEXT.en.sharingRules, TEXT.en.confidentiality].join('\n\n'))
  .digest('hex');
