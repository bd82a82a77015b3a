import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SharingApplications1795410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sharing_application
        ALTER COLUMN received_at DROP NOT NULL,
        ALTER COLUMN clock DROP NOT NULL,
        ALTER COLUMN rule_pack DROP NOT NULL,
        ADD COLUMN batch_id text,
        ADD COLUMN rules jsonb,
        ADD COLUMN supplement jsonb,
        ADD COLUMN offer jsonb,
        ADD COLUMN proposal jsonb,
        ADD COLUMN extension jsonb,
        ADD COLUMN grounds_not_consented jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN refusal jsonb,
        ADD COLUMN overdue_at timestamptz,
        ADD COLUMN next_step_at timestamptz`);
    // What was received before keeps the rules under which it was, and its clock goes on. [R23.1]
    await runner.query(`
      UPDATE sharing_application SET
        rules = jsonb_build_object('replyWorkingDays', clock -> 'workingDays', 'reminders', jsonb_build_array(),
          'supplementPauses', true,
          'replyExtensionWorkingDays', CASE WHEN rule_pack LIKE '%CN-2025-809%' THEN 10 ELSE 0 END,
          'provideWithinWorkingDays', CASE WHEN rule_pack LIKE '%CN-2025-809%' THEN 20 END),
        clock = clock || jsonb_build_object('extendedBy', 0, 'pause', NULL, 'reminders', jsonb_build_array(),
          'endedAt', CASE WHEN status = 'SUBMITTED' THEN NULL ELSE coalesce(decision ->> 'at', clock ->> 'dueAt') END),
        next_step_at = CASE WHEN status = 'SUBMITTED' THEN (clock ->> 'dueAt')::timestamptz END,
        decision = decision || jsonb_build_object(
          'statutoryBasis', CASE WHEN decision ->> 'statutoryBasis' IS NULL THEN '[]'::jsonb
            ELSE jsonb_build_array(jsonb_build_object('law', decision ->> 'statutoryBasis', 'article', '', 'quotation', '')) END,
          'acceptedBy', NULL, 'caseId', NULL, 'standingConsentId', NULL, 'provide', NULL,
          'scope', (SELECT to_jsonb(given) FROM (
             SELECT resource_id AS "resourceId", provider_id AS "providerId", holder_id AS "holderId",
               recipient_owner_id AS "recipientOwnerId", items, row_filter AS "rowFilter", mask, actions, purposes,
               matter_number AS "matterNumber", scope_of_knowledge AS "scopeOfKnowledge", systems, period, limits
             FROM sharing_grant WHERE sharing_grant.id = decision ->> 'grantId') AS given))`);
    await runner.query(`
      CREATE INDEX sharing_application_by_next_step ON sharing_application (next_step_at) WHERE next_step_at IS NOT NULL;
      CREATE INDEX sharing_application_by_batch ON sharing_application (batch_id, id) WHERE batch_id IS NOT NULL;
      CREATE INDEX sharing_application_by_status ON sharing_application (status, id);

      CREATE TABLE sharing_application_batch (
        id text PRIMARY KEY,
        applicant_id text NOT NULL REFERENCES organisation (id),
        submitted_by text NOT NULL,
        submitted_at timestamptz NOT NULL,
        rows jsonb NOT NULL
      );

      CREATE TABLE standing_consent (
        id text PRIMARY KEY,
        resource_id text NOT NULL,
        provider_id text NOT NULL REFERENCES organisation (id),
        status text NOT NULL,
        items jsonb NOT NULL,
        row_filter jsonb,
        mask jsonb NOT NULL,
        actions jsonb NOT NULL,
        purposes jsonb NOT NULL,
        matter_number text NOT NULL,
        applicants jsonb NOT NULL,
        conditions text NOT NULL,
        period jsonb NOT NULL,
        registered_by text NOT NULL,
        registered_at timestamptz NOT NULL,
        decision jsonb,
        withdrawal jsonb,
        revision integer NOT NULL
      );
      CREATE INDEX standing_consent_by_provider ON standing_consent (provider_id, id);
      CREATE INDEX standing_consent_active ON standing_consent (resource_id, id) WHERE status = 'ACTIVE';

      CREATE TABLE review_delegation (
        id text PRIMARY KEY,
        provider_id text NOT NULL REFERENCES organisation (id),
        resource_ids jsonb NOT NULL,
        delegate_id text NOT NULL REFERENCES organisation (id),
        officer_id text,
        period jsonb NOT NULL,
        reason text NOT NULL,
        delegated_by text NOT NULL,
        delegated_at timestamptz NOT NULL,
        "end" jsonb,
        revision integer NOT NULL,
        CHECK (delegate_id <> provider_id)
      );
      CREATE INDEX review_delegation_by_provider ON review_delegation (provider_id, id);
      CREATE INDEX review_delegation_by_delegate ON review_delegation (delegate_id, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE review_delegation, standing_consent, sharing_application_batch;
      DROP INDEX sharing_application_by_next_step, sharing_application_by_batch, sharing_application_by_status;
      DELETE FROM sharing_application WHERE status NOT IN ('SUBMITTED', 'CONSENTED', 'WITHDRAWN');
      ALTER TABLE sharing_application
        DROP COLUMN batch_id, DROP COLUMN rules, DROP COLUMN supplement, DROP COLUMN offer, DROP COLUMN proposal,
        DROP COLUMN extension, DROP COLUMN grounds_not_consented, DROP COLUMN refusal, DROP COLUMN overdue_at,
        DROP COLUMN next_step_at,
        ALTER COLUMN received_at SET NOT NULL, ALTER COLUMN clock SET NOT NULL, ALTER COLUMN rule_pack SET NOT NULL`);
  }
}
