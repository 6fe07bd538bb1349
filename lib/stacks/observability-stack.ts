import { Duration } from 'aws-cdk-lib';
import { CfnServiceLevelObjective } from 'aws-cdk-lib/aws-applicationsignals';
import { MathExpression, type AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { addBurnAlarms } from '../constructs/burn-alarms';
import { budgets, type BudgetObjective } from '../slo/objectives';
import { tiers } from '../slo/tiers';
import type { WatchedEdge } from './edge-stack';
import { addFrontDoorAlarms } from './front-door-alarms';
import { badPercent, requestBasedSli, type KnownValues } from './objective-metrics';
import { addPipelineAlarms } from './pipeline-alarms';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface ObservabilityStackProps extends PlatformStackProps {
  readonly cell: string;
  readonly edge: WatchedEdge;
  readonly eventsStream: string;
  /** Name of the stream's consumer. */
  readonly processor: string;
  /** By ID. */
  readonly natGateways: readonly string[];
  /** Accepted events in an average day. */
  readonly eventsPerDay: number;
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
}

/**
 * Quotas of the account of which AWS publishes the usage, and which grow with traffic. Source: CloudWatch User Guide, "AWS usage metrics"; Amazon EC2 User Guide,
 * "Monitor your On-Demand Instance quotas and usage"; AWS Lambda Developer Guide, "Types of metrics for Lambda functions", read 2026-11.
 */
const quotas = [
  {
    name: 'vcpus',
    says: 'vCPUs of On-Demand Instances',
    dimensions: { Service: 'EC2', Resource: 'vCPU', Type: 'Resource', Class: 'Standard/OnDemand' },
  },
  {
    name: 'functions',
    says: 'concurrent calls of functions',
    dimensions: { Service: 'Lambda', Resource: 'ConcurrentExecutions', Type: 'Resource', Class: 'None' },
  },
] as const;

/** `p99`, `processing-late` -> `P99ProcessingLate`. */
const pascal = (...words: readonly string[]): string =>
  words
    .flatMap((word) => word.split('-'))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * Whether the Region that serves keeps its promises: objectives with the alarms on their budgets, and what no single stack can see. Alarms on one resource stand with
 * it. ADR-034 says why these, ADR-035 what services have to emit for it.
 */
export class ObservabilityStack extends PlatformStack {
  /** What pages for an objective, by the objective's ID: dashboards, and whatever waits for a deployment to be well. */
  readonly paging: Readonly<Record<string, AlarmBase>>;

  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: objectives, and the alarms on their budgets',
      component: 'observability',
      dataClassification: 'internal',
      stateful: false,
    });
    const { edge, eventsStream } = props;
    const profiles = edge.targetGroups['profiles'];
    if (profiles === undefined)
      throw new RangeError(`edge.targetGroups: received ${Object.keys(edge.targetGroups).join(', ')}; allowed: profiles among them`);
    const known: KnownValues = { loadBalancer: edge.loadBalancer, profilesTargetGroup: profiles };
    const alarms = new Alarms(this, 'Alarms', props.alerts);
    this.paging = Object.fromEntries(
      budgets.flatMap((objective) => {
        this.addObjective(props.cell, objective, known);
        const page = this.alarmOnBudget(alarms, objective, known);
        return page ? [[objective.id, page]] : [];
      }),
    );
    addFrontDoorAlarms(alarms, {
      edge,
      region: this.region,
      eventsStream,
      eventsPerDay: props.eventsPerDay,
      availability: this.paging['availability'],
    });
    addPipelineAlarms(alarms, { eventsStream, processor: props.processor, lateness: this.paging['processing-p99'] });
    this.alarmOnPorts(alarms, props.natGateways);
    this.alarmOnQuotas(alarms);
  }

  private alarmOnBudget(alarms: Alarms, objective: BudgetObjective, known: KnownValues): AlarmBase | undefined {
    const { family, percentile, goalPercent, tiers: names } = objective.measure;
    return addBurnAlarms(alarms, {
      title: `The promise "${objective.title}: ${objective.goal}" (${objective.measures.join(', ')}) is broken for some`,
      budgetPercent: 100 - goalPercent,
      badPercent: badPercent(objective, known),
      tiers: names.map((name) => tiers[name]),
      name: pascal(...(percentile ? [percentile] : []), family),
      runbook: `docs/06-runbooks/${family}.md`,
    });
  }

  /** What is left of the budget of 30 days, which no alarm can look back on. Burn rates as metrics, for dashboards: alarms count minutes instead [ADR-034]. */
  private addObjective(cell: string, objective: BudgetObjective, known: KnownValues): void {
    new CfnServiceLevelObjective(this, pascal('objective', objective.id), {
      name: `${cell}-${objective.id}`,
      description: `${objective.title}: ${objective.goal}. ${objective.measures.join(', ')}`,
      requestBasedSli: requestBasedSli(objective, known),
      goal: {
        attainmentGoal: objective.measure.goalPercent,
        interval: { rollingInterval: { duration: 30, durationUnit: 'DAY' } },
        warningThreshold: 50,
      },
      burnRateConfigurations: [60, 360, 1_440].map((lookBackWindowMinutes) => ({ lookBackWindowMinutes })),
    });
  }

  /** Source: Amazon VPC User Guide, "NAT gateway metrics and dimensions", read 2026-11: a gateway has 55,000 ports for each destination and address. */
  private alarmOnPorts(alarms: Alarms, natGateways: readonly string[]): void {
    natGateways.forEach((NatGatewayId, index) => {
      alarms.add(`gateway${String(index + 1)}NatPortsExhausted`, {
        metric: awsMetric('AWS/NATGateway', 'ErrorPortAllocation', 'Sum', Duration.minutes(1), { NatGatewayId }),
        says: 'The NAT gateway has no port left for a destination: deliveries to it fail to connect.',
        severity: 'ticket',
        fires: { above: 0 },
        forPeriods: { atLeast: 3, outOf: 5 },
        silence: 'is good',
        runbook: 'docs/06-runbooks/nat-ports-exhausted.md',
      });
    });
  }

  private alarmOnQuotas(alarms: Alarms): void {
    const period = Duration.minutes(5);
    for (const { name, says, dimensions } of quotas) {
      alarms.add(`${name}QuotaNear`, {
        metric: new MathExpression({
          label: `${says}, in percent of the quota`,
          expression: '100 * usage / SERVICE_QUOTA(usage)',
          usingMetrics: { usage: awsMetric('AWS/Usage', 'ResourceCount', 'Maximum', period, dimensions) },
          period,
        }),
        says: `Over 80 % of the account's quota of ${says} are in use.`,
        severity: 'ticket',
        fires: { above: 80 },
        forPeriods: 3,
        silence: 'is good',
        runbook: 'docs/06-runbooks/quota-near.md',
      });
    }
  }
}
