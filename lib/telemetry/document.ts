import { forbidden, instruments, metricsOf, MOST_METRICS, NAMESPACE, watched, type Instrument } from './instruments';
import { logFields, sampling, spans, tenantFields, tenantRules, type Field } from './records';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const fields = (some: readonly Field[]): string =>
  table(
    ['field', 'type', 'required', 'what it is'],
    some.map(({ name, type, required, says }) => [`\`${name}\``, type, required ? 'yes' : '', says]),
  );

/** USD a month of both ways to count by tenant, as the caller has computed it. */
export interface TenantCost {
  readonly tenants: number;
  readonly metricsUsd: number;
  readonly linesUsd: number;
}

/** docs/02-data/telemetry.md */
export function telemetryDocument(costs: readonly TenantCost[]): string {
  const all: readonly Instrument[] = Object.values(instruments);
  return `# Telemetry: what services emit

Made from \`lib/telemetry\`; do not edit (\`npx vitest run test/slo -u\`). The contract of ingest, processor, delivery and profiles with what watches them: [objectives](../01-architecture/slos.md). Why so: [ADR-035](../01-architecture/decisions/ADR-035-telemetry-contract.md). Names are OpenTelemetry's where it has one.

## Metrics
Namespace \`${NAMESPACE}\`. An account is a cell, and a Region has metrics of its own, so neither is a dimension. Temporality delta, once a minute, counters with 0 too: a counter that is silent is a service that is. What is not in a list of values is sent as \`_OTHER\`. At most ${String(MOST_METRICS)} metrics of CloudWatch a Region; these are ${String(all.reduce((sum, one) => sum + metricsOf(one), 0))}.

${table(
  ['metric', 'kind', 'unit', 'from', 'dimensions', 'metrics', 'what it counts'],
  all.map((one) => [
    `\`${one.name}\``,
    one.kind,
    one.unit,
    one.emitters.join(', '),
    one.sets.map((set) => (set.length === 0 ? 'none' : set.map(({ name }) => `\`${name}\``).join(' × '))).join('; '),
    String(metricsOf(one)),
    one.says,
  ]),
)}

Values of dimensions: ${[
    ...new Map(
      all
        .flatMap(({ sets }) => sets.flat())
        .map(({ name, values }) => [`${name} ${values.join()}`, `\`${name}\`: ${values.map((value) => `\`${value}\``).join(', ')}`]),
    ).values(),
  ].join('. ')}.

By functions of ours: ${Object.entries(watched)
    .map(([name, { says, by }]) => `\`${name}\` (\`${by}\`): ${says}`)
    .join(' ')}

## Tenants
A metric for each tenant costs more with each tenant. So each pod writes a line a minute for each tenant that it has seen, and Contributor Insights says who is first; attribution of cost reads the same lines [BUD-3]. USD a month of a cell, in us-east-1:

${table(
  ['tenants', 'a metric each for eight figures', 'a line a minute and four rules'],
  costs.map(({ tenants, metricsUsd, linesUsd }) => [String(tenants), metricsUsd.toFixed(0), linesUsd.toFixed(0)]),
)}

${fields(tenantFields)}

Rules: ${tenantRules.map(({ name, service, sumOf }) => `\`${name}\` (${service}, sum of \`${sumOf}\`)`).join(', ')}.

## Logs
A line of JSON for each record, on standard output.

${fields(logFields)}

## Traces
${String(sampling.percent)} % of traces, decided at the first span, and ${sampling.errors} spans with an error.

${table(
  ['span', 'kind', 'from', 'attributes', 'what it is'],
  spans.map(({ name, kind, emitter, attributes, says }) => [
    `\`${name}\``,
    kind,
    emitter,
    attributes.map((one) => `\`${one}\``).join(', '),
    says,
  ]),
)}

## Never
In no metric, line or span: ${forbidden.map((name) => `\`${name}\``).join(', ')}. They have no bound, are a person's, or open doors; logs outlive an erasure [REG-1, CMP-1].
`;
}
