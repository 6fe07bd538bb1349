/**
 * Writes kubernetes-1.36.json.gz anew, from what a server of that version says of itself: after a change of server/go.mod,
 *
 *     node -r ts-node/register test/api-server/schemas/update.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { connect, type Client } from '../client';
import { isRecord } from '../manifests';
import { kubernetesVersion, startApiServer } from '../start';

/** The groups of which the platform has objects. */
const groups = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'apiextensions.k8s.io/v1',
  'apps/v1',
  'autoscaling/v2',
  'batch/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1',
];

/** What a validation reads; descriptions, defaults and hints for merging are most of the document, and go. */
const keywords = new Set(['$ref', 'additionalProperties', 'allOf', 'enum', 'format', 'items', 'oneOf', 'pattern', 'required', 'type']);

type Json = Readonly<Record<string, unknown>>;

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

interface Components {
  readonly schemas: Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] }>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function reduced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reduced);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (key === 'properties' && isRecord(part)) {
        return [[key, Object.fromEntries(Object.entries(part).map(([name, property]) => [name, reduced(property)]))]];
      }
      return keywords.has(key) ? [[key, reduced(part)]] : [];
    }),
  );
}

/** The names of the schemas that a schema refers to, itself aside. */
const referencesIn = (schema: unknown): readonly string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);

/** With the keys of all objects in the order of the alphabet. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
};

async function schemasOf(client: Client): Promise<Json> {
  const kinds: Record<string, string> = {};
  const schemas: Record<string, unknown> = {};
  for (const apiVersion of groups) {
    const root = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`;
    const { components } = (await client.read(`/openapi/v3/${root}`)) as { readonly components: Components };
    const { resources } = (await client.read(`/${root}`)) as { readonly resources: readonly Resource[] };
    const [group = '', version = ''] = apiVersion === 'v1' ? ['', 'v1'] : apiVersion.split('/');
    for (const { kind } of resources.filter(({ name, verbs }) => !name.includes('/') && verbs.includes('patch'))) {
      const schema = Object.keys(components.schemas).find((name) =>
        components.schemas[name]?.['x-kubernetes-group-version-kind']?.some(
          (named) => named.group === group && named.version === version && named.kind === kind,
        ),
      );
      if (schema === undefined) throw new Error(`${apiVersion} ${kind} has no schema`);
      kinds[`${apiVersion} ${kind}`] = schema;
      const wanted = [schema];
      for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
        if (name in schemas) continue;
        schemas[name] = reduced(components.schemas[name]);
        wanted.push(...referencesIn(schemas[name]));
      }
    }
  }
  return { kubernetes: kubernetesVersion, kinds, schemas };
}

async function main(): Promise<void> {
  const server = await startApiServer();
  const client = connect(server);
  try {
    const packed = gzipSync(JSON.stringify(sorted(await schemasOf(client))), { level: 9 });
    // The header's byte for the operating system: the file is the same wherever it is made.
    packed[9] = 255;
    const file = join(__dirname, `kubernetes-${kubernetesVersion.split('.').slice(0, 2).join('.')}.json.gz`);
    writeFileSync(file, packed);
    console.log(`${file}: ${packed.length} bytes`);
  } finally {
    client.close();
    await server.stop();
  }
}

void main();
