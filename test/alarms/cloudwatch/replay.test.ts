import { describe, expect, it } from 'vitest';
import { compile } from './expression';
import { alarmsOf } from './read';
import { replay, type Published } from './replay';
import { compileRule } from './rule';

const run = (expression: string, values: Readonly<Record<string, number>> = {}): number => {
  const { ids, run: of } = compile(expression);
  return of(Float64Array.from(ids.map((id) => values[id] ?? NaN)));
};

describe('metric math', () => {
  it.each([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['(1 + 2) * 3', 9],
    ['IF(2 > 1 AND 1 < 2, 10, 20)', 10],
    ['IF(2 < 1 OR 0 > 1, 10, 20)', 20],
    ['FILL(a, 7)', 7],
    ['-FILL(a, 2) + 1', -1],
  ])('%s is %d', (expression, expected) => {
    expect(run(expression)).toBe(expected);
  });

  it('is missing where a metric is, and where it would divide by nothing', () => {
    for (const expression of ['a + 1', 'IF(a > 0, 1, 0)', '1 / FILL(a, 0)']) expect(run(expression)).toBeNaN();
    expect(run('a / b', { a: 6, b: 3 })).toBe(2);
  });

  it.each(['SEARCH(1)', 'a b', 'IF(1, 2)', '1 +', 'RATE(a)', 'a ^ 2', ''])('rejects %s, which it does not know', (expression) => {
    expect(() => compile(expression)).toThrow(RangeError);
  });
});

describe('a rule', () => {
  it('is true or not by the states of its alarms', () => {
    const { rule, names } = compileRule('(ALARM("a") AND NOT ALARM("b")) OR OK("c")');
    expect(names).toEqual(['a', 'b', 'c']);
    const of = (states: string) => rule((name) => (states.includes(name) ? 'ALARM' : 'OK'));
    expect([of('ac'), of('abc'), of('c'), of('')]).toEqual([true, false, false, true]);
  });

  it.each(['ALARM(', 'ALARM("a") XOR ALARM("b")', 'ALARM("a"', ''])('rejects %s', (text) => {
    expect(() => compileRule(text)).toThrow(RangeError);
  });
});

/** Two metrics, `cause` and `effect`: 1 in the minutes named, else 0. */
const published = (minutes: Readonly<Record<string, readonly number[]>>, delayMinutes = 0): Published => ({
  minutes: 60,
  find: ({ name }) => {
    const own = minutes[name];
    return own && { delayMinutes, lookup: (from, to) => (to < from ? NaN : own.filter((minute) => minute >= from && minute <= to).length) };
  },
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

const metric = (name: string, rest: Record<string, unknown> = {}, page = false) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'Test',
    MetricName: name,
    Statistic: 'Sum',
    Period: 60,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    ...(page ? { AlarmActions: ['AlertsPage'] } : {}),
    ...rest,
  },
});
const composite = (suppressed: boolean) => ({
  Type: 'AWS::CloudWatch::CompositeAlarm',
  Properties: {
    AlarmRule: { 'Fn::Join': ['', ['ALARM("', { 'Fn::GetAtt': ['effect', 'Arn'] }, '")']] },
    AlarmActions: ['AlertsPage'],
    ...(suppressed
      ? { ActionsSuppressor: { 'Fn::GetAtt': ['cause', 'Arn'] }, ActionsSuppressorWaitPeriod: 120, ActionsSuppressorExtensionPeriod: 300 }
      : {}),
  },
});
const told = (resources: Parameters<typeof alarmsOf>[0]['resources'], data: Published) =>
  replay(alarmsOf({ stack: 'cell/Test', resources }), data).notifications.map(({ minute }) => minute);

describe('a replay', () => {
  it('tells once, when an alarm begins', () => {
    expect(told({ a: metric('cause', {}, true) }, published({ cause: [5, 6, 7, 20] }))).toEqual([5, 20]);
  });

  it('waits for as many of the last minutes as the alarm asks for', () => {
    const some = metric('cause', { EvaluationPeriods: 5, DatapointsToAlarm: 3 }, true);
    expect(told({ a: some }, published({ cause: [10, 12, 14] }))).toEqual([14]);
    expect(told({ a: some }, published({ cause: [10, 11] }))).toEqual([]);
  });

  it('lets windows slide from minute to minute', () => {
    const sum = metric('cause', { Period: 300, Threshold: 2 }, true);
    expect(told({ a: sum }, published({ cause: [10, 12, 14] }))).toEqual([14]);
  });

  it('sees what is published late late', () => {
    expect(told({ a: metric('cause', {}, true) }, published({ cause: [5, 6, 7] }, 2))).toEqual([7]);
  });

  it('never sees a row of minutes that are filled in, since the newest is not published: the guide’s note on FILL', () => {
    const filled = (outOf: number) => ({
      ...metric('cause', {}, true),
      Properties: {
        Metrics: [
          { Id: 'expr', Expression: 'FILL(m, 0)' },
          { Id: 'm', MetricStat: { Metric: { Namespace: 'Test', MetricName: 'cause' }, Period: 60, Stat: 'Sum' } },
        ],
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: outOf,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
        AlarmActions: ['AlertsPage'],
      },
    });
    expect(told({ a: filled(3) }, published({ cause: range(10, 30) }, 1))).toEqual([]);
    expect(told({ a: filled(5) }, published({ cause: range(10, 30) }, 1))).toEqual([13]);
  });

  it('looks at what is older than a day once an hour', () => {
    const days = metric('cause', { Period: 3_600, EvaluationPeriods: 25, DatapointsToAlarm: 1 }, true);
    const year: Published = {
      minutes: 3_000,
      find: () => ({ delayMinutes: 0, lookup: (from, to) => (from <= 1_600 && to >= 1_600 ? 1 : 0) }),
    };
    expect(told({ a: days }, year)).toEqual([1_620]);
  });
});

describe('a consequence', () => {
  const alarms = { cause: metric('cause'), effect: metric('effect'), told: composite(true) };

  it('is told after the wait where its cause does not come', () => {
    expect(told(alarms, published({ effect: range(10, 20), cause: [] }))).toEqual([12]);
    expect(told({ ...alarms, told: composite(false) }, published({ effect: range(10, 20), cause: [] }))).toEqual([10]);
  });

  it('is not told while its cause fires, and for a while after it', () => {
    expect(told(alarms, published({ effect: range(10, 20), cause: range(11, 18) }))).toEqual([]);
  });

  it('is told after that, if it goes on', () => {
    expect(told(alarms, published({ effect: range(10, 40), cause: range(11, 18) }))).toEqual([22]);
  });

  it('is not told where it is over before the wait is', () => {
    expect(told(alarms, published({ effect: [10, 11], cause: [] }))).toEqual([]);
  });
});
