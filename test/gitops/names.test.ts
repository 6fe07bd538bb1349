/** The manifests name things that stacks make: that the two agree is seen in the templates, not in what made them. */
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IService } from 'kubernetes-models/v1/Service';
import { serviceNames } from '../../lib/gitops/tree-props';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../lib/checks/assembly';
import type { NodeClass } from '../../lib/gitops/eks-types';
import { loadBalancer } from '../../lib/gitops/load-balancer';
import { servedNames } from '../../lib/gitops/tree-props';
import { REFRESH_SECONDS } from '../../lib/gitops/rollback';
import { privateSubnets, publicSubnets } from '../../lib/gitops/addresses';
import { platform } from '../../lib/config/platform';
import type { Platform } from '../../lib/config/schema';
import { parsePlatform } from '../../lib/config/validate';
import { readAssembly } from '../../lib/checks/assembly';
import { synthesize } from '../support/platform-assembly';
import { options } from '../support/platforms';
import { ofKind, trees, type Tree } from './trees';

/** Every recovery Region serves, so that the stacks of its cluster are there; it needs a way out then. */
const serving: Platform = {
  ...platform,
  environments: platform.environments.map((environment) => ({
    ...environment,
    cells: environment.cells.map((cell) =>
      cell.recovery.kind === 'pilot-light'
        ? { ...cell, recovery: { ...cell.recovery, state: 'serving' as const, reservedAddressesPerZone: 1 } }
        : cell,
    ),
  })),
};
const stacks = readAssembly(synthesize({ platform: parsePlatform(serving, options) }));

const resourcesOf = ({ props: { cell, region } }: Tree): readonly ResourceDefinition[] =>
  stacks.filter((stack) => stack.path.startsWith(`${cell}/`) && stack.region === region).flatMap(({ resources }) => resources);

type Tags = readonly { readonly Key: string; readonly Value: string }[];
const matches = ({ properties }: ResourceDefinition, wanted: Readonly<Record<string, string>>): boolean => {
  const tags = (properties['Tags'] ?? []) as Tags;
  return Object.entries(wanted).every(([key, value]) => tags.some((tag) => tag.Key === key && tag.Value === value));
};
const ofType = (tree: Tree, type: string) => resourcesOf(tree).filter((resource) => resource.type === type);
const nodeClass = ({ objects }: Tree) => ofKind<NodeClass>(objects, 'NodeClass')[0]?.spec as NodeClass['spec'];

