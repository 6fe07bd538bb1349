/**
 * What state an alarm takes from its datapoints. Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", "Alarm evaluation", read 2026-11;
 * its two tables are tests.
 */
export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type Treatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** Within the threshold, beyond it, or not there. */
export type Datapoint = 'within' | 'beyond' | 'missing';

export interface Evaluation {
  /** `DatapointsToAlarm` */
  readonly atLeast: number;
  /** `EvaluationPeriods` */
  readonly outOf: number;
  readonly treatment: Treatment;
}

/** CloudWatch asks for more datapoints than it needs, in case some are missing. The guide shows 5 for 3, and says no more: two more are taken everywhere. */
export const rangeOf = ({ outOf }: Pick<Evaluation, 'outOf'>): number => outOf + 2;

/** @param points those of the evaluation range, the newest last. */
export function stateOf(points: readonly Datapoint[], { atLeast, outOf, treatment }: Evaluation, before: State): State {
  const real = points.filter((point) => point !== 'missing');
  const count = (some: readonly Datapoint[]) => some.filter((point) => point === 'beyond').length;
  if (real.length >= outOf) return count(real.slice(-outOf)) >= atLeast ? 'ALARM' : 'OK';

  const beyond = count(real);
  const filled = outOf - real.length;
  switch (treatment) {
    case 'breaching':
      return beyond + filled >= atLeast ? 'ALARM' : 'OK';
    case 'notBreaching':
      return beyond >= atLeast ? 'ALARM' : 'OK';
    default: {
      if (real.length === 0) return treatment === 'missing' ? 'INSUFFICIENT_DATA' : before;
      if (beyond >= atLeast) return 'ALARM';
      if (beyond < real.length) return 'OK';
      // All that is there is beyond: a premature alarm is avoided until the oldest is as old as the alarm asks for.
      const age = points.length - points.findIndex((point) => point === 'beyond');
      return age >= atLeast && treatment === 'missing' ? 'ALARM' : before;
    }
  }
}
