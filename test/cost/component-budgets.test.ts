import { beforeAll, describe, expect, it } from 'vitest';
import { componentPercents } from '../../lib/cost/component-budgets';
import { patience, runNode } from '../support/run-cdk';

interface Estimate {
  readonly cells: Readonly<
    Record<string, { readonly budgetUsd: number; readonly components: Readonly<Record<string, { readonly expected: number }>> }>
  >;
}

describe("the components' budgets", patience, () => {
  let cells: Estimate['cells'];
  beforeAll(async () => {
    const { stdout } = await runNode(['-r', 'ts-node/register', 'bin/cost.ts', '--json']);
    ({ cells } = JSON.parse(stdout) as Estimate);
  });

  it('have room for what the estimate expects: nobody is told of what was planned [BUD-1]', () => {
    const tight = Object.entries(cells).flatMap(([cell, { budgetUsd, components }]) =>
      Object.entries(components)
        .filter(([component, { expected }]) => !(expected <= (0.9 * budgetUsd * (componentPercents[component] ?? 0)) / 100))
        .map(([component, { expected }]) => `${cell}, ${component}: ${expected} of ${budgetUsd} USD`),
    );
    expect(Object.keys(cells)).toHaveLength(4);
    expect(tight).toEqual([]);
  });
});
