/** The real CDK CLI and the real programs of bin/, as a user without AWS credentials starts them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { temporaryFolder } from './fixtures';

export const root = join(__dirname, '../..');

/** For the tests of the CLI, which run side by side and slow each other down: many times what one of them needs. */
export const patience = { timeout: 240_000 };

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams: the CLI takes another one where the variable CI is set. */
  readonly output: string;
}

/** A home without ~/.cdk.json and ~/.aws, for all runs. */
const home = temporaryFolder();

/** What the machine that runs the tests has set for the CDK, AWS or CI is none of theirs. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|CI$|GITHUB_|NODE_OPTIONS)/.test(name)),
);

/** Runs node from the root of the repository. */
export async function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const options = {
    cwd: root,
    env: {
      ...cleanEnvironment,
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      ...env,
    },
    maxBuffer: 64 * 2 ** 20,
    timeout: patience.timeout,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr, output: stdout + stderr });
      else reject(error ?? new Error('The process has no exit code'));
    });
  });
}

/** Runs `npx cdk`, which writes into a folder of its own unless it is told otherwise. */
export async function runCdk(
  args: readonly string[],
  options: { readonly outdir?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const cli = join(root, 'node_modules/aws-cdk/bin/cdk');
  return runNode([cli, ...args, '--no-notices', '--output', options.outdir ?? temporaryFolder()], options.env);
}

/** How the CLI starts a TypeScript app of the tests. */
export const appOf = (file: string): string => `node -r ts-node/register ${file}`;
