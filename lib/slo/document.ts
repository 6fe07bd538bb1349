import { budgets, objectives } from './objectives';
import { tiers } from './tiers';
import type { MetricRef, Objective, Sli } from './types';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const nameOf = ({ namespace, name, dimensions }: Pick<MetricRef, 'namespace' | 'name' | 'dimensions'>): string =>
  `\`${namespace} ${name}\`${'TargetGroup' in dimensions ? ' of profiles' : ''}`;

const sliOf = (sli: Sli): string =>
  sli.kind === 'counts'
    ? `${sli.bad.map(nameOf).join(' + ')} of ${sli.total.map(nameOf).join(' + ')}`
    : `${nameOf(sli.metric)} above ${String(sli.value)}`;

function measuredBy({ measure }: Objective): string {
  switch (measure.kind) {
    case 'budget':
      return `bad: ${sliOf(measure.sli)}; runbook [${measure.family}](../06-runbooks/${measure.family}.md)`;
    case 'alarms':
      return `alarms ${measure.families.map((family) => `[${family}](../06-runbooks/${family}.md)`).join(', ')}`;
    case 'record':
      return measure.where;
  }
}

/** docs/01-architecture/slos.md */
export function objectivesDocument(): string {
  return `# Objectives

Made from \`lib/slo\`; do not edit (\`npx vitest run test/slo -u\`). From the same list come the alarms on budgets, the objectives in CloudWatch Application Signals, and what dashboards show. Why so: [ADR-034](decisions/ADR-034-objectives-and-alarms.md); what services have to emit: [telemetry](../02-data/telemetry.md).

${table(
  ['objective', 'measures', 'promise', 'goal', 'window', 'owner', 'how it is measured', 'note'],
  objectives.map((objective) => [
    `\`${objective.id}\``,
    objective.measures.join(', '),
    objective.title,
    objective.goal,
    objective.window,
    objective.owner,
    measuredBy(objective),
    objective.note,
  ]),
)}

## How fast a budget may go
The budget of an objective is what its goal leaves: 0.05 % of requests for 99.95 %. An alarm fires when it goes this many times as fast as 30 days allow. All windows of a tier have to say so.

${table(
  ['tier', 'times the budget', 'windows', 'asks for', 'means', 'bad ones in a period, at least'],
  Object.values(tiers).map(({ name, burn, windows, severity, says, atLeastBad }) => [
    name,
    String(burn),
    windows
      .map(({ periodMinutes, atLeast, outOf }) => `${String(atLeast)} of ${String(outOf)} times ${String(periodMinutes)} min`)
      .join(' and '),
    `a ${severity}`,
    says,
    String(atLeastBad),
  ]),
)}

In percent of all that may be bad before the tier fires:

${table(
  ['objective', ...Object.keys(tiers)],
  budgets.map(({ id, measure }) => [
    `\`${id}\``,
    ...Object.values(tiers).map(({ name, burn }) =>
      measure.tiers.includes(name) ? `${String(Math.round(burn * (100 - measure.goalPercent) * 1_000) / 1_000)} %` : '-',
    ),
  ]),
)}
`;
}
