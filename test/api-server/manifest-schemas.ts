/**
 * What an API server would say of an object by its schema alone, without one: by the schemas that Kubernetes publishes and
 * by those of our CRDs. Rules in CEL, admission and what is between objects are the server's own: see accept.cluster.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { crdFolder, isRecord, readFolder } from './manifests';

type Schema = Readonly<Record<string, unknown>>;

interface Published {
  readonly kubernetes: string;
  /** Names of schemas by `apps/v1 Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

const published = JSON.parse(gunzipSync(readFileSync(join(__dirname, 'schemas/kubernetes-1.36.json.gz'))).toString()) as Published;

const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The server parses a quantity, so that its schema says no more than string or number. */
const quantity = { type: ['number', 'string'], pattern: '^[+-]?(\\d+|\\d+\\.\\d*|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?$' };
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** Keywords of JSON Schema that say the same in Kubernetes' schemas. */
const copied = [
  ...['allOf', 'anyOf', 'enum', 'maxItems', 'maxLength', 'maxProperties', 'maximum', 'minItems', 'minLength', 'minProperties'],
  ...['minimum', 'not', 'nullable', 'oneOf', 'pattern', 'required', 'type', 'uniqueItems'],
];

const isIntOrString = (schema: Schema): boolean => schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true;

/** The same schema, in which a field that it does not name is a fault, as it is for a server that is told to be strict. */
function strict(schema: Schema): Schema {
  const pattern = schema['pattern'] === undefined ? {} : { pattern: schema['pattern'] };
  if (isIntOrString(schema)) return { type: ['integer', 'string'], ...pattern };
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'].replace('#/components/schemas/', 'kubernetes#/schemas/') };
  const { properties, items, additionalProperties: others, allOf } = schema;
  // Kubernetes wraps a reference that has a default.
  if (Array.isArray(allOf) && allOf.length === 1 && isRecord(allOf[0]) && '$ref' in allOf[0]) return strict(allOf[0]);
  const closed = isRecord(properties) && schema['x-kubernetes-preserve-unknown-fields'] !== true;
  return {
    ...Object.fromEntries(copied.filter((key) => key in schema).map((key) => [key, schema[key]])),
    ...(isRecord(properties) && { properties: strictEach(properties) }),
    ...(isRecord(items) && { items: strict(items) }),
    ...(isRecord(others) ? { additionalProperties: strict(others) } : closed && { additionalProperties: others ?? false }),
  };
}

const strictEach = (schemas: Schema): Schema =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strict(isRecord(schema) ? schema : {})]));

/** A CRD leaves metadata to the server. */
function ofCrd(root: Schema): Schema {
  const properties = isRecord(root['properties']) ? root['properties'] : {};
  return strict({ ...root, properties: { ...properties, metadata: { $ref: `#/components/schemas/${METADATA}` } } });
}

const crds: ReadonlyMap<string, Schema> = new Map(
  readFolder(crdFolder).flatMap((crd) => {
    const { group, names, versions } = crd['spec'] as { group: string; names: { kind: string }; versions: readonly CrdVersion[] };
    return versions
      .filter(({ served }) => served)
      .map(({ name, schema }) => [`${group}/${name} ${names.kind}`, ofCrd(schema.openAPIV3Schema)] as const);
  }),
);

// Formats beside int-or-string only say how a value is stored; patterns are Go's, which knows no Unicode flag.
const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false, unicodeRegExp: false });
ajv.addSchema({ $id: 'kubernetes', schemas: { ...strictEach(published.schemas), [QUANTITY]: quantity } });

const validators = new Map<string, ValidateFunction>();

function validatorOf(kind: string): ValidateFunction | undefined {
  const known = validators.get(kind);
  if (known) return known;
  const name = published.kinds[kind];
  const schema = name === undefined ? crds.get(kind) : { $ref: `kubernetes#/schemas/${name}` };
  if (schema === undefined) return undefined;
  const validator = ajv.compile(schema);
  validators.set(kind, validator);
  return validator;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 80);

function problemOf({ instancePath, keyword, params, data, message }: ErrorObject): string {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const at = (...more: readonly string[]) => [...path, ...more].join('.') || 'object';
  const received = `${at()}: received ${shown(data)}; allowed: `;
  switch (keyword) {
    case 'additionalProperties':
      return `${at(String(params['additionalProperty']))}: unknown field`;
    case 'required':
      return `${at(String(params['missingProperty']))}: missing`;
    case 'type':
      return received + [params['type']].flat().join(' or ');
    case 'enum':
      return received + (params['allowedValues'] as readonly unknown[]).join(', ');
    case 'pattern':
      return received + (params['pattern'] === quantity.pattern ? 'a quantity such as 512Mi' : String(params['pattern']));
    default:
      return received + (message ?? keyword).replace(/^must be /, '');
  }
}

/** What is wrong with an object by the schema of its kind, by paths such as `spec.replicas`; empty if nothing is. */
export function problemsOf(object: unknown): readonly string[] {
  if (!isRecord(object)) return [`object: received ${shown(object)}; allowed: an object with apiVersion, kind and metadata`];
  const { apiVersion, kind, metadata } = object;
  const validator = validatorOf(`${String(apiVersion)} ${String(kind)}`);
  if (!validator) {
    const allowed = `one of Kubernetes ${published.kubernetes}, or of test/api-server/crds`;
    return [`apiVersion, kind: received ${shown(apiVersion)}, ${shown(kind)}; allowed: ${allowed}`];
  }
  validator(object);
  const problems = (validator.errors ?? []).map(problemOf);
  // No schema asks for a name, since a server could make one up; server-side apply cannot do without.
  const named = isRecord(metadata) && 'name' in metadata;
  return [...(named ? [] : ['metadata.name: missing']), ...problems];
}
