import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnPreparedStatement, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LakeQueriesProps {
  /** Name of the workgroup. */
  readonly name: string;
  /** As queries name it: `"catalog"."namespace"."table"`. */
  readonly table: string;
  readonly results: { readonly bucket: IBucket; readonly key: IKey };
  /** What one query may read before Athena stops it, in bytes, 10,000,000 or more [BUD-2]. */
  readonly scanLimitBytes: number;
}

/** The SQL of the lake, a file a query: the first line says what it is for. */
const folder = join(__dirname, '../queries');

/**
 * Where people ask the lake: results are encrypted and soon gone, a query that reads too much is stopped, and the queries that answer a
 * person's request are there already, with parameters in place of text that somebody pastes [REG-1, REG-2]. For reading alone: erasure
 * is lake-erasure.ts.
 */
export class LakeQueries extends Construct {
  constructor(scope: Construct, id: string, { name, table, results, scanLimitBytes }: LakeQueriesProps) {
    super(scope, id);
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name,
      description: 'Queries of the lake: docs/02-data/lake.md',
      recursiveDeleteOption: false,
      workGroupConfiguration: {
        // What a client asks for instead is ignored.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: scanLimitBytes,
        publishCloudWatchMetricsEnabled: true,
        resultConfiguration: {
          outputLocation: results.bucket.s3UrlForObject('results/'),
          expectedBucketOwner: Stack.of(this).account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: results.key.keyArn },
        },
      },
    });
    workGroup.applyRemovalPolicy(RemovalPolicy.RETAIN);

    for (const file of readdirSync(folder)
      .filter((entry) => entry.endsWith('.sql'))
      .sort()) {
      const queryStatement = readFileSync(join(folder, file), 'utf8').replaceAll('{table}', table).trim();
      const { name: query } = parse(file);
      const [, purpose = query] = /^-- (.+)$/m.exec(queryStatement) ?? [];
      const shared = { workGroup: name, description: purpose };
      const made = queryStatement.includes('?')
        ? // `EXECUTE name USING ...`: values stay values.
          new CfnPreparedStatement(this, query, { ...shared, statementName: query.replaceAll('-', '_'), queryStatement })
        : new CfnNamedQuery(this, query, { ...shared, name: query, database: 'default', queryString: queryStatement });
      made.addResourceDependency(workGroup);
    }
  }
}
