/** Which metric shows what of a series. It knows both; the series know no metric, and the alarms no series. */
import { instruments, NAMESPACE } from '../../lib/telemetry/instruments';
import type { Query } from './cloudwatch/read';
import type { Lookup, Published } from './cloudwatch/replay';
import type { Frame, Series, Signal } from './series';

/**
 * Minutes after the end of a minute until its value can be seen. AWS says "one-minute data" and no more of most services (unverified): an assumption,
 * and the simulation is repeated with more of ours, which have a collector in their way.
 */
export interface Delays {
  readonly aws: number;
  readonly ours: number;
}
export const usualDelays: Delays = { aws: 1, ours: 1 };

type Make = (frame: Frame) => Lookup;

/** Sums of whatever was published; none where nothing was. `sparse` metrics are not published as zero. */
function sum(names: readonly Signal[], sparse: boolean): Make {
  return (frame) => {
    const length = frame.requests.length;
    const totals = new Float64Array(length + 1);
    const there = new Int32Array(length + 1);
    for (let minute = 0; minute < length; minute += 1) {
      let value = 0;
      let found = false;
      for (const name of names) {
        const one = frame[name][minute] ?? NaN;
        if (Number.isNaN(one)) continue;
        value += one;
        found = true;
      }
      totals[minute + 1] = (totals[minute] ?? 0) + value;
      there[minute + 1] = (there[minute] ?? 0) + (found && !(sparse && value === 0) ? 1 : 0);
    }
    return (from, to) => {
      const [begin, end] = [Math.max(0, from), Math.min(length, to + 1)];
      if (end <= begin || there[end] === there[begin]) return NaN;
      return (totals[end] ?? 0) - (totals[begin] ?? 0);
    };
  };
}

/** Percent of a distribution that is not over a value. */
function share(over: Signal, of: Signal): Make {
  const [bad, all] = [sum([over], false), sum([of], false)];
  return (frame) => {
    const [badOf, allOf] = [bad(frame), all(frame)];
    return (from, to) => {
      const total = allOf(from, to);
      return total > 0 ? 100 * (1 - badOf(from, to) / total) : NaN;
    };
  };
}

function extreme(name: Signal, pick: (a: number, b: number) => number): Make {
  return (frame) => (from, to) => {
    let found = NaN;
    for (let minute = Math.max(0, from); minute <= to; minute += 1) {
      const value = frame[name][minute] ?? NaN;
      if (!Number.isNaN(value)) found = Number.isNaN(found) ? value : pick(found, value);
    }
    return found;
  };
}
const largest = (name: Signal) => extreme(name, Math.max);

function average(name: Signal): Make {
  const total = sum([name], false);
  return (frame) => {
    const totalOf = total(frame);
    const values = frame[name];
    return (from, to) => {
      let count = 0;
      for (let minute = Math.max(0, from); minute <= to; minute += 1) if (!Number.isNaN(values[minute] ?? NaN)) count += 1;
      return count === 0 ? NaN : totalOf(from, to) / count;
    };
  };
}

const counts = (name: Signal): Make => sum([name], true);
const { accepted, processed, failed, processingDuration, queued, delivered, lost, deliveryDelay, retriesEnded, retriesFailed } =
  instruments;

