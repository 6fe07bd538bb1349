#!/usr/bin/env node
/** The CDK app, and the only reader of the environment and of the CLI's context. */
import { readFileSync } from 'node:fs';
import { CONTEXT_ENV, CONTEXT_OVERFLOW_LOCATION_ENV } from 'aws-cdk-lib/cx-api';
import { buildApp, synthesize } from '../lib/app';
import { ledger } from '../lib/checks/ledger';
import { addChecks, constraintRules } from '../lib/checks/registry';
import { platform } from '../lib/config/platform';
import { ConfigurationError, problem } from '../lib/config/problem';
import { parsePlatform, withAccounts, withRecoveryStates } from '../lib/config/validate';
import { pricedRegions } from '../lib/cost/price-sheet';

/**
 * What a user may say on the command line, in cdk.json or in ~/.cdk.json: `-c environment=dev -c account.dev=123456789012`,
 * and, when a Region is lost or its loss is rehearsed, `-c recovery.prod-eu=serving`.
 */
interface Arguments {
  readonly environment?: string;
  readonly accounts: Readonly<Record<string, string>>;
  readonly recoveryStates: Readonly<Record<string, string>>;
}

function readArguments(env: NodeJS.ProcessEnv): Arguments {
  // As the CLI hands it over; a large context comes as a file.
  const overflow = env[CONTEXT_OVERFLOW_LOCATION_ENV];
  const context = {
    ...(JSON.parse(env[CONTEXT_ENV] ?? '{}') as Record<string, unknown>),
    ...(overflow ? (JSON.parse(readFileSync(overflow, 'utf8')) as Record<string, unknown>) : {}),
  };
  // The CDK's own keys have a colon in them; any other is ours, or a slip of the pen.
  const ours = Object.entries(context).filter(([key]) => !key.includes(':'));
  const problems = [
    ...ours
      .filter(([key]) => key !== 'environment' && !key.startsWith('account.') && !key.startsWith('recovery.'))
      .map(([key, value]) => problem(`context ${key}`, value, 'environment, account.CELL, recovery.CELL')),
    ...ours.filter(([, value]) => typeof value !== 'string').map(([key, value]) => problem(`context ${key}`, value, 'a string')),
    ...(env['CDK_VALIDATION'] === 'false'
      ? [problem('CDK_VALIDATION', 'false', 'nothing: no template leaves here unchecked. Remove --no-validation or the variable')]
      : []),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const strings = ours as [string, string][];
  const byCell = (prefix: string) =>
    Object.fromEntries(strings.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]));
  return {
    environment: strings.find(([key]) => key === 'environment')?.[1],
    accounts: byCell('account.'),
    recoveryStates: byCell('recovery.'),
  };
}

try {
  const { environment, accounts, recoveryStates } = readArguments(process.env);
  // Before the arguments go in as well: SWC checks no types, so the literals may have any shape.
  const options = { pricedRegions: pricedRegions() };
  const committed = parsePlatform(platform, options);
  const checked = parsePlatform(withRecoveryStates(withAccounts(committed, accounts), recoveryStates), options);
  const app = buildApp({
    platform: checked,
    environment,
    checks: (judged, scope) => addChecks(judged, { rules: constraintRules, ledger }, scope),
  });
  synthesize(app);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
