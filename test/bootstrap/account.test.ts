import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { platformStacks } from '../support/platform-assembly';
import {
  accountTemplate,
  decide,
  deployedResources,
  executionPolicies,
  executionPolicy,
  roleBoundary,
  withStatement,
  type Account,
  type Policy,
  type Request,
} from './execution-policy';
import { handledTypes, handlerActions, type HandlerAction } from './handlers';

const accounts: readonly Account[] = platform.environments
  .flatMap(({ cells }) => cells)
  .map(({ name, account, home, recovery }) => ({
    cell: name,
    account,
    regions: [home.region, ...(recovery.kind === 'pilot-light' ? [recovery.region] : [])],
  }));

const organization: Account = {
  cell: 'organization',
  account: platform.organization.managementAccount,
  regions: [platform.organization.region],
};

const typesOf = (cell: string): readonly string[] => [
  ...new Set(
    platformStacks()
      .filter(({ path }) => path.startsWith(`${cell}/`))
      .flatMap(({ resources }) => resources.map(({ type }) => type)),
  ),
];

/** Resources that CloudFormation names after the stack, or that stacks name after the cell, by what comes before the name. */
const namedResources: Readonly<Record<string, string>> = {
  athena: 'athena:@workgroup/',
  cloudwatch: 'cloudwatch:@alarm:',
  dynamodb: 'dynamodb:@table/',
  events: 'events:@rule/',
  firehose: 'firehose:@deliverystream/',
  kinesis: 'kinesis:@stream/',
  lambda: 'lambda:@function:',
  rds: 'rds:@cluster:',
  s3tables: 's3tables:@bucket/',
  secretsmanager: 'secretsmanager:@secret:',
  sns: 'sns:@',
  sqs: 'sqs:@',
};

/** Calls on a resource of another kind, or on none, by how they begin. */
const otherResources: readonly (readonly [call: RegExp, resource: string])[] = [
  [/^backup:.*BackupVault(?!s)/, 'backup:@backup-vault:NAME'],
  [/^glue:.*Job$/, 'glue:@job/NAME'],
  [/^budgets:/, 'budgets::ACCOUNT:budget/NAME'],
  [/^cloudwatch:.*Dashboards?$/, 'cloudwatch::ACCOUNT:dashboard/NAME'],
  [/^backup|^glue:|^sso:|^identitystore:/, '*'],
  [/^codeconnections:(?!Create|List.*Connections)/, 'codeconnections:@connection/1234abcd-12ab-34cd-56ef-1234567890ab'],
  [/^ecr:(?!DescribeRegistry|PutReplication)/, 'ecr:@repository/CELL/ingest'],
  [
    /^eks:(Create(AccessEntry|Addon|Capability|PodId)|List(AccessEntries|Addons|Capab|PodId)|.*(Cluster|TagResource|DescribeUpdate))/,
    'eks:@cluster/CELL',
  ],
  [/^eks:.*Access(Entry|Polic)/, 'eks:@access-entry/CELL/role/ACCOUNT/NAME/1234abcd'],
  [/^eks:.*Addon/, 'eks:@addon/CELL/metrics-server/1234abcd'],
  [/^eks:.*Capability/, 'eks:@capability/CELL/argocd/argocd/1234abcd'],
  [/^eks:.*PodIdentity/, 'eks:@podidentityassociation/CELL/a-1234abcd'],
  [
    /^arc-zonal-shift:(?!List)|^elasticloadbalancing:(.*LoadBalancer|.*(?<!Set)WebACL|.*WebACLAssociation|Set(?!Rule|WebACL))/,
    'elasticloadbalancing:@loadbalancer/app/CELL-edge/1234abcd',
  ],
  [/^elasticloadbalancing:.*Listener(Attributes)?$/, 'elasticloadbalancing:@listener/app/CELL-edge/1234abcd/1234abcd'],
  [/^elasticloadbalancing:(Create|Delete|Modify)Rule$/, 'elasticloadbalancing:@listener-rule/app/CELL-edge/1234abcd/1234abcd/1234abcd'],
  [/^elasticloadbalancing:(?!Describe|SetRule|SetWebACL)/, 'elasticloadbalancing:@targetgroup/NAME/1234abcd'],
  [/^kinesis:.*Consumer$/, 'kinesis:@stream/NAME/consumer/NAME:1'],
  [/^lambda:(Delete|Get|Update)EventSourceMapping$/, 'lambda:@event-source-mapping:1234abcd-12ab-34cd-56ef-1234567890ab'],
  [/^logs:.*(LogStream)$/, 'logs:@log-group:NAME:log-stream:NAME'],
  [/^logs:(?!.*LogDeliver|.*ResourcePolic|Describe)/, 'logs:@log-group:NAME'],
  [/^rds:.*GlobalCluster/, 'rds::ACCOUNT:global-cluster:NAME'],
  [/^rds:.*DBInstance/, 'rds:@db:NAME'],
  [/^rds:.*DBSubnetGroup/, 'rds:@subgrp:NAME'],
  [/^rds:.*ParameterGroup|^rds:.*ParameterGroups$|^rds:.*Parameters$/, 'rds:@cluster-pg:NAME'],
  [/^route53:ChangeResourceRecordSets$/, 'route53:::hostedzone/Z0123456789EXAMPLE'],
  [/^wafv2:(?!List(WebACLs|LoggingConfigurations))/, 'wafv2:@regional/webacl/CELL-edge/1234abcd'],
  [/^s3tables:(?!CreateTable$).*(Table|TableMaintenanceConfiguration|TableStorageClass|TableData)$/, 's3tables:@bucket/NAME/table/NAME'],
];

