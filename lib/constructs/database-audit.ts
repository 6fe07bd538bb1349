import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface DatabaseAuditProps {
  /** Folder of the saved queries in the console, such as `prod-eu`. */
  readonly cell: string;
  /** Where the database writes its log. */
  readonly logGroup: ILogGroup;
}

/**
 * What pgaudit records, in the cluster's parameters [SEC-3]: reads, writes, definitions, roles, for every session, which cannot switch it off. `misc_set`,
 * or a `SET ROLE` is not recorded, and what master_user does as erasure_operator looks like its own; `function`, since what the body of one reads is no
 * line of its own. A line for each relation, or a statement tells its text alone. Without values of parameters: they are personal data [REG-1]. Source: pgAudit, "Settings" (README of 17.x), and test/database/audit-log.test.ts.
 */
export const pgauditSettings = {
  'pgaudit.log': 'read,write,function,ddl,role,misc_set',
  'pgaudit.log_relation': '1',
  'pgaudit.log_parameter': '0',
  log_connections: '1',
  log_disconnections: '1',
  log_statement: 'none',
} as const;

const read = (name: string) => readFileSync(join(__dirname, `../queries/logs/${name}.txt`), 'utf8').trim();

/** Who read and wrote which rows in PostgreSQL: a tenant logs in as itself, and sees its own rows alone (ADR-012), so its role is the answer. */
export class DatabaseAudit extends Construct {
  constructor(scope: Construct, id: string, { cell, logGroup }: DatabaseAuditProps) {
    super(scope, id);
    const logGroupNames = [logGroup.logGroupName];
    new CfnQueryDefinition(this, 'Accesses', {
      name: `${cell}/audit/database-accesses`,
      logGroupNames,
      queryString: read('database-accesses'),
      parameters: [{ name: 'user', description: 'Role that logged in: tenant_ID, or that of a service, or master_user' }],
    });
    new CfnQueryDefinition(this, 'Refusals', {
      name: `${cell}/audit/database-refusals`,
      logGroupNames,
      queryString: read('database-refusals'),
    });
  }
}
