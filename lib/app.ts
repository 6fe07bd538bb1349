import { App, type AppProps } from 'aws-cdk-lib';
import { CellStage } from './cell-stage';
import type { Platform } from './config/schema';
import { ConfigurationError, problem } from './config/problem';
import { OrganizationStage } from './organization-stage';
import { summarize } from './review/summary';
import { withdraw } from './review/withdraw';

export interface BuildProps {
  /** A valid configuration: see parsePlatform. */
  readonly platform: Platform;
  /** Name of the one environment to build, or `organization`. @default - all of them */
  readonly environment?: string;
  /**
   * Puts on the app what judges its templates, and is told whether all environments are in it. `none` is for tests and
   * measurements, which judge the templates otherwise or not at all, and so need not load cdk-nag.
   */
  readonly checks: ((app: App, scope: { readonly complete: boolean }) => void) | 'none';
  /** Feature flags and the like: those of cdk.json reach an app that the CDK CLI starts, and no other. */
  readonly context?: AppProps['context'];
  /** @default - where the CDK CLI wants it, else a temporary folder */
  readonly outdir?: string;
}

/**
 * The app of one environment or of all of them. Templates are written by `synth()`; the CDK makes its folders and stages
 * assets as constructs are made.
 * @throws ConfigurationError when there is no such environment, before anything is written.
 */
export function buildApp({ platform, environment, checks, context, outdir }: BuildProps): App {
  const names = [...platform.environments.map(({ name }) => name as string), 'organization'];
  if (environment !== undefined && !names.includes(environment)) {
    throw new ConfigurationError([problem('environment', environment, names.join(', '))]);
  }
  const isBuilt = (name: string) => environment === undefined || environment === name;

  const app = new App({
    autoSynth: false,
    context,
    outdir,
    builtinCloudFormationValidation: checks !== 'none',
    // Last word on what decides whether a finding stops a deployment: no file and no flag of the CLI switches it off.
    postCliContext: {
      '@aws-cdk/core:failSynthOnValidationErrors': true,
      '@aws-cdk/core:validateAgainstDefaultRules': true,
      '@aws-cdk/core:appMode': 'process',
      // Traces hold paths of the machine that synthesized: output would differ between two of them.
      'aws:cdk:disable-stack-trace': true,
      'aws:cdk:disable-creation-stack-traces': true,
    },
  });

  for (const { name, cells } of platform.environments.filter(({ name }) => isBuilt(name))) {
    for (const cell of cells) new CellStage(app, { platform, environment: name, cell });
  }
  if (isBuilt('organization')) new OrganizationStage(app, platform);

  if (checks !== 'none') checks(app, { complete: environment === undefined });
  dropTraces(app);
  return app;
}

/** Writes the app's output, tells on stderr what is in it, and makes it useless if a check has failed. */
export function synthesize(app: App): void {
  const { directory } = app.synth();
  console.error(summarize(directory));
  // Set by the CDK when a check has failed.
  if (process.exitCode) withdraw(directory);
}

/** Of acknowledgements, ours and the CDK's own: no flag switches these traces off. */
function dropTraces(app: App): void {
  for (const { node } of app.node.findAll()) {
    for (const entry of node.metadata as { trace?: unknown }[]) delete entry.trace;
  }
}