const OPTIONS = 'rds:@og:default:aurora-postgresql-17';
const PARAMETERS = 'rds:@pg:default.aurora-postgresql17';

/**
 * What a call asks for besides: IAM wants each of them allowed. Source: Service Authorization Reference, "Actions, resources, and
 * condition keys for Amazon RDS"; the groups are those that RDS takes where a template names none; read 2026-11.
 */
const furtherResources: Readonly<Record<string, readonly string[]>> = {
  'wafv2:CreateWebACL': ['wafv2:@regional/managedruleset/AWSManagedRulesCommonRuleSet/1234abcd'],
  'wafv2:AssociateWebACL': ['elasticloadbalancing:@loadbalancer/app/CELL-edge/1234abcd'],
  'rds:CreateDBCluster': ['rds:@cluster-pg:NAME', 'rds:@subgrp:NAME', 'rds::ACCOUNT:global-cluster:NAME', OPTIONS],
  'rds:CreateDBInstance': ['rds:@cluster:NAME', OPTIONS, PARAMETERS],
  'rds:ModifyDBCluster': ['rds:@cluster-pg:NAME', OPTIONS],
  'rds:ModifyDBInstance': [OPTIONS, PARAMETERS],
  'rds:CreateGlobalCluster': ['rds:@cluster:NAME'],
  'rds:RemoveFromGlobalCluster': ['rds:@cluster:NAME'],
};

const nameIn = (cell: string): string => `${cell}-Stack-LogicalId-1A2B3C4D5E6F`;

const arnOf = ({ cell, account, regions }: Account, part: string): string =>
  `arn:aws:${part
    .replace('@', `${String(regions[0])}:${account}:`)
    .replace('ACCOUNT', account)
    .replace('CELL', cell)
    .replaceAll('NAME', nameIn(cell))}`;

/** All that a handler's call asks for. */
const resourcesOf = (account: Account, call: HandlerAction): readonly string[] => [
  resourceOf(account, call),
  ...(furtherResources[call.action] ?? []).map((part) => arnOf(account, part)),
];

/** What a handler works on, named as CloudFormation names what a stack of the cell makes. */
function resourceOf(of: Account, { action, service }: HandlerAction): string {
  const { cell, account, regions } = of;
  const name = nameIn(cell);
  const own = (part: string): string => (part === '*' ? part : arnOf(of, part));
  const [prefix = ''] = action.split(':');
  if (action === 'iam:CreateServiceLinkedRole' || (action === 'iam:GetRole' && service) ? service : service === 'config.amazonaws.com') {
    const role = service === 'config.amazonaws.com' ? 'AWSServiceRoleForConfig' : 'AWSServiceRoleForIt';
    return `arn:aws:iam::${account}:role/aws-service-role/${String(service)}/${role}`;
  }
  if (prefix === 'iam') return `arn:aws:iam::${account}:role/${name}`;
  if (action.endsWith('Alias')) return own('kms:@alias/NAME');
  if (prefix === 'kms' && service) return own('kms:@key/1234abcd-12ab-34cd-56ef-1234567890ab');
  if (action.startsWith('s3:GetObject')) return `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${String(regions[0])}/code.zip`;
  if (prefix === 's3') return `arn:aws:s3:::${name.toLowerCase()}`;
  if (prefix === 'organizations' && !['CreatePolicy', 'ListPolicies'].some((call) => action.endsWith(call))) {
    return `arn:aws:organizations::${account}:policy/o-exampleorgid/service_control_policy/p-0123456789`;
  }
  const other = otherResources.find(([call]) => call.test(action));
  if (other) return own(other[1]);
  const named = namedResources[prefix];
  return named === undefined ? '*' : own(`${named}NAME`);
}