const environment = ({ objects }: Tree): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...JSON.stringify(objects).matchAll(/"name":"([A-Z][A-Z_]+)","value":"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );

const environmentOf = (tree: Tree, service: string) =>
  environment({ ...tree, objects: ofKind(tree.objects, 'Deployment').filter(({ metadata }) => metadata?.name === service) });

const byName = trees.map((tree) => [tree.name, tree] as const);

describe.each(byName)('the manifests of %s', (_, tree) => {
  it('select the private subnets, and no other', () => {
    const terms = nodeClass(tree).subnetSelectorTerms;
    const selected = ofType(tree, 'AWS::EC2::Subnet').filter((subnet) => terms.some(({ tags }) => matches(subnet, tags)));
    expect(selected).toHaveLength(tree.props.network.zones);
    for (const { logicalId } of selected) expect(logicalId).toContain('Private');
  });

  it('select one security group, that of workloads', () => {
    const terms = nodeClass(tree).securityGroupSelectorTerms;
    const selected = ofType(tree, 'AWS::EC2::SecurityGroup').filter((group) => terms.some(({ tags }) => matches(group, tags)));
    expect(selected.map(({ logicalId }) => logicalId)).toEqual([expect.stringMatching(/^TiersWorkload/)]);
  });

  it('name the role of the nodes and the alias of their key', () => {
    expect(ofType(tree, 'AWS::IAM::Role').map(({ properties }) => properties['RoleName'])).toContain(nodeClass(tree).role);
    expect(ofType(tree, 'AWS::KMS::Alias').map(({ properties }) => properties['AliasName'])).toContain(
      nodeClass(tree).ephemeralStorage.kmsKeyID,
    );
  });

  it('name streams, consumer, delivery and bucket', () => {
    const { EVENT_STREAM, ENRICHED_STREAM, STREAM_CONSUMER, QUARANTINE_STREAM, SPILL_BUCKET } = environment(tree);
    const names = (type: string, property: string) => ofType(tree, type).map(({ properties }) => properties[property]);
    expect(names('AWS::Kinesis::Stream', 'Name').sort()).toEqual([ENRICHED_STREAM, EVENT_STREAM].sort());
    expect(names('AWS::Kinesis::StreamConsumer', 'ConsumerName')).toContain(STREAM_CONSUMER);
    expect(names('AWS::KinesisFirehose::DeliveryStream', 'DeliveryStreamName')).toContain(QUARANTINE_STREAM);
    expect(names('AWS::S3::Bucket', 'BucketName')).toContain(SPILL_BUCKET);
  });

  it('name, at home alone, the bucket in which usage is counted, to each service whose role may write there', () => {
    const told = serviceNames.filter((name) => 'USAGE_BUCKET' in environmentOf(tree, name));
    const policies = JSON.stringify(ofType(tree, 'AWS::IAM::Policy').map(({ properties }) => properties));
    expect(told).toEqual(serviceNames.filter((name) => policies.includes(`/usage/*/${name}/*`)));
    const isHome = tree.props.network.path.endsWith('/Network');
    expect(told).toHaveLength(isHome ? serviceNames.length : 0);
    const buckets = ofType(tree, 'AWS::S3::Bucket').map(({ properties }) => properties['BucketName']);
    if (isHome) expect(buckets).toContain(environment(tree)['USAGE_BUCKET']);
  });

  it('name the queues of deliveries by their addresses, those of processor without retries', () => {
    const names = ofType(tree, 'AWS::SQS::Queue')
      .map(({ properties }) => String(properties['QueueName']))
      .filter((name) => name.includes('-delivery-'));
    const named = Object.entries(environment(tree)).filter(([name]) => name.endsWith('_QUEUE'));
    const { account, region } = tree.props;
    expect(named.map(([, value]) => value).sort()).toEqual(
      names.map((name) => `https://sqs.${region}.amazonaws.com/${account}/${name}`).sort(),
    );
    expect(Object.keys(environmentOf(tree, 'processor')).filter((name) => name.endsWith('_QUEUE'))).toEqual([
      'STREAMING_QUEUE',
      'BATCH_QUEUE',
      'WEBHOOK_QUEUE',
    ]);
  });

  it('name the table with what stops deliveries', () => {
    // The recovery Region has a replica of it, which is the home Region's.
    expect(environment(tree)['TENANTS_TABLE']).toBe(`${tree.props.cell}-tenants`);
  });

  it('name the tables that the role of processor may make', () => {
    const policies = JSON.stringify(ofType(tree, 'AWS::IAM::Policy').map(({ properties }) => properties));
    expect(policies).toContain(`:table/${environment(tree)['LEASE_APPLICATION'] ?? ''}`);
  });

  it('let in from where load balancers are, and out to where endpoints are', () => {
    const blocks = (kind: string) =>
      ofType(tree, 'AWS::EC2::Subnet')
        .filter(({ logicalId }) => logicalId.includes(kind))
        .map(({ properties }) => String(properties['CidrBlock']));
    const { cidr } = tree.props.network;
    expect(blocks('Public')).toHaveLength(tree.props.network.zones);
    for (const block of blocks('Public')) expect(isWithin(block, publicSubnets(cidr)), block).toBe(true);
    for (const block of blocks('Private')) expect(isWithin(block, privateSubnets(cidr)), block).toBe(true);
    for (const block of [...blocks('Isolated'), ...blocks('Private')]) expect(isWithin(block, publicSubnets(cidr)), block).toBe(false);
    for (const block of [...blocks('Isolated'), ...blocks('Public')]) expect(isWithin(block, privateSubnets(cidr)), block).toBe(false);
  });

  it('have a repository and an identity for each service', () => {
    const repositories = ofType(tree, 'AWS::ECR::Repository').map(({ properties }) => properties['RepositoryName']);
    const identities = ofType(tree, 'AWS::EKS::PodIdentityAssociation').map(
      ({ properties }) => `${String(properties['Namespace'])}/${String(properties['ServiceAccount'])}`,
    );
    for (const { metadata } of tree.objects.filter(({ kind }) => kind === 'ServiceAccount')) {
      expect(identities).toContain(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`);
      expect(repositories).toContain(`${tree.props.cell}/${metadata?.name ?? ''}`);
    }
  });

  it('count on the target groups as they are', () => {
    const groups = ofType(tree, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups.map(({ properties }) => properties['Name'])).toEqual(servedNames.map((name) => `${tree.props.cell}-${name}`));
    for (const { properties } of groups) {
      expect(properties).toMatchObject({
        Port: 8443,
        Protocol: 'HTTPS',
        HealthCheckPath: loadBalancer.healthCheckPath,
        HealthCheckIntervalSeconds: loadBalancer.healthCheckIntervalSeconds,
        TargetGroupAttributes: expect.arrayContaining([
          { Key: 'deregistration_delay.timeout_seconds', Value: String(loadBalancer.deregistrationDelaySeconds) },
        ]) as unknown,
      });
    }
  });

  it('verify the tokens that the load balancer verifies, once more', () => {
    const { TOKEN_ISSUER, TOKEN_KEYS, TOKEN_AUDIENCES } = environment(tree);
    const rules = JSON.stringify(ofType(tree, 'AWS::ElasticLoadBalancingV2::ListenerRule').map(({ properties }) => properties));
    expect(rules).toContain(`"Issuer":"${String(TOKEN_ISSUER)}","JwksEndpoint":"${String(TOKEN_KEYS)}"`);
    expect(rules).toContain(`"Name":"aud","Values":${JSON.stringify(TOKEN_AUDIENCES?.split(','))}`);
  });

  it('hold a pod back until the load balancer sends it requests, where there is one, and nowhere else', () => {
    const gated = ofKind<INamespace>(tree.objects, 'Namespace')
      .filter(({ metadata }) => metadata?.labels?.['eks.amazonaws.com/pod-readiness-gate-inject'] === 'enabled')
      .map(({ metadata }) => metadata?.name);
    expect(gated).toEqual([...servedNames]);
  });

  it('are what Argo CD applies, and their services are what the target groups are bound to', () => {
    const written = JSON.stringify(ofType(tree, 'Custom::BirthManifest').map(({ properties }) => properties)).replaceAll('\\', '');
    expect(written).toContain(`"path":"gitops/${tree.name}"`);
    // Headless ones are for pods to count each other by.
    const services = ofKind<IService>(tree.objects, 'Service').filter(({ spec }) => spec?.clusterIP !== 'None');
    expect(services.map(({ metadata }) => metadata?.name)).toEqual([...servedNames]);
    for (const { metadata, spec } of services) {
      const { name = '', namespace = '' } = metadata ?? {};
      expect(written).toContain(
        `"metadata":{"name":"${name}","namespace":"${namespace}"},"spec":{"serviceRef":{"name":"${name}","port":${String(spec?.ports?.[0]?.port)}}`,
      );
      // Labelled before Argo CD makes the first pod.
      expect(written).toContain(
        `"metadata":{"name":"${name}","labels":{"pod-security.kubernetes.io/enforce":"restricted","eks.amazonaws.com/pod-readiness-gate-inject":"enabled"}}`,
      );
    }
  });

  it('are looked at as often as the arithmetic of a rollback says', () => {
    const schedules = ofType(tree, 'AWS::Events::Rule')
      .filter(({ logicalId }) => logicalId.startsWith('Refresh'))
      .map(({ properties }) => properties['ScheduleExpression']);
    expect(schedules).toEqual([REFRESH_SECONDS === 60 ? 'rate(1 minute)' : `rate(${REFRESH_SECONDS / 60} minutes)`]);
  });

  it('are those of the cluster: its name, its version, the addresses of its services', () => {
    expect(ofType(tree, 'AWS::EKS::Cluster').map(({ properties }) => properties)).toEqual([
      expect.objectContaining({
        Name: tree.props.cell,
        Version: tree.props.kubernetesVersion,
        KubernetesNetworkConfig: expect.objectContaining({ ServiceIpv4Cidr: tree.props.network.serviceCidr }) as unknown,
      }),
    ]);
  });
});

function isWithin(inner: string, outer: string): boolean {
  const [innerFirst = '', innerPrefix = ''] = inner.split('/');
  const [outerFirst = '', outerPrefix = ''] = outer.split('/');
  const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(outerPrefix));
  return Number(innerPrefix) >= Number(outerPrefix) && Math.floor(number(innerFirst) / size) === Math.floor(number(outerFirst) / size);
}
