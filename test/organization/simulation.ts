import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { denyRegions } from '../../lib/constructs/organization-policies/deny-regions';
import { identityPerimeter, resourcePerimeter } from '../../lib/constructs/organization-policies/data-perimeter';
import type { PolicyDocument } from '../../lib/constructs/organization-policies/policy-document';
import { protectAudit } from '../../lib/constructs/organization-policies/protect-audit';
import { protectPipeline } from '../../lib/constructs/organization-policies/protect-pipeline';

export type Decision = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

export const ORGANIZATION = 'o-exampleorgid';
export const EU_ACCOUNT = '444444444444';
export const US_ACCOUNT = '333333333333';
export const STRANGER = '600000000006';

export const github = { name: 'example-org', id: '12345678' };
export const roleNames = { bootstrapQualifier: 'hnb659fds', accountAccessRoleName: 'OrganizationAccountAccessRole' };
export const jurisdictions = {
  eu: ['eu-west-1', 'eu-central-1'],
  us: ['us-east-1', 'us-west-2'],
} as const;
export const auditStackNames = ['dev-LogArchive', 'prod-eu-LogArchive', 'prod-eu-RecoveryLogArchive'];

export const regionPolicy = (jurisdiction: keyof typeof jurisdictions, workforceIdentityRegion = 'eu-west-1') =>
  denyRegions({ jurisdiction, regions: jurisdictions[jurisdiction], workforceIdentityRegion });
export const auditPolicy = protectAudit({ ...roleNames, auditStackNames });
export const pipelinePolicy = protectPipeline(roleNames);
export const outboundPolicy = resourcePerimeter({ ...roleNames, organizationId: ORGANIZATION });
export const inboundPolicy = identityPerimeter({
  organizationId: ORGANIZATION,
  github,
  trustedAccounts: [{ account: '156460612806', reason: 'Elastic Load Balancing in eu-west-1.' }],
});

const role = (name: string, account: string): string => `arn:aws:iam::${account}:role/${name}`;
export const roleOf = {
  admin: (account = EU_ACCOUNT) => role('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef', account),
  execution: (account = EU_ACCOUNT) => role(`cdk-hnb659fds-cfn-exec-role-${account}-eu-west-1`, account),
  deployment: (account = EU_ACCOUNT) => role(`cdk-hnb659fds-deploy-role-${account}-eu-west-1`, account),
  accountAccess: (account = EU_ACCOUNT) => role('OrganizationAccountAccessRole', account),
  /** A role that its author hopes is exempt. */
  impostor: (account = EU_ACCOUNT) => role(`cdk-mine-cfn-exec-role-${account}-eu-west-1`, account),
  root: (account = EU_ACCOUNT) => `arn:aws:iam::${account}:root`,
};

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** @default - an administrator of the EU production account */
  readonly principal?: string;
  /** @default - the EU production account */
  readonly resourceAccount?: string;
  readonly region?: string;
  /** Context keys on top of, or in place of, those that every request of ours carries. `undefined` takes one away. */
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Who lets the request in from the resource's side; needed where the principal is of another account. */
  readonly resourcePolicy?: Record<string, unknown>;
}

/** Lets everybody in: where a request is denied nevertheless, the guardrails denied it. KMS denies without such a policy. */
export const openResourcePolicy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

export interface Guardrails {
  readonly serviceControl?: readonly PolicyDocument[];
  readonly resourceControl?: readonly PolicyDocument[];
}

/** As AWS attaches it when service control policies are switched on: without it, nothing is allowed. */
const fullAwsAccess = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const contextOf = ({ principal = roleOf.admin(), region = 'eu-west-1', context = {} }: Request): Record<string, string | string[]> => {
  const keys: Required<Request>['context'] = {
    'aws:PrincipalArn': principal,
    'aws:PrincipalAccount': principal.split(':')[4],
    'aws:PrincipalOrgID': ORGANIZATION,
    'aws:PrincipalIsAWSService': 'false',
    'aws:RequestedRegion': region,
    'aws:ResourceOrgID': ORGANIZATION,
    'aws:SecureTransport': 'true',
    ...context,
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, typeof value === 'string' ? value : [...value]]])),
  );
};

