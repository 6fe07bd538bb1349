import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { parse, type CollectionTag, type ScalarTag } from 'yaml';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Parameters: Readonly<Record<string, { readonly AllowedValues?: readonly string[] }>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

const scalar = (name: string, key = `Fn::${name}`): ScalarTag => ({ tag: `!${name}`, resolve: (value) => ({ [key]: value }) });
const list = (name: string): CollectionTag => ({
  tag: `!${name}`,
  collection: 'seq',
  resolve: (node) => ({ [`Fn::${name}`]: node.toJSON() as unknown }),
});

/** Short forms of the intrinsic functions in their long form. @throws for one that is not listed. */
export const parseTemplate = (text: string): Template =>
  parse(text, {
    customTags: [scalar('Ref', 'Ref'), scalar('Condition', 'Condition'), scalar('Sub'), list('Equals'), list('Not'), list('And')],
    logLevel: 'error',
    strict: true,
  }) as Template;

export const accountTemplate = (): Template => parseTemplate(readFileSync(join(__dirname, '../../bootstrap/account.yaml'), 'utf8'));

export interface Account {
  readonly cell: string;
  readonly account: string;
  readonly regions: readonly string[];
  /** @default 'create' */
  readonly configServiceLinkedRole?: 'create' | 'exists';
}

/** The resources that CloudFormation would make in the account, their intrinsic functions resolved. */
export function deployedResources(template: Template, account: Account): Readonly<Record<string, Resource>> {
  const values: Readonly<Record<string, string | readonly string[]>> = {
    Cell: account.cell,
    Regions: account.regions,
    ConfigServiceLinkedRole: account.configServiceLinkedRole ?? 'create',
    'AWS::AccountId': account.account,
  };
  const valueOf = (name: string): string | readonly string[] => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`reference: received '${name}'; allowed: ${Object.keys(values).join(', ')}`);
    return value;
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [key, argument] = Object.entries(value)[0] ?? [];
    if (key === 'Ref') return valueOf(argument as string);
    if (key === 'Condition' && typeof argument === 'string') return resolve(template.Conditions[argument]);
    if (key === 'Fn::Sub')
      return (argument as string).replace(/\$\{([^}]+)\}/g, (_, name: string) =>
        name.startsWith('!') ? `\${${name.slice(1)}}` : String(valueOf(name)),
      );
    const items = (): unknown[] => resolve(argument) as unknown[];
    if (key === 'Fn::Equals') return new Set(items()).size === 1;
    if (key === 'Fn::Not') return !items()[0];
    if (key === 'Fn::And') return items().every(Boolean);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item)]));
  };
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || resolve({ Condition }) === true)
      .map(([id, resource]) => [id, { ...resource, Properties: resolve(resource.Properties) as Resource['Properties'] }]),
  );
}

/** The policies that CloudFormation's execution role gets in the account: a cell needs more than fits into one. */
export function executionPolicies(account: Account): readonly Policy[] {
  const names = [
    'dataflow-cloudformation-execution',
    ...(account.cell === 'organization' ? [] : ['stores', 'cluster', 'edge'].map((part) => `dataflow-cloudformation-execution-${part}`)),
  ];
  return names.map((name) => managedPolicy(account, name));
}

/** All that they say, as IAM takes it together. */
export const executionPolicy = (account: Account): Policy => ({
  Version: '2012-10-17',
  Statement: executionPolicies(account).flatMap(({ Statement }) => Statement),
});

/** The most that any role of the account may do. */
export const roleBoundary = (account: Account): Policy => managedPolicy(account, 'dataflow-role-boundary');

function managedPolicy(account: Account, name: string): Policy {
  const named = Object.values(deployedResources(accountTemplate(), account)).filter(
    ({ Properties }) => Properties['ManagedPolicyName'] === name,
  );
  const [policy] = named;
  if (!policy || named.length > 1) throw new Error(`Policies called ${name} for ${account.cell}: received ${named.length}; allowed: 1`);
  return policy.Properties['PolicyDocument'] as Policy;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
  /** The simulator's list of ARNs lacks those without an account, which are AWS's: then it checks nothing. @default false */
  readonly unlisted?: boolean;
}

/** Keys leave it to IAM, as those of the CDK do; KMS denies where a key does not say so. */
const keyPolicy = (account: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
});

/** What the policy alone decides, without the policies of the organization. */
export async function decide({ account, regions }: Account, policy: Policy, request: Request): Promise<string> {
  const { action, resource, context, unlisted = false } = request;
  const [home] = regions;
  if (home === undefined) throw new Error(`Regions of ${account}: received none; allowed: at least one`);
  const simulation: Simulation = {
    request: {
      principal: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${home}`,
      action,
      resource: { resource, accountId: account },
      contextVariables: { 'aws:RequestedRegion': home, ...context },
    },
    identityPolicies: [{ name: 'execution', policy }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: action.startsWith('kms:') && resource !== '*' ? keyPolicy(account) : undefined,
  };
  if (unlisted) return runUnsafeSimulation(simulation, {});
  const response = await runSimulation(simulation, {});
  if (response.resultType === 'error') throw new Error(`The simulator refuses ${action} on ${resource}: ${response.errors.message}`);
  const results = response.resultType === 'single' ? [response.result] : response.results;
  // So it answers where a request names no resource, and no statement has the action.
  if (results.length === 0) return 'ImplicitlyDenied';
  // A key that the simulator drops would make a test pass for the wrong reason.
  const ignored = results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys);
  if (ignored.length > 0) throw new Error(`The simulator ignores ${ignored.join(', ')} of ${action}`);
  return response.overallResult;
}

/** The policy as it would be if somebody had changed, or with `undefined` removed, one statement. */
export function withStatement(policy: Policy, sid: string, change: (statement: Statement) => Statement | undefined): Policy {
  if (policy.Statement.filter(({ Sid }) => Sid === sid).length !== 1) throw new Error(`There is not one statement ${sid}`);
  return {
    ...policy,
    Statement: policy.Statement.flatMap((statement) => (statement.Sid === sid ? (change(statement) ?? []) : statement)),
  };
}
