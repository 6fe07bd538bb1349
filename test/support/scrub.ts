/** Templates as people review them: without what changes by itself, a property a line, as YAML that Prettier leaves alone. */

const lineWidth = 140;

type Scalar = string | number | boolean | null;
type Json = Scalar | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isArray(value);

/** Left out: tags (an invariant judges them), metadata, and what the CDK writes into each template for its bootstrap stack. */
export function scrub(template: unknown): Json {
  const { Parameters, Rules, ...rest } = template as JsonObject;
  return scrubValue({ ...rest, Parameters: without('BootstrapVersion', Parameters), Rules: without('CheckBootstrapVersion', Rules) });
}

function without(name: string, section: Json | undefined): Json | undefined {
  const own = Object.entries(isObject(section) ? section : {}).filter(([key]) => key !== name);
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

function scrubValue(value: Json): Json {
  if (typeof value === 'string') return value.replace(/\b[0-9a-f]{64}\b/g, 'ASSET').replace(/\bcdk-[a-z0-9]{9}-assets-/g, 'cdk-assets-');
  if (isArray(value)) return value.map(scrubValue);
  if (!isObject(value)) return value;
  if (watching.test(String(value['Type'])) && isObject(value['Properties'])) return scrubProperties(grouped(value, value['Properties']));
  return scrubProperties(value);
}

const watching = /^AWS::(CloudWatch::(Composite)?Alarm|ApplicationSignals::ServiceLevelObjective)$/;
/** A reviewer asks of an alarm when it fires, whom it tells, and what it watches: each is one line, of a hundred in a stack. */
const parts: Readonly<Record<string, RegExp>> = {
  Tells: /Actions$/,
  Fires: /^(ComparisonOperator|DatapointsToAlarm|EvaluationPeriods|Period|Statistic|ExtendedStatistic|Threshold|TreatMissingData)$/,
};

/** Lists of queries: each is one line too. */
const metrics = /^(Metrics|(Good|Bad|TotalRequest)CountMetric)$/;

function grouped(resource: JsonObject, properties: JsonObject): JsonObject {
  const groups = Object.entries(parts)
    .map(([name, keys]) => [name, Object.fromEntries(Object.entries(properties).filter(([key]) => keys.test(key)))] as const)
    .filter(([, group]) => Object.keys(group).length > 0);
  const rest = Object.entries(properties).filter(([key]) => !Object.values(parts).some((keys) => keys.test(key)));
  // The type takes the place of the word Properties: a line less of each.
  const others = Object.entries(resource).filter(([key]) => key !== 'Type' && key !== 'Properties');
  return { [String(resource['Type'])]: Object.fromEntries([...rest, ...groups]) as JsonObject, ...Object.fromEntries(others) };
}

function scrubProperties(value: JsonObject): JsonObject {
  const kept = Object.entries(value).filter(([key]) => key !== 'Metadata' && key !== 'Tags');
  return Object.fromEntries(kept.map(([key, inner]) => [key, inner === undefined ? undefined : scrubValue(inner)]));
}

/** The scrubbed template as text. */
export function render(value: Json): string {
  return `${block(value, '')}\n`;
}

function block(value: Json, indent: string): string {
  if (isArray(value)) return value.map((item) => `${indent}- ${listItem(item, `${indent}  `)}`).join('\n');
  if (!isObject(value)) return indent + scalar(value);
  return Object.entries(value)
    .flatMap(([key, inner]) => (inner === undefined ? [] : [entry(key, inner, indent)]))
    .join('\n');
}

function entry(key: string, value: Json, indent: string): string {
  const line = `${indent}${scalar(key)}: ${flow(value)}`;
  if (key in parts || key === 'AlarmRule') return `${indent}${key}: ${oneLine(value)}`;
  if (metrics.test(key) && isArray(value)) return [`${indent}${key}:`, ...value.map((item) => `${indent}  - ${oneLine(item)}`)].join('\n');
  if (isLeaf(value, indent) && line.length <= lineWidth) return line;
  if (!isObject(value) && !isArray(value)) return line;
  return `${indent}${scalar(key)}:\n${block(value, `${indent}  `)}`;
}

function listItem(value: Json, indent: string): string {
  const line = flow(value);
  return indent.length + line.length <= lineWidth || (!isObject(value) && !isArray(value)) ? line : block(value, indent).trimStart();
}

/** Stack, resource and properties are always opened, so that each property has a line of its own. */
const isLeaf = (value: Json, indent: string): boolean => indent.length >= 6 || !isObject(value) || Object.keys(value).length === 0;

function flow(value: Json): string {
  if (isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isObject(value)) return scalar(value);
  const entries = Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [`${scalar(key)}: ${flow(inner)}`]));
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
}

/** A value as one line, however long, quoted as Prettier would. */
function oneLine(value: Json): string {
  const text = flow(value);
  return text.includes("'") && text.includes('"') ? `'${text.replaceAll("'", "''")}'` : scalar(text);
}

function scalar(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z][\w:./-]*$/.test(value) && !value.endsWith(':') && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  if (isPlain) return value;
  return value.includes("'") || /[\n\t]/.test(value) ? JSON.stringify(value) : `'${value}'`;
}