const simulationOf = (guardrails: Guardrails, request: Request): Simulation => ({
  request: {
    principal: request.principal ?? roleOf.admin(),
    action: request.action,
    resource: { resource: request.resource, accountId: request.resourceAccount ?? EU_ACCOUNT },
    contextVariables: contextOf(request),
  },
  identityPolicies: [{ name: 'AdministratorAccess', policy: fullAwsAccess }],
  serviceControlPolicies: [
    {
      orgIdentifier: 'account',
      policies: [{ name: 'FullAWSAccess', policy: fullAwsAccess }, ...named(guardrails.serviceControl)],
    },
  ],
  resourceControlPolicies: [{ orgIdentifier: 'account', policies: named(guardrails.resourceControl) }],
  resourcePolicy: request.resourcePolicy,
});

const named = (documents: readonly PolicyDocument[] = []) => documents.map((policy, index) => ({ name: `policy${index}`, policy }));

/** The decision on a request of somebody who has every permission: what is denied, the guardrails deny. */
export async function decide(guardrails: Guardrails, request: Request): Promise<Decision> {
  const response = await runSimulation(simulationOf(guardrails, request), {});
  if (response.resultType === 'error') throw new Error(`The simulator refuses ${request.action}: ${response.errors.message}`);
  const results = response.resultType === 'single' ? [response.result] : response.results;
  if (results.length === 0) throw new Error(`The simulator has no answer to ${request.action} on ${request.resource}`);
  // A key that the simulator drops would make a test pass for the wrong reason.
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0) throw new Error(`The simulator ignores ${ignored.join(', ')} of ${request.action}`);
  return response.overallResult;
}

/**
 * Claims that AWS evaluates (IAM User Guide, "IAM and AWS STS condition context keys: keys for AWS OIDC federation", read 2026-11) and
 * the simulator's list lacks, each with a listed key of the same type that takes its place in policy and request.
 */
const standIns: Readonly<Record<string, string>> = {
  'token.actions.githubusercontent.com:sub': 'token.actions.githubusercontent.com:repository',
  'token.actions.githubusercontent.com:aud': 'token.actions.githubusercontent.com:environment',
};

const withStandIns = <T>(value: T): T =>
  JSON.parse(
    Object.entries(standIns).reduce((text, [unlisted, listed]) => text.replaceAll(`"${unlisted}"`, `"${listed}"`), JSON.stringify(value)),
  ) as T;

/** The decision on a request whose context the simulator does not know: a token of GitHub. */
export const decideFederated = (guardrails: Guardrails, request: Request): Promise<Decision> =>
  decide(withStandIns(guardrails), {
    ...request,
    context: Object.fromEntries(Object.entries(request.context ?? {}).map(([key, value]) => [standIns[key] ?? key, value])),
  });

/**
 * The simulator refuses ARNs without an account, as public parameters have, unless it is told to check nothing. It then wants
 * no resource policy and adds no `RCPFullAWSAccess`; ours is a service control policy, so neither matters.
 */
export const decideUnchecked = (serviceControl: PolicyDocument, action: string, resource: string): Promise<Decision> =>
  Promise.resolve(
    runUnsafeSimulation(
      {
        ...simulationOf({ serviceControl: [serviceControl] }, { action, resource, context: { 'aws:ResourceOrgID': undefined } }),
        resourceControlPolicies: [],
      },
      {},
    ),
  );

/** The policy as it would be if somebody removed one statement. */
export function without(document: PolicyDocument, sid: string): PolicyDocument {
  const Statement = document.Statement.filter((statement) => statement.Sid !== sid);
  if (Statement.length !== document.Statement.length - 1) throw new Error(`There is not one statement ${sid}`);
  return { ...document, Statement };
}
