import { Validations, type App } from 'aws-cdk-lib';
import { acknowledge, LedgerCheck, type Acknowledgement } from './acknowledgements';
import { ConstraintChecks } from './constraint-checks';
import { readRuleCatalogue, recordedPacks, type RawFinding } from './recorded-packs';
import type { Rule } from './rule';
import { auditTrailComplete } from './rules/audit-trail-complete';
import { dynamodbTablesRecoverable } from './rules/dynamodb-tables-recoverable';
import { edgeGuarded } from './rules/edge-guarded';
import { eksClustersPrivate } from './rules/eks-clusters-private';
import { erasureDeadlinesKept } from './rules/erasure-deadlines-kept';
import { logGroupsKept } from './rules/log-groups-kept';
import { permissionsNarrow } from './rules/permissions-narrow';
import { publicIngressNamed } from './rules/public-ingress-named';
import { regionsResident } from './rules/regions-resident';
import { resourcesTagged } from './rules/resources-tagged';
import { rolesBounded } from './rules/roles-bounded';
import { stacksWholeAndPlaced } from './rules/stacks-whole-and-placed';
import { statefulResourcesKept } from './rules/stateful-resources-kept';
import { statefulStacksProtected } from './rules/stateful-stacks-protected';
import { storesGuarded } from './rules/stores-guarded';
import { storesRecoverable } from './rules/stores-recoverable';
import { threatsDetected } from './rules/threats-detected';
import { warehouseResident } from './rules/warehouse-resident';
import { stores } from './stores';

/**
 * Our own rules, with the limits that the constraints set: the figures stand here, apart from the configuration that
 * they judge. A new rule is a file in rules/ and a line here.
 */
export const constraintRules: readonly Rule[] = [
  auditTrailComplete({
    minimumDays: 90,
    auditedStores: [
      'AWS::S3::Object',
      'AWS::S3Tables::Table',
      'AWS::S3Tables::TableBucket',
      'AWS::DynamoDB::Table',
      'AWS::DynamoDB::Stream',
      'AWS::Kinesis::Stream',
      'AWS::Kinesis::StreamConsumer',
      'AWS::SQS::Queue',
    ],
    logStackSuffix: 'LogArchive',
  }),
  dynamodbTablesRecoverable,
  edgeGuarded({
    scopes: { '/v1/events': 'events:write', '/v1/events/batch': 'events:write', '/v1/profiles/lookup': 'profiles:read' },
    issuers: ['https://login.dataflow.example/', 'https://login.staging.dataflow.example/', 'https://login.dev.dataflow.example/'],
    mostRequests: 2_000_000,
  }),
  eksClustersPrivate,
  erasureDeadlinesKept({ stores, maximumDays: 28 }),
  logGroupsKept({ minimumDays: 90 }),
  permissionsNarrow,
  publicIngressNamed({ groups: ['TiersEdge'], port: 443 }),
  regionsResident({
    jurisdictions: {
      us: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
      eu: ['eu-west-1', 'eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
    },
    exemptStages: [
      {
        stage: 'organization',
        because:
          "Organizations, billing and Identity Center have one Region each: they hold policies, the bill of all accounts and our engineers, and no customer's data",
      },
    ],
    exemptSettings: [
      ...[
        { type: 'AWS::EKS::AccessEntry', property: 'PrincipalArn' },
        { type: 'AWS::EKS::Capability', property: 'Configuration.ArgoCd.AwsIdc' },
        // Who may take a role: an engineer, by a role of Identity Center's.
        { type: 'AWS::IAM::Role', property: 'AssumeRolePolicyDocument' },
      ].map((setting) => ({
        ...setting,
        region: 'eu-west-1',
        because: 'IAM Identity Center has one home Region; it knows our engineers, and no customer [SEC-5]',
      })),
      {
        type: 'AWS::S3::BucketPolicy',
        property: 'PolicyDocument',
        within: ':bcm-data-exports:us-east-1:',
        region: 'us-east-1',
        because: 'The bill exists in us-east-1 only, and comes from there into a bucket of the cell: nothing leaves by it [BUD-3]',
      },
    ],
  }),
  resourcesTagged(['environment', 'cell', 'component', 'owner', 'data-classification', 'cost-centre']),
  rolesBounded({ boundary: 'dataflow-role-boundary' }),
  stacksWholeAndPlaced,
  statefulResourcesKept,
  statefulStacksProtected,
  storesGuarded,
  storesRecoverable({ stores, recoveryPointMinutes: 15, recoveryTimeMinutes: 240 }),
  threatsDetected({ features: ['S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'RDS_LOGIN_EVENTS'] }),
  warehouseResident,
];

/** What a synthesized app is held against, besides cdk-nag's two packs and the CDK's own rules. */
export interface Checks {
  readonly rules: readonly Rule[];
  readonly ledger: readonly Acknowledgement[];
}

/** Puts everything that judges templates on the app, once, so that each finding is reported once. */
export function addChecks(app: App, { rules, ledger }: Checks, { complete }: { readonly complete: boolean }): void {
  const catalogue = readRuleCatalogue();
  const found: RawFinding[] = [];
  const told = acknowledge(app, ledger, catalogue);
  Validations.of(app).addPlugins(
    ...recordedPacks(catalogue, found),
    new ConstraintChecks(rules),
    // Last, since it compares the ledger with what the others found.
    new LedgerCheck(ledger, told, found, catalogue, complete),
  );
}
