import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AuditQueries } from '../constructs/audit-queries';
import { DataBucket } from '../constructs/data-bucket';
import type { ReplicationEnd } from '../constructs/replication-role';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface AuditQueriesStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  /** Audit records of the same Region, or their copy there. */
  readonly records: ReplicationEnd;
  /** Days that audit records are kept. */
  readonly auditDays: number;
  /** Of the cell: the trail has records of each. */
  readonly regions: readonly string[];
  /** Of the same Region. */
  readonly accessLogs: IBucket;
  /** What one query may read, in GiB [BUD-2]. */
  readonly queryScanGib: number;
}

/** As long as somebody works on an answer; what is to be kept is evidence, and goes where evidence is. */
const RESULT_DAYS = 7;

/**
 * Where an auditor asks who touched what [SEC-3, ADR-027]. A stack of its own: a query changes often, the archive with its lock hardly ever. In both
 * Regions of a cell, since the copy of the records has to answer when the home Region is gone.
 *
 * Who may ask is the permission set `DataflowAudit`: lib/constructs/auditor-permissions.ts.
 */
export class AuditQueriesStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: AuditQueriesStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: queries of the audit records',
      component: 'security',
      // Identifiers of tenants, pseudonyms of persons, addresses: as in the records themselves.
      dataClassification: 'confidential',
      stateful: true,
    });
    const { cell, records, auditDays, regions, accessLogs, queryScanGib } = props;
    const { bucket } = new DataBucket(this, 'Results', {
      name: `${cell}-audit-results`,
      key: records.key,
      accessLogs,
      retentionDays: RESULT_DAYS,
    });
    new AuditQueries(this, 'Queries', {
      cell,
      records: { bucket: records.bucket, days: auditDays, regions },
      results: { bucket, key: records.key },
      scanLimitBytes: queryScanGib * 2 ** 30,
    });
  }
}
