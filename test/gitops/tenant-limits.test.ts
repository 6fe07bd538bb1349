/** What pods are told of tenants: the role by which they act for one, the tables, and what each tier may use. */
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IService } from 'kubernetes-models/v1/Service';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { tiers } from '../../lib/config/tiers';
import { parsePlatform } from '../../lib/config/validate';
import { treeProps } from '../../lib/gitops-trees';
import { servicesOf } from '../../lib/gitops/services';
import { platformStacks } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { ofKind, trees, type Tree } from './trees';

const variablesOf = ({ objects }: Tree, service: string): Readonly<Record<string, string | undefined>> => {
  const pod = ofKind<IDeployment>(objects, 'Deployment').find(({ metadata }) => metadata?.name === service)?.spec?.template.spec;
  return Object.fromEntries((pod?.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
};
const atHome = trees.filter(({ props }) =>
  platform.environments.some(({ cells }) => cells.some(({ home }) => home.region === props.region)),
);

describe.each(atHome.map((tree) => [tree.name, tree] as const))('the pods of %s', (_, tree) => {
  const { cell, account } = tree.props;
  const resources = platformStacks()
    .filter(({ path }) => path.startsWith(`${cell}/`))
    .flatMap((stack) => stack.resources);

  it('find their access role and tables by the names that stacks give them', () => {
    const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ properties }) => properties['RoleName']);
    const tables = resources.filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable').map(({ properties }) => properties['TableName']);
    for (const { metadata } of ofKind<IDeployment>(tree.objects, 'Deployment')) {
      const service = metadata?.name ?? '';
      const { TENANT_ROLE_ARN, TENANTS_TABLE, PROFILES_TABLE, DEDUPLICATION_TABLE } = variablesOf(tree, service);
      const [prefix, name] = (TENANT_ROLE_ARN ?? '').split(':role/');
      expect(prefix).toBe(`arn:aws:iam::${account}`);
      expect(name).toContain(`-${service}-tenant-`);
      expect(roles).toContain(name);
      const others = { processor: [PROFILES_TABLE, DEDUPLICATION_TABLE], profiles: [PROFILES_TABLE] }[service] ?? [];
      for (const table of [TENANTS_TABLE, ...others]) expect(tables).toContain(table);
    }
  });

  it('read tiers where the ConfigMap is mounted, and count their peers by a service without an address', () => {
    const [map] = ofKind<IConfigMap>(tree.objects, 'ConfigMap').filter(({ metadata }) => metadata?.namespace === 'ingest');
    expect(JSON.parse(map?.data?.['tiers.json'] ?? '')).toEqual(tiers);
    const pod = ofKind<IDeployment>(tree.objects, 'Deployment').find(({ metadata }) => metadata?.name === 'ingest')?.spec?.template;
    const volume = pod?.spec?.volumes?.find(({ configMap }) => configMap?.name === map?.metadata?.name);
    const mount = pod?.spec?.containers[0]?.volumeMounts?.find(({ name }) => name === volume?.name);
    const { TENANT_TIERS, TENANT_PEERS, ONLY_TENANT } = variablesOf(tree, 'ingest');
    expect(TENANT_TIERS).toBe(`${mount?.mountPath}/tiers.json`);
    const peers = ofKind<IService>(tree.objects, 'Service').find(({ spec }) => spec?.clusterIP === 'None');
    expect(TENANT_PEERS).toBe(`${peers?.metadata?.name}.${peers?.metadata?.namespace}.svc`);
    for (const [label, value] of Object.entries(peers?.spec?.selector ?? {})) expect(pod?.metadata?.labels?.[label]).toBe(value);
    expect(ONLY_TENANT).toBeUndefined();
  });
});

it('pods of a dedicated cell know their one tenant', () => {
  const dedicated = { kind: 'dedicated', tenant: 'acme', because: 'A contract says so, for this test alone.' };
  const [props] = treeProps(parsePlatform(changed({ 'environments.dev.cells.dev.tenants': dedicated }), options));
  if (!props) throw new Error('There is no tree');
  for (const { name, variables } of servicesOf(props)) {
    expect(variables['ONLY_TENANT'], name).toBe('acme');
  }
});