/** `NAMESPACE NAME STATISTIC`, with what tells one resource from another behind it. */
const sources: Readonly<Record<string, Make>> = {
  'AWS/ApplicationELB RequestCount Sum': counts('requests'),
  'AWS/ApplicationELB RequestCount Sum profiles': counts('reads'),
  'AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum': counts('balancer5xx'),
  'AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum': sum(['ingest5xx', 'profiles5xx'], true),
  'AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum profiles': counts('profiles5xx'),
  'AWS/ApplicationELB HTTPCode_ELB_4XX_Count Sum': counts('refused'),
  'AWS/ApplicationELB TargetResponseTime SampleCount profiles': counts('reads'),
  'AWS/ApplicationELB TargetResponseTime PR(0:0.2) profiles': share('readsOver200', 'reads'),
  'AWS/ApplicationELB TargetResponseTime PR(0:0.5) profiles': share('readsOver500', 'reads'),
  'AWS/ApplicationELB HealthyHostCount Maximum ingest': largest('ingestPods'),
  'AWS/ApplicationELB HealthyHostCount Maximum profiles': largest('profilesPods'),
  'AWS/WAFV2 AllowedRequests Sum': counts('screened'),
  // In no series does WAF block, or the load balancer itself fail, and nothing is published as zero.
  'AWS/WAFV2 BlockedRequests Sum': () => () => NaN,
  'AWS/ApplicationELB HTTPCode_ELB_500_Count Sum': () => () => NaN,
  'AWS/Kinesis IncomingRecords Sum': counts('accepted'),
  'AWS/Kinesis WriteProvisionedThroughputExceeded Sum events': counts('throttled'),
  'AWS/Kinesis SubscribeToShardEvent.MillisBehindLatest Maximum': largest('behindMs'),
  'AWS/Lambda IteratorAge Maximum copy': largest('secondCopyMs'),
  'AWS/DynamoDB WriteThrottleEvents Sum profiles': counts('tableThrottles'),
  'AWS/DynamoDB ReplicationLatency Maximum profiles': largest('tableLagMs'),
  'AWS/DynamoDB SuccessfulRequestLatency SampleCount profiles': counts('tableWrites'),
  'AWS/SQS ApproximateNumberOfMessagesVisible Maximum dead': largest('deadLetters'),
  'AWS/RDS AuroraGlobalDBRPOLag Maximum': largest('databaseLagMs'),
  'AWS/RDS ACUUtilization Average': average('acuPercent'),
  'AWS/RDS DatabaseConnections Maximum': largest('connections'),
  'AWS/Firehose DeliveryToS3.DataFreshness Maximum raw': largest('rawLateSeconds'),
  [`${NAMESPACE} ${accepted.name} Sum`]: counts('accepted'),
  [`${NAMESPACE} ${processed.name} Sum`]: counts('processed'),
  [`${NAMESPACE} ${failed.name} Sum`]: counts('failed'),
  [`${NAMESPACE} ${processingDuration.name} SampleCount`]: counts('processed'),
  [`${NAMESPACE} ${processingDuration.name} PR(0:100)`]: share('over100', 'processed'),
  [`${NAMESPACE} ${processingDuration.name} PR(0:300)`]: share('over300', 'processed'),
  [`${NAMESPACE} ${processingDuration.name} PR(0:500)`]: share('over500', 'processed'),
  [`${NAMESPACE} ${queued.name} Sum`]: counts('queued'),
  [`${NAMESPACE} ${delivered.name} Sum`]: counts('delivered'),
  [`${NAMESPACE} ${lost.name} Sum`]: counts('lost'),
  [`${NAMESPACE} ${deliveryDelay.name} SampleCount`]: counts('delivered'),
  [`${NAMESPACE} ${deliveryDelay.name} PR(0:2000)`]: share('deliveredLate', 'delivered'),
  [`${NAMESPACE} ${retriesEnded.name} Sum`]: counts('retried'),
  [`${NAMESPACE} ${retriesFailed.name} Sum`]: (frame) => {
    const [all, well] = [counts('retried')(frame), counts('retriedWell')(frame)];
    return (from, to) => {
      const ended = all(from, to);
      const good = well(from, to);
      return Number.isNaN(ended) ? NaN : ended - (Number.isNaN(good) ? 0 : good);
    };
  },
};

/** Which of several alike: by the words that its dimensions have. */
function resourceOf({ dimensions }: Query): string {
  const text = JSON.stringify(dimensions).toLowerCase();
  if ('QueueName' in dimensions) return text.includes('webhook') && text.includes('dead') ? ' dead' : ' other';
  for (const name of ['targetgroup', 'tablename', 'functionname', 'deliverystreamname'] as const) {
    if (!Object.keys(dimensions).some((key) => key.toLowerCase() === name)) continue;
    const found = ['profiles', 'ingest', 'copy', 'raw', 'tenants', 'deduplication', 'replay'].find((word) => text.includes(word));
    return ` ${found ?? 'other'}`;
  }
  return '';
}

export function publish({ frame, minutes }: Series, delays: Delays = usualDelays): Published {
  const made = new Map<string, Lookup>();
  return {
    minutes,
    find: (query) => {
      const { namespace, name, statistic, dimensions } = query;
      const stream =
        name === 'WriteProvisionedThroughputExceeded' ? (JSON.stringify(dimensions).includes('Events') ? ' events' : ' other') : '';
      const key = `${namespace} ${name} ${statistic}${resourceOf(query)}${stream}`;
      const source = sources[key];
      if (!source) return undefined;
      const lookup = made.get(key) ?? source(frame);
      made.set(key, lookup);
      return { lookup, delayMinutes: namespace === NAMESPACE ? delays.ours : delays.aws };
    },
  };
}
