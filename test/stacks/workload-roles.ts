/** Roles of pods as AWS would see them: policies of the synthesized templates, with each reference replaced by the ARN that it leads to. */
import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { ResourceDefinition, StackTemplate } from '../../lib/checks/assembly';

export interface WorkloadRole {
  readonly cell: string;
  readonly account: string;
  readonly region: string;
  /** Namespace and service account that get it. */
  readonly service: string;
  readonly trust: unknown;
  readonly policy: { readonly Version: string; readonly Statement: readonly { readonly Action: string | readonly string[] }[] };
}

type Json = Readonly<Record<string, unknown>>;

const nameOf = ({ properties, logicalId }: ResourceDefinition): string =>
  [properties['Name'], properties['BucketName'], properties['DeliveryStreamName'], logicalId].find((name) => typeof name === 'string') ??
  '';

/** By type, the ARN of a resource; a key is known by its stack, since its ID is AWS's. */
const arns: Readonly<Record<string, (resource: ResourceDefinition) => string>> = {
  'AWS::Kinesis::Stream': (stream) => `arn:aws:kinesis:${stream.stack.region}:${stream.stack.account}:stream/${nameOf(stream)}`,
  'AWS::Kinesis::StreamConsumer': ({ stack, properties }) =>
    `arn:aws:kinesis:${stack.region}:${stack.account}:stream/${stack.path.split('/')[0]}-events/consumer/${String(properties['ConsumerName'])}:1`,
  'AWS::KinesisFirehose::DeliveryStream': (stream) =>
    `arn:aws:firehose:${stream.stack.region}:${stream.stack.account}:deliverystream/${nameOf(stream)}`,
  'AWS::KMS::Key': ({ stack, logicalId }) => `arn:aws:kms:${stack.region}:${stack.account}:key/${stack.path.split('/')[1]}-${logicalId}`,
  'AWS::SQS::Queue': ({ stack, properties }) => `arn:aws:sqs:${stack.region}:${stack.account}:${String(properties['QueueName'])}`,
  'AWS::KMS::ReplicaKey': ({ stack, logicalId }) =>
    `arn:aws:kms:${stack.region}:${stack.account}:key/${stack.path.split('/')[1]}-${logicalId}`,
  'AWS::Backup::BackupVault': ({ stack, properties }) =>
    `arn:aws:backup:${stack.region}:${stack.account}:backup-vault:${String(properties['BackupVaultName'])}`,
  'AWS::S3::Bucket': (bucket) => `arn:aws:s3:::${nameOf(bucket)}`,
  'AWS::IAM::Role': ({ stack, logicalId, properties }) =>
    `arn:aws:iam::${stack.account}:role/${typeof properties['RoleName'] === 'string' ? properties['RoleName'] : `${stack.stackName}-${logicalId}`}`,
  // Its resource ID, which is all that a policy knows of a cluster.
  'AWS::RDS::DBCluster': ({ stack }) => `cluster-${stack.stackName.toUpperCase()}`,
};

/** What a value of a template comes to, with each reference replaced by the ARN that it leads to. */
export function resolver(stacks: readonly StackTemplate[]): (value: unknown, at: StackTemplate) => unknown {
  const resolve = (value: unknown, at: StackTemplate): unknown => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, at));
    if (typeof value !== 'object' || value === null) return value;
    const { 'Fn::Join': join, 'Fn::GetAtt': attribute, 'Fn::GetStackOutput': output } = value as Json;
    if (join) {
      const [separator, parts] = join as [string, unknown[]];
      return parts.map((part) => resolve(part, at)).join(separator);
    }
    if (output) {
      const { StackName, Region, OutputName } = output as Readonly<Record<string, string>>;
      const stack = stacks.find(({ stackName, region }) => stackName === StackName && region === Region);
      if (!stack) throw new RangeError(`stack: received ${StackName} in ${Region}; allowed: one that is synthesized`);
      const { Outputs } = JSON.parse(readFileSync(stack.templateFile, 'utf8')) as { Outputs: Record<string, { Value: unknown }> };
      return resolve(Outputs[OutputName ?? '']?.Value, stack);
    }
    if (attribute) {
      const [id] = attribute as [string];
      const resource = at.resources.find(({ logicalId }) => logicalId === id);
      const arn = resource && arns[resource.type];
      if (!arn) throw new RangeError(`resource: received ${id} of ${resource?.type}; allowed: a type whose ARN is known here`);
      return arn(resource);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, at)]));
  };
  return resolve;
}

/** The role of each service in a stack, such as `prod-eu/Workloads`. */
export function workloadRoles(stacks: readonly StackTemplate[], path: string): readonly WorkloadRole[] {
  const stack = stacks.find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: ${stacks.map((candidate) => candidate.path).join(', ')}`);
  const resolve = resolver(stacks);
  const of = (type: string) => stack.resources.filter((resource) => resource.type === type);
  return of('AWS::EKS::PodIdentityAssociation').map(({ properties }) => {
    const [roleId] = (properties['RoleArn'] as { readonly 'Fn::GetAtt': readonly [string] })['Fn::GetAtt'];
    const policies = of('AWS::IAM::Policy').filter(({ properties: policy }) => JSON.stringify(policy['Roles']).includes(`"${roleId}"`));
    return {
      cell: path.split('/')[0] ?? '',
      account: stack.account,
      region: stack.region,
      service: String(properties['ServiceAccount']),
      trust: stack.resources.find(({ logicalId }) => logicalId === roleId)?.properties['AssumeRolePolicyDocument'],
      policy: {
        Version: '2012-10-17',
        Statement: policies.flatMap(
          ({ properties: policy }) =>
            (resolve(policy['PolicyDocument'], stack) as { readonly Statement: WorkloadRole['policy']['Statement'] }).Statement,
        ),
      },
    };
  });
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

const keyPolicy = (account: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
});

/** What the role's own policies decide. */
export async function mayDo({ account, policy, service }: WorkloadRole, { action, resource, context = {} }: Request): Promise<boolean> {
  const response = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:role/${service}`,
        action,
        resource: { resource, accountId: account },
        contextVariables: { ...context },
      },
      identityPolicies: policy.Statement.length > 0 ? [{ name: 'own', policy }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: action.startsWith('kms:') ? keyPolicy(account) : undefined,
    },
    {},
  );
  if (response.resultType === 'error') throw new Error(`The simulator refuses ${action} on ${resource}: ${response.errors.message}`);
  return response.overallResult === 'Allowed';
}
