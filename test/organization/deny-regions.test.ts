import { describe, expect, it } from 'vitest';
import { denyRegions, globalServices, regionalExemptions } from '../../lib/constructs/organization-policies/deny-regions';
import {
  decide,
  EU_ACCOUNT,
  jurisdictions,
  openResourcePolicy,
  regionPolicy,
  roleOf,
  US_ACCOUNT,
  without,
  type Request,
} from './simulation';

const cells = [
  {
    jurisdiction: 'eu',
    account: EU_ACCOUNT,
    home: 'eu-west-1',
    recovery: 'eu-central-1',
    foreign: ['us-east-1', 'us-west-2', 'eu-west-2', 'ap-south-1'],
  },
  {
    jurisdiction: 'us',
    account: US_ACCOUNT,
    home: 'us-east-1',
    recovery: 'us-west-2',
    foreign: ['eu-west-1', 'eu-central-1', 'us-east-2', 'ca-central-1'],
  },
] as const;

/** Everything of the architecture that can hold a customer's data, and what makes it. */
const storeMakers = (region: string, account: string) => [
  { action: 's3:CreateBucket', resource: 'arn:aws:s3:::events' },
  { action: 's3:PutObject', resource: 'arn:aws:s3:::events/key' },
  { action: 's3tables:CreateTableBucket', resource: `arn:aws:s3tables:${region}:${account}:bucket/lake` },
  { action: 'dynamodb:CreateTable', resource: `arn:aws:dynamodb:${region}:${account}:table/profiles` },
  { action: 'dynamodb:CreateTableReplica', resource: `arn:aws:dynamodb:${region}:${account}:table/profiles` },
  { action: 'kinesis:CreateStream', resource: `arn:aws:kinesis:${region}:${account}:stream/events` },
  { action: 'firehose:CreateDeliveryStream', resource: `arn:aws:firehose:${region}:${account}:deliverystream/lake` },
  { action: 'sqs:CreateQueue', resource: `arn:aws:sqs:${region}:${account}:deliveries` },
  { action: 'rds:CreateDBCluster', resource: `arn:aws:rds:${region}:${account}:cluster:control` },
  { action: 'ecr:CreateRepository', resource: `arn:aws:ecr:${region}:${account}:repository/ingest` },
  { action: 'logs:CreateLogGroup', resource: `arn:aws:logs:${region}:${account}:log-group:pods` },
  { action: 'backup:CreateBackupVault', resource: `arn:aws:backup:${region}:${account}:backup-vault:vault` },
  { action: 'ec2:CreateSnapshot', resource: `arn:aws:ec2:${region}:${account}:volume/vol-0123456789abcdef0` },
];

