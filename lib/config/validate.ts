/**
 * What is wrong with a configuration: pure, complete, and independent of where the configuration came from.
 * The schema judges each field, cross-field-rules.ts judges fields against each other.
 */
import type { z } from 'zod';
import { crossFieldProblems, type RuleOptions } from './cross-field-rules';
import { ConfigurationError, problem, propertyName, valueAt, type Problem } from './problem';
import { platformSchema, type Platform } from './schema';

export { ConfigurationError, type Problem } from './problem';

/** All problems of a configuration of any origin; none means that `input` is a Platform. Never throws. */
export function validatePlatform(input: unknown, options: RuleOptions): readonly Problem[] {
  const result = platformSchema.safeParse(input);
  const ofFields = result.success ? [] : result.error.issues.flatMap((issue) => issueProblems(input, issue));
  return [...ofFields, ...crossFieldProblems(input, options)];
}

/** The configuration, if it has no problem. @throws ConfigurationError with all the problems. */
export function parsePlatform(input: unknown, options: RuleOptions): Platform {
  const problems = validatePlatform(input, options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return input as Platform;
}

/**
 * The configuration with other account IDs: cells by their names, the management account as `organization`.
 * @throws ConfigurationError for a name that is no cell, so that a slip of the pen cannot deploy to an example account.
 */
export function withAccounts(platform: Platform, accounts: Readonly<Record<string, string>>): Platform {
  const names = ['organization', ...platform.environments.flatMap(({ cells }) => cells.map(({ name }) => name))];
  const given = new Map(Object.entries(accounts));
  const unknown = [...given].filter(([name]) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map(([name, id]) => problem(`account.${name}`, id, names.map((known) => `account.${known}`).join(', '))),
    );
  }
  return {
    ...platform,
    organization: { ...platform.organization, managementAccount: given.get('organization') ?? platform.organization.managementAccount },
    environments: platform.environments.map((environment) => ({
      ...environment,
      cells: environment.cells.map((cell) => ({ ...cell, account: given.get(cell.name) ?? cell.account })),
    })),
  };
}

/**
 * The configuration with other states of recovery Regions, by the names of their cells; the states themselves are judged
 * by parsePlatform afterwards.
 * @throws ConfigurationError for a name of no cell that has a recovery Region: nothing would be taken over.
 */
export function withRecoveryStates(platform: Platform, states: Readonly<Record<string, string>>): Platform {
  const given = new Map(Object.entries(states));
  const cells = platform.environments.flatMap((environment) => environment.cells);
  const names = cells.flatMap(({ name, recovery }) => (recovery.kind === 'pilot-light' ? [name] : []));
  const unknown = [...given].filter(([name]) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      unknown.map(([name, state]) => problem(`recovery.${name}`, state, names.map((known) => `recovery.${known}`).join(', '))),
    );
  }
  return {
    ...platform,
    environments: platform.environments.map((environment) => ({
      ...environment,
      cells: environment.cells.map((cell) =>
        cell.recovery.kind === 'pilot-light'
          ? { ...cell, recovery: { ...cell.recovery, state: (given.get(cell.name) ?? cell.recovery.state) as typeof cell.recovery.state } }
          : cell,
      ),
    })),
  };
}

function issueProblems(input: unknown, issue: z.core.$ZodIssue): Problem[] {
  const at = (path: readonly PropertyKey[], allowed: string) => problem(propertyName(input, path), valueAt(input, path), allowed);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => at([...issue.path, key], 'no such key here'));
  return [at(issue.path, issue.message)];
}
