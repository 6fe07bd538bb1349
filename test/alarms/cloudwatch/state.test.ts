import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateOf, type Datapoint, type State, type Treatment } from './state';

const treatments: readonly Treatment[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const points = (text: string): readonly Datapoint[] =>
  text.split(' ').map((sign) => (sign === 'X' ? 'beyond' : sign === '0' ? 'within' : 'missing'));
const states = (text: string, atLeast: number, before: State) =>
  treatments.map((treatment) => stateOf(points(text), { atLeast, outOf: 3, treatment }, before));
const INSUFFICIENT = 'INSUFFICIENT_DATA';

/** CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", its two tables, read 2026-11. `before`: the current state is retained. */
describe('an alarm takes the state that the guide says', () => {
  it.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', [INSUFFICIENT, 'before', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'before', 'ALARM', 'OK']],
  ] as const)('of %s, for three of three', (text, expected) => {
    for (const before of ['OK', 'ALARM'] as const)
      expect(states(text, 3, before)).toEqual(expected.map((state) => (state === 'before' ? before : state)));
  });

  it.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'before', 'ALARM', 'OK']],
  ] as const)('of %s, for two of three', (text, expected) => {
    for (const before of ['OK', 'ALARM'] as const)
      expect(states(text, 2, before)).toEqual(expected.map((state) => (state === 'before' ? before : state)));
  });

  it('of intermittent data not too early', () => {
    for (const text of ['- - - - X', '- - - X -'])
      expect(stateOf(points(text), { atLeast: 3, outOf: 3, treatment: 'missing' }, 'OK')).toBe('OK');
  });
});

describe('whatever the data are', () => {
  const point = fc.constantFrom<Datapoint>('within', 'beyond', 'missing');
  const evaluation = fc
    .record({ outOf: fc.integer({ min: 1, max: 6 }), atLeast: fc.integer({ min: 1, max: 6 }), treatment: fc.constantFrom(...treatments) })
    .filter(({ atLeast, outOf }) => atLeast <= outOf);
  const some = evaluation.chain((one) =>
    fc.tuple(fc.constant(one), fc.array(point, { minLength: one.outOf + 2, maxLength: one.outOf + 2 })),
  );

  it('no data beyond the threshold means no alarm, unless silence is bad or is ignored', () => {
    fc.assert(
      fc.property(some, ([one, data]) => {
        fc.pre(one.treatment !== 'breaching' && !data.includes('beyond'));
        expect(stateOf(data, one, 'OK')).not.toBe('ALARM');
      }),
    );
  });

  it('one more point beyond it never ends an alarm', () => {
    fc.assert(
      fc.property(some, fc.nat(), ([one, data], index) => {
        fc.pre(one.treatment === 'breaching' || one.treatment === 'notBreaching');
        const worse = data.map((value, place) => (place === index % data.length && value === 'within' ? 'beyond' : value));
        if (stateOf(data, one, 'OK') === 'ALARM') expect(stateOf(worse, one, 'OK')).toBe('ALARM');
      }),
    );
  });
});