describe.each(cells)('the Region policy of $jurisdiction', ({ jurisdiction, account, home, recovery, foreign }) => {
  const policy = regionPolicy(jurisdiction);
  const ask = (request: Omit<Request, 'principal' | 'resourceAccount'>, document = policy) =>
    decide({ serviceControl: [document] }, { ...request, principal: roleOf.admin(account), resourceAccount: account });

  it.each(foreign)('rejects every data store in %s, and lets it pass without its statement', async (region) => {
    const open = without(policy, 'OutsideTheJurisdiction');
    for (const request of storeMakers(region, account)) {
      expect(await ask({ ...request, region }), request.action).toBe('ExplicitlyDenied');
      expect(await ask({ ...request, region }, open), request.action).toBe('Allowed');
    }
  });

  it.each([home, recovery])('allows every data store in %s', async (region) => {
    for (const request of storeMakers(region, account)) expect(await ask({ ...request, region }), request.action).toBe('Allowed');
  });

  it('allows the services without a Region', async () => {
    for (const [action, resource] of [
      ['iam:CreateRole', `arn:aws:iam::${account}:role/pod`],
      ['sts:GetCallerIdentity', '*'],
      ['route53:ChangeResourceRecordSets', 'arn:aws:route53:::hostedzone/Z0123456789'],
      ['support:CreateCase', '*'],
      ['s3:ListAllMyBuckets', '*'],
    ] as const) {
      expect(await ask({ action, resource, region: 'us-east-1' }), action).toBe('Allowed');
    }
  });

  it('rejects services that are global, and hold data or end TLS abroad', async () => {
    for (const [action, resource] of [
      ['cloudfront:CreateKeyValueStore', '*'],
      ['globalaccelerator:CreateAccelerator', '*'],
      ['ecr-public:CreateRepository', `arn:aws:ecr-public::${account}:repository/ingest`],
      ['chatbot:CreateSlackChannelConfiguration', '*'],
    ] as const) {
      expect(await ask({ action, resource, region: foreign[0] }), action).toBe('ExplicitlyDenied');
    }
  });

  it('rejects a bucket abroad that is asked for at home', async () => {
    const request = {
      action: 's3:CreateBucket',
      resource: 'arn:aws:s3:::events',
      region: home,
      context: { 's3:LocationConstraint': foreign[0] },
    };
    expect(await ask(request)).toBe('ExplicitlyDenied');
    expect(await ask(request, without(policy, 'BucketsElsewhere'))).toBe('Allowed');
    expect(await ask({ ...request, context: { 's3:LocationConstraint': recovery } })).toBe('Allowed');
  });

  it('rejects a replica of a key abroad', async () => {
    const request = (region: string) => ({
      action: 'kms:ReplicateKey',
      resource: `arn:aws:kms:${home}:${account}:key/mrk-1`,
      region: home,
      context: { 'kms:ReplicaRegion': region },
      resourcePolicy: openResourcePolicy,
    });
    expect(await ask(request(foreign[0]))).toBe('ExplicitlyDenied');
    expect(await ask(request(foreign[0]), without(policy, 'KeysElsewhere'))).toBe('Allowed');
    expect(await ask(request(recovery))).toBe('Allowed');
  });

  it('rejects a replica of a secret abroad, also beside one at home', async () => {
    const request = (...regions: string[]) => ({
      action: 'secretsmanager:ReplicateSecretToRegions',
      resource: `arn:aws:secretsmanager:${home}:${account}:secret:db-AbCdEf`,
      region: home,
      context: { 'secretsmanager:AddReplicaRegions': regions },
    });
    expect(await ask(request(recovery, foreign[0]))).toBe('ExplicitlyDenied');
    expect(await ask(request(recovery, foreign[0]), without(policy, 'SecretsElsewhere'))).toBe('Allowed');
    expect(await ask(request(recovery))).toBe('Allowed');
    expect(await ask({ ...request(), action: 'secretsmanager:CreateSecret', context: {} })).toBe('Allowed');
  });

  it('rejects a copy of a backup abroad', async () => {
    const request = (region: string) => ({
      action: 'backup:CopyFromBackupVault',
      resource: `arn:aws:backup:${home}:${account}:recovery-point:1`,
      region: home,
      context: { 'backup:CopyTargets': [`arn:aws:backup:${region}:${account}:backup-vault:vault`] },
    });
    expect(await ask(request(foreign[0]))).toBe('ExplicitlyDenied');
    expect(await ask(request(foreign[0]), without(policy, 'BackupsElsewhere'))).toBe('Allowed');
    expect(await ask(request(recovery))).toBe('Allowed');
  });
});

