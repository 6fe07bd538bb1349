/** Whole runs of the CDK CLI, one after the other, in a workspace that leaves nothing behind. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { readAssembly } from '../lib/checks/assembly';

const root = dirname(__dirname);

export interface Subject {
  readonly name: string;
  /** The app's file below the project's folder, and its arguments. */
  readonly app: string;
  /** Whether every template must have been validated, or none: a run that did otherwise would measure something else. */
  readonly checked: boolean;
}

export interface Run {
  readonly milliseconds: number;
  readonly resources: number;
  readonly usage: Usage;
}

/** Of the app's own process with all its threads, without the CLI's. */
interface Usage {
  readonly peakBytes: number;
  readonly processorMilliseconds: number;
}

export class FailedRun extends Error {}

/** Temporary files of everything below, and the processes that are at work on them. */
export class Workspace {
  private readonly folder = mkdtempSync(join(tmpdir(), 'dataflow-bench-'));
  private stopRunning?: () => void;

  constructor() {
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 }));
    // The numbers are those of POSIX: a shell says 130 of a program that Ctrl-C ended.
    for (const [signal, number] of [
      ['SIGHUP', 1],
      ['SIGINT', 2],
      ['SIGTERM', 15],
    ] as const) {
      process.once(signal, () => {
        this.stopRunning?.();
        process.exit(128 + number);
      });
    }
    for (const name of ['home', 'tmp']) mkdirSync(join(this.folder, name));
  }

  /** `npx cdk synth -q`, as a user types it. */
  async synth({ name, app, checked }: Subject): Promise<Run> {
    const outdir = join(this.folder, 'cdk.out');
    const usageFile = join(this.folder, 'usage.json');
    const command = `node -r ts-node/register -r ./bench/resource-usage.ts ${app}`;
    const cli = ['cdk', 'synth', '-q', '--no-notices', '--app', command, '--output', outdir];
    const started = process.hrtime.bigint();
    const { code, output } = await this.execute(cli, usageFile);
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
    if (code !== 0) throw new FailedRun(`${name}: cdk synth ended with ${code}\n${output.trimEnd().split('\n').slice(-20).join('\n')}`);

    // The CDK writes it whenever a plugin had something to say, acknowledged or not.
    const isValidated = existsSync(join(outdir, 'validation-report.json'));
    if (isValidated !== checked) throw new FailedRun(`${name}: the templates were ${checked ? 'not validated' : 'validated'}`);
    const resources = readAssembly(outdir).reduce((sum, stack) => sum + stack.resources.length, 0);
    const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as Usage;
    // Each run writes to an empty folder, as a first one does.
    for (const path of [outdir, usageFile]) rmSync(path, { recursive: true, force: true });
    return { milliseconds, resources, usage };
  }

  private execute(parameters: readonly string[], usageFile: string): Promise<{ readonly code: number | null; readonly output: string }> {
    return new Promise((resolve, reject) => {
      // A process group of its own: Ctrl-C reaches this process alone, which then ends the CLI together with its app.
      const child = spawn('npx', parameters, {
        shell: process.platform === 'win32',
        cwd: root,
        env: this.environment(usageFile),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      this.stopRunning = () => {
        try {
          if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
          else process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has just ended by itself.
        }
      };
      child.once('error', reject);
      child.once('close', (code) => {
        this.stopRunning = undefined;
        resolve({ code, output });
      });
    });
  }

  /** No credentials, no network, no settings of the user's: nothing but the code decides how long it takes. */
  private environment(usageFile: string): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([key]) => !/^(AWS_|CDK_|TS_NODE_|NODE_OPTIONS$|npm_)/.test(key));
    const home = join(this.folder, 'home');
    const temporary = join(this.folder, 'tmp');
    return {
      ...Object.fromEntries(inherited),
      // The app is started as `node`, and that must be this one.
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: home,
      USERPROFILE: home,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      BENCH_USAGE_FILE: usageFile,
    };
  }
}
