/** A server with our CRDs, and what a test does with it. */
import { connect, Refusal, until, type Client } from './client';
import { crdFolder, isRecord, readFolder, titleOf, type Manifest } from './manifests';
import { startApiServer } from './start';

export interface Cluster {
  readonly client: Client;
  /** Applies objects one after another; says of each that is refused, or warned of, why. */
  applyAll(manifests: readonly Manifest[], options?: { readonly dryRun?: boolean }): Promise<readonly string[]>;
  /** What the server says to an object, of which nothing is kept; undefined if it lets it in. */
  refusalOf(manifest: Manifest): Promise<string | undefined>;
  /** Waits until every policy that was applied before is in force. */
  policiesInForce(): Promise<void>;
  stop(): Promise<void>;
}

/** In which a policy is told from none. */
const CANARY_NAMESPACE = 'default';

export async function startCluster(): Promise<Cluster> {
  const server = await startApiServer();
  const client = connect(server);

  const refusalOf = async (manifest: Manifest): Promise<string | undefined> => {
    try {
      await client.apply(manifest, { dryRun: true });
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  };

  const applied = async (manifest: Manifest, dryRun: boolean): Promise<readonly string[]> => {
    try {
      const { warnings } = await client.apply(manifest, { dryRun });
      if (manifest.kind === 'CustomResourceDefinition' && !dryRun) await served(client, manifest);
      if (manifest.kind === 'ResourceQuota' && !dryRun) await enforceQuota(client, manifest);
      return warnings;
    } catch (error) {
      if (error instanceof Refusal) return [error.message];
      throw error;
    }
  };

  const applyAll: Cluster['applyAll'] = async (manifests, { dryRun = false } = {}) => {
    const faults: string[] = [];
    for (const manifest of manifests) {
      const said = await applied(manifest, dryRun);
      if (said.length > 0) faults.push(`${titleOf(manifest)}: ${said.join('; ')}`);
    }
    return faults;
  };

  try {
    const faults = await applyAll(readFolder(crdFolder));
    if (faults.length > 0) throw new Error(`The CRDs were not accepted:\n${faults.join('\n')}`);
  } catch (error) {
    client.close();
    await server.stop();
    throw error;
  }

  return {
    client,
    applyAll,
    refusalOf,
    policiesInForce: async () => {
      // The server takes up all policies together: when one that came last is in force, those before it are.
      const [policy, binding] = canaryPolicy(`canary-${Date.now()}`);
      await client.apply(policy);
      await client.apply(binding);
      const canary = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: policy.metadata.name, namespace: CANARY_NAMESPACE } };
      await until('policies in force', async () => (await refusalOf(canary))?.includes(policy.metadata.name) || undefined);
      await client.delete(binding);
      await client.delete(policy);
    },
    stop: async () => {
      client.close();
      await server.stop();
    },
  };
}

/** Waits until objects of a CRD can be made. */
async function served(client: Client, crd: Manifest): Promise<void> {
  const { group, names, versions } = crd['spec'] as { group: string; names: { kind: string }; versions: readonly { name: string }[] };
  await until(`${crd.metadata.name} established`, async () => {
    const { status } = await client.get(crd);
    // Null until the server has looked at it.
    const conditions = isRecord(status) ? status['conditions'] : undefined;
    const met =
      Array.isArray(conditions) && conditions.some((one) => isRecord(one) && one['type'] === 'Established' && one['status'] === 'True');
    return met || undefined;
  });
  for (const { name } of versions) {
    await until(`${crd.metadata.name} served`, () => client.listAll(`${group}/${name}`, names.kind));
  }
}

/** Does what the controller of quotas does first: admission reads a quota's status alone. */
async function enforceQuota(client: Client, { apiVersion, kind, metadata, spec }: Manifest): Promise<void> {
  const { hard } = spec as { readonly hard: Readonly<Record<string, unknown>> };
  const used = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']));
  const { name, namespace } = metadata;
  await client.apply({ apiVersion, kind, metadata: { name, namespace }, status: { hard, used } }, { subresource: 'status' });
}

function canaryPolicy(name: string): readonly [Manifest, Manifest] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'], resourceNames: [name] };
  const policy = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'false', message: name }] },
  };
  const spec = { policyName: name, validationActions: ['Deny'] };
  return [policy, { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec }];
}