const boundedBy = (account: string) => ({ 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/dataflow-role-boundary` });

const contextOf = ({ account }: Account, { action, service }: HandlerAction): Record<string, string | string[]> => {
  if (action === 'iam:CreateServiceLinkedRole' && service) return { 'iam:AWSServiceName': service };
  if (action.endsWith('chRolePolicy')) {
    return { ...boundedBy(account), 'iam:PolicyARN': 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' };
  }
  if (['iam:CreateRole', 'iam:PutRolePolicy'].includes(action)) return boundedBy(account);
  if (action === 'route53:ChangeResourceRecordSets') {
    return {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['api.eu.dataflow.example', '_0123456789abcdef.api.eu.dataflow.example'],
      'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'CNAME'],
    };
  }
  if (action.startsWith('kms:') && service) return { 'kms:ViaService': `${service}.eu-west-1.amazonaws.com` };
  return action === 'iam:PassRole' && service ? { 'iam:PassedToService': service } : {};
};

/** Calls whose limits are names that stand in the stacks: of log groups, and of AWS's policies. */
function namedCalls({ cell, account, regions }: Account): readonly (Request & { readonly type: string })[] {
  const resources = platformStacks()
    .filter(({ path }) => path.startsWith(`${cell}/`))
    .flatMap(({ resources: all }) => all);
  const groups = resources.map(({ properties }) => properties['LogGroupName']).filter((name) => typeof name === 'string');
  const policies = resources.flatMap(
    ({ properties }) => JSON.stringify(properties['ManagedPolicyArns'] ?? '').match(/policy\/[\w/-]+/g) ?? [],
  );
  return [
    ...groups.map((name) => ({
      type: name,
      action: 'logs:CreateLogGroup',
      resource: `arn:aws:logs:${String(regions[0])}:${account}:log-group:${name}`,
    })),
    ...policies.map((name) => ({
      type: name,
      action: 'iam:AttachRolePolicy',
      resource: `arn:aws:iam::${account}:role/${cell}-Stack-Role-1A2B3C4D5E6F`,
      context: { ...boundedBy(account), 'iam:PolicyARN': `arn:aws:iam::aws:${name}` },
    })),
  ];
}

/** Some calls of a service take no resource: the simulator knows which. Of others it lacks the type of resource, and then checks nothing. */
async function decideAnywhere(account: Account, policy: Policy, request: Request): Promise<string> {
  try {
    return await decide(account, policy, request);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.endsWith('must.use.wildcard')) return decide(account, policy, { ...request, resource: '*' });
    if (message.endsWith('no.resource.types')) return decide(account, policy, { ...request, unlisted: true });
    throw error;
  }
}

/** CloudFormation attaches no policy where no role of a stage names one, and may not there. */
const callsOf = (cell: string, type: string): readonly HandlerAction[] => {
  const attaches = platformStacks().some(
    ({ path, resources }) =>
      path.startsWith(`${cell}/`) &&
      resources.some((resource) => resource.type === type && resource.properties['ManagedPolicyArns'] !== undefined),
  );
  return handlerActions(type).filter(({ action }) => attaches || !action.endsWith('chRolePolicy'));
};

/** The first actions of the types that the policy lacks, at most so many, as `type: action on resource`. */
async function missing(account: Account, policy: Policy, atMost = Infinity): Promise<string[]> {
  const lacking: string[] = [];
  const decided = new Set<string>();
  const calls = typesOf(account.cell).flatMap((type) =>
    callsOf(account.cell, type).flatMap((call) =>
      resourcesOf(account, call).map((resource) => ({ type, action: call.action, resource, context: contextOf(account, call) })),
    ),
  );
  for (const { type, ...request } of [...calls, ...namedCalls(account)]) {
    const key = JSON.stringify(request);
    if (decided.has(key)) continue;
    decided.add(key);
    if ((await decideAnywhere(account, policy, request)) !== 'Allowed') lacking.push(`${type}: ${request.action} on ${request.resource}`);
    if (lacking.length >= atMost) return lacking;
  }
  return lacking;
}

/** Characters that count against IAM's quota. Source: IAM User Guide, "IAM and AWS STS quotas", read 2026-11. */
const sizeOf = (policy: Policy): number => JSON.stringify(policy).length;
const MAX_CHARACTERS = 6_144;

describe.each([...accounts, organization])('the execution policy of $cell', (account) => {
  const policy = executionPolicy(account);

  it('allows what CloudFormation calls for each resource type of its stacks', async () => {
    expect(typesOf(account.cell).length).toBeGreaterThan(0);
    expect(await missing(account, policy)).toEqual([]);
  });

  it('allows the version of the bootstrap to be read', async () => {
    const [home = ''] = account.regions;
    const request = {
      action: 'ssm:GetParameters',
      resource: `arn:aws:ssm:${home}:${account.account}:parameter/cdk-bootstrap/hnb659fds/version`,
    };
    expect(await decide(account, policy, request)).toBe('Allowed');
    expect(
      await decide(
        account,
        withStatement(policy, 'DeploymentInputs', () => undefined),
        request,
      ),
    ).toBe('ImplicitlyDenied');
  });

  it.each([
    ['another name of the zone', ['www.eu.dataflow.example'], ['A']],
    ['the name of the API and another one at once', ['api.eu.dataflow.example', 'mail.eu.dataflow.example'], ['A']],
    ['whom mail goes to', ['api.eu.dataflow.example'], ['MX']],
  ])('does not change %s', async (_, names, types) => {
    const context = {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': names,
      'route53:ChangeResourceRecordSetsRecordTypes': types,
    };
    const request = { action: 'route53:ChangeResourceRecordSets', resource: 'arn:aws:route53:::hostedzone/Z0123456789EXAMPLE', context };
    expect(await decide(account, policy, request)).not.toBe('Allowed');
  });

  it('fits into managed policies', () => {
    for (const part of [...executionPolicies(account), roleBoundary(account)]) expect(sizeOf(part)).toBeLessThanOrEqual(MAX_CHARACTERS);
  });
});

describe.each([...accounts.filter(({ cell }) => cell === 'prod-eu'), organization])('each permission of $cell', (account) => {
  const policy = executionPolicy(account);
  const permissions = policy.Statement.filter(({ Effect, Sid }) => Effect === 'Allow' && Sid !== 'DeploymentInputs');

  it.each(permissions)('is needed by a resource type: $Sid', async ({ Sid }) => {
    const withoutIt = withStatement(policy, Sid, () => undefined);
    expect(await missing(account, withoutIt, 1)).not.toEqual([]);
  });
});

describe('the stores of a cell', () => {
  it.each(accounts)('take the default groups of their engine, and no others: $cell', async (account) => {
    const decisions = [
      'og:default:aurora-postgresql-17',
      'pg:default.aurora-postgresql17',
      'og:default:mysql-8-0',
      'og:another',
      'pg:another',
    ].map(async (group) =>
      decide(account, executionPolicy(account), { action: 'rds:CreateDBInstance', resource: arnOf(account, `rds:@${group}`) }),
    );
    expect(await Promise.all(decisions)).toEqual(['Allowed', 'Allowed', 'ImplicitlyDenied', 'ImplicitlyDenied', 'ImplicitlyDenied']);
  });
});

describe('the table of resource types', () => {
  it('holds the types of the platform and no other', () => {
    const types = [...accounts, organization].flatMap(({ cell }) => typesOf(cell));
    expect([...handledTypes].sort()).toEqual([...new Set(types)].sort());
  });

  it('rejects a type without a row, and says what to do', () => {
    expect(() => handlerActions('AWS::EFS::FileSystem')).toThrow(
      "type: received 'AWS::EFS::FileSystem'; allowed: a type with a row in test/bootstrap/handlers.ts",
    );
  });
});

describe('the template of an account', () => {
  it('offers the cells of the platform and the organization', () => {
    expect(accountTemplate().Parameters['Cell']?.AllowedValues).toEqual([...accounts.map(({ cell }) => cell), 'organization']);
  });

  it.each([
    { configServiceLinkedRole: 'create', roles: ['config.amazonaws.com'] },
    { configServiceLinkedRole: 'exists', roles: [] },
  ] as const)("makes AWS Config's role in a cell's account: $configServiceLinkedRole", ({ configServiceLinkedRole, roles }) => {
    for (const account of accounts) {
      const resources = Object.values(deployedResources(accountTemplate(), { ...account, configServiceLinkedRole }));
      const linked = resources.filter(({ Type }) => Type === 'AWS::IAM::ServiceLinkedRole');
      expect(linked.map(({ Properties }) => Properties['AWSServiceName'])).toEqual(roles);
    }
  });

  it('makes the organization policy and the boundary of roles alone in the management account', () => {
    expect(Object.keys(deployedResources(accountTemplate(), organization))).toEqual(['RoleBoundary', 'OrganizationExecution']);
  });
});
