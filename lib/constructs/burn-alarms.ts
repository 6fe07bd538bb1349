import { Duration } from 'aws-cdk-lib';
import { AlarmRule, AlarmState, type AlarmBase, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarms, type AlarmProps, type CompositeAlarmProps } from './alarms';

interface Tier {
  readonly name: string;
  readonly severity: AlarmProps['severity'];
  readonly burn: number;
  readonly atLeastBad: number;
  readonly windows: readonly { readonly periodMinutes: number; readonly outOf: number; readonly atLeast: number }[];
  readonly says: string;
}

export interface BurnAlarmsProps {
  /** What is promised, in a few words. */
  readonly title: string;
  /** What of all may be bad, in percent. */
  readonly budgetPercent: number;
  /** What of all is bad, in percent, over a period; 0 where fewer are bad than count. */
  readonly badPercent: (period: Duration, atLeastBad: number) => IMetric;
  readonly tiers: readonly Tier[];
  /** Of the names of the alarms, in pascal case: `P99ProcessingLate`. */
  readonly name: string;
  readonly runbook: string;
  readonly unless?: CompositeAlarmProps['unless'];
}

/** Alarms on how fast a budget is spent: one that pages and one that opens a ticket, each over the windows of its tiers. @returns the one that pages. */
export function addBurnAlarms(alarms: Alarms, props: BurnAlarmsProps): AlarmBase | undefined {
  const ofSeverity = (severity: AlarmProps['severity']) => props.tiers.filter((tier) => tier.severity === severity);
  addAlarm(alarms, 'slow', 'ticket', ofSeverity('ticket'), props);
  return addAlarm(alarms, 'fast', 'page', ofSeverity('page'), props);
}

function addAlarm(
  alarms: Alarms,
  speed: 'fast' | 'slow',
  severity: AlarmProps['severity'],
  tiers: readonly Tier[],
  { title, budgetPercent, badPercent, name, runbook, unless }: BurnAlarmsProps,
): AlarmBase | undefined {
  if (tiers.length === 0) return undefined;
  const says = `${title}, and the budget for it is spent too fast: ${tiers.map((tier) => tier.says).join('; or ')}.`;
  const windows = tiers.flatMap((tier) => tier.windows.map((window) => ({ tier, window })));
  const partOf = ({ tier, window: { periodMinutes, outOf, atLeast } }: (typeof windows)[number]) => ({
    metric: badPercent(Duration.minutes(periodMinutes), tier.atLeastBad),
    fires: { above: Math.round(tier.burn * budgetPercent * 1e6) / 1e6 },
    forPeriods: { atLeast, outOf },
    // Filled in with nothing bad: that nothing comes is for other alarms to say.
    silence: 'is good' as const,
    runbook,
  });
  const [only, ...others] = windows;
  if (only && others.length === 0) return alarms.add(`${speed}${name}`, { ...partOf(only), says, severity });

  const rules = tiers.map((tier) =>
    AlarmRule.allOf(
      ...windows
        .filter((one) => one.tier === tier)
        .map((one) => {
          const part = alarms.addPart(`${tier.name}${String(one.window.periodMinutes)}m${name}`, {
            ...partOf(one),
            says: `Part of ${speed}${name}: over ${String(tier.burn)} times the budget, by ${String(one.window.periodMinutes)} minutes.`,
          });
          return AlarmRule.fromAlarm(part, AlarmState.ALARM);
        }),
    ),
  );
  return alarms.addComposite(`${speed}${name}`, { rule: AlarmRule.anyOf(...rules), says, severity, runbook, unless });
}
