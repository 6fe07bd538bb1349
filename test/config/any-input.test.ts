import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { ConfigurationError, parsePlatform, validatePlatform, withAccounts } from '../../lib/config/validate';
import { anything, mutated, options } from '../support/platforms';

/** What is true of any input whatever: problems as text or none, and parsing that agrees. */
function expectJudgment(input: unknown): void {
  const problems = validatePlatform(input, options);
  for (const { property, received, allowed } of problems) {
    expect(property).not.toBe('');
    expect(received).not.toBe('');
    expect(allowed).not.toMatch(/^$|^Invalid/);
  }
  if (problems.length === 0) {
    expect(parsePlatform(input, options)).toBe(input);
    return;
  }
  try {
    parsePlatform(input, options);
    expect.unreachable('a configuration with problems was taken');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems).toEqual(problems);
    for (const { property, received, allowed } of problems) {
      expect(error.message).toContain(`\n  ${property}: received ${received}; allowed: ${allowed}`);
    }
  }
}

describe('validation of any input', () => {
  it('names problems, or takes it, and throws nothing but a ConfigurationError', () => {
    fc.assert(fc.property(anything, expectJudgment), { numRuns: 300 });
  });

  it('names problems of platforms in which anything stands anywhere', () => {
    fc.assert(fc.property(mutated, expectJudgment), { numRuns: 500 });
  });

  it('rejects what was read from a file as it rejects a literal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        expect(() => parsePlatform(input, options)).toThrow(ConfigurationError);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['itself', (cycle: Record<string, unknown>) => cycle],
    ['a list of itself', (cycle: Record<string, unknown>) => [cycle]],
  ])('rejects a configuration whose environments are %s', (_, make) => {
    const cycle: Record<string, unknown> = { ...platform };
    cycle['environments'] = make(cycle);
    expectJudgment(cycle);
    expect(() => parsePlatform(cycle, options)).toThrow(ConfigurationError);
  });

  it('rejects a list of environments with a hole', () => {
    const environments = Object.assign(new Array<unknown>(4), {
      1: platform.environments[0],
      3: { ...platform.environments[0], name: 'qa' },
    });
    expectJudgment({ ...platform, environments });
    expect(validatePlatform({ ...platform, environments }, options).map(({ property }) => property)).toContain('environments.0');
  });

  it('takes any list of priced Regions', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (pricedRegions) => {
        const problems = validatePlatform(platform, { pricedRegions });
        expect(problems.every(({ property }) => property.endsWith('.region'))).toBe(true);
      }),
    );
  });

  it('leaves what it judges as it was', () => {
    const before = structuredClone(platform);
    parsePlatform(withAccounts(platform, { dev: '123456789012' }), options);
    expect(platform).toEqual(before);
  });
});

describe('the report of a ConfigurationError', () => {
  it('says property, value and allowed range of each problem, on a line of its own', () => {
    const [dev] = platform.environments;
    const input = { ...platform, owner: 'Team 1', environments: [{ ...dev, name: 'qa' }] };
    expect(() => parsePlatform(input, options)).toThrow(
      [
        '2 problems in the configuration',
        "  owner: received 'Team 1'; allowed: a team, in lower case",
        "  environments.qa.name: received 'qa'; allowed: 'dev', 'staging' or 'prod'",
      ].join('\n'),
    );
  });

  it('counts a single problem in the singular', () => {
    expect(() => parsePlatform({ ...platform, costCentre: '4100' }, options)).toThrow(/^1 problem in the configuration\n {2}costCentre: /);
  });

  it('cuts long values short', () => {
    const [problem] = validatePlatform({ ...platform, owner: 'a'.repeat(10_000) }, options);
    expect(problem?.received.length).toBeLessThan(200);
  });
});