describe('the exemptions of the Region policies', () => {
  const ask = (request: Request, document = regionPolicy('eu', 'us-west-2')) => decide({ serviceControl: [document] }, request);
  const exempt = [
    {
      region: 'us-east-1',
      sid: 'ExemptInuseast1Only',
      action: 'cloudwatch:PutMetricAlarm',
      resource: `arn:aws:cloudwatch:us-east-1:${EU_ACCOUNT}:alarm:health`,
    },
    { region: 'us-east-1', sid: 'ExemptInuseast1Only', action: 'cloudwatch:GetMetricData', resource: '*' },
    { region: 'us-east-1', sid: 'ExemptInuseast1Only', action: 'ce:GetCostAndUsage', resource: '*' },
    {
      region: 'us-east-1',
      sid: 'ExemptInuseast1Only',
      action: 'arc-region-switch:CreatePlan',
      resource: `arn:aws:arc-region-switch::${EU_ACCOUNT}:plan/recovery:abc123`,
    },
    {
      region: 'us-west-2',
      sid: 'ExemptInuswest2Only',
      action: 'sso:DescribeApplication',
      resource: `arn:aws:sso::${EU_ACCOUNT}:application/ssoins-0123456789abcdef/apl-0123456789abcdef`,
    },
  ];

  it.each(exempt)('allow $action in $region, and there only', async ({ region, sid, ...request }) => {
    expect(await ask({ ...request, region })).toBe('Allowed');
    expect(await ask({ ...request, region: 'ap-south-1' })).toBe('ExplicitlyDenied');
    expect(await ask({ ...request, region: 'ap-south-1' }, without(regionPolicy('eu', 'us-west-2'), sid))).toBe('Allowed');
  });

  it('rejects storing metrics in us-east-1', async () => {
    expect(await ask({ action: 'cloudwatch:PutMetricData', resource: '*', region: 'us-east-1' })).toBe('ExplicitlyDenied');
  });

  it('vanish where their Region is at home', () => {
    const sids = regionPolicy('us', 'us-west-2').Statement.map(({ Sid }) => Sid);
    expect(sids.filter((sid) => sid.startsWith('ExemptIn'))).toEqual([]);
  });

  it('each say why', () => {
    for (const { reason } of [...globalServices, ...regionalExemptions('eu-west-1')]) expect(reason.length).toBeGreaterThan(20);
  });

  it('name no service that stores data', () => {
    const services = [...globalServices, ...regionalExemptions('eu-west-1')].flatMap(({ actions }) =>
      actions.filter((action) => action.endsWith(':*')),
    );
    expect(services).toEqual([
      'iam:*',
      'sts:*',
      'route53:*',
      'support:*',
      'bcm-data-exports:*',
      'cur:*',
      'ce:*',
      'budgets:*',
      'arc-region-switch:*',
      'sso:*',
      'sso-directory:*',
      'identitystore:*',
    ]);
  });

  it('keep one jurisdiction away from the data of the other, inside one organization', async () => {
    const request = {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::eu-events/key',
      principal: roleOf.admin(US_ACCOUNT),
      region: 'eu-west-1',
      resourcePolicy: openResourcePolicy,
    };
    expect(await ask(request, regionPolicy('us'))).toBe('ExplicitlyDenied');
    expect(await decide({}, request)).toBe('Allowed');
  });
});

describe('a Region policy', () => {
  it('rejects a jurisdiction without Regions', () => {
    expect(() => denyRegions({ jurisdiction: 'eu', regions: [], workforceIdentityRegion: 'eu-west-1' })).toThrow(
      'denyRegions(eu).regions: received none; allowed: at least one Region',
    );
  });

  it('rejects growing beyond what Organizations accepts', () => {
    const regions = Array.from({ length: 200 }, (_, index) => `eu-invented-${index}`);
    expect(() => denyRegions({ jurisdiction: 'eu', regions, workforceIdentityRegion: 'eu-west-1' })).toThrow(
      /denyRegions\(eu\): received a SERVICE_CONTROL_POLICY of \d+ characters; allowed: at most 5120/,
    );
  });

  it('names the Regions it was given', () => {
    expect(JSON.stringify(regionPolicy('eu').Statement[0]?.Condition)).toBe(
      JSON.stringify({ StringNotEquals: { 'aws:RequestedRegion': jurisdictions.eu } }),
    );
  });
});
