#!/usr/bin/env node
/** How long `npx cdk synth -q` takes, compared with an empty app of the same toolchain, and how that grows with the cells. */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { renderReport, report, type BenchSubject } from './report';
import { FailedRun, Workspace, type Run } from './synth-runs';

const MOST_REPEATS = 100;

const usage = `Usage: npm run -s bench -- [--repeats N] [--json] [--limits]
  --repeats N  measured runs of each app, 1 to ${MOST_REPEATS}, after one that does not count; 5 unless said otherwise
  --json       the measurements as JSON instead of tables
  --limits     exit with 1 if the platform is not within its limits`;

class UsageError extends Error {}

const subjects: readonly BenchSubject[] = [
  { name: 'empty app', role: 'empty', app: 'bench/apps/empty.ts', checked: false },
  { name: 'platform, unchecked', role: 'platform', app: 'bench/apps/unchecked.ts', checked: false },
  { name: 'platform, checked', role: 'platform', app: 'bin/dataflow.ts', checked: true },
  ...[1, 2, 5, 10].flatMap((cells) =>
    [false, true].map((checked): BenchSubject => {
      const mode = checked ? 'checked' : 'unchecked';
      const name = `${cells} ${cells === 1 ? 'cell' : 'cells'}, ${mode}`;
      return { name, role: 'cells', cells, app: `bench/apps/cells.ts ${cells} ${mode}`, checked };
    }),
  ),
];

function readArguments(): { readonly repeats: number; readonly json: boolean; readonly limits: boolean } | 'help' {
  const options = {
    repeats: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    limits: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help) return 'help';
    if (!/^\d{1,3}$/.test(values.repeats) || Number(values.repeats) < 1 || Number(values.repeats) > MOST_REPEATS) {
      throw new RangeError(`--repeats: received ${JSON.stringify(values.repeats)}; allowed: an integer from 1 to ${MOST_REPEATS}`);
    }
    return { ...values, repeats: Number(values.repeats) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<number> {
  const wanted = readArguments();
  if (wanted === 'help') {
    console.log(usage);
    return 0;
  }
  const workspace = new Workspace();
  const measurements = subjects.map((subject) => ({ subject, runs: [] as Run[] }));
  // A run of each app in turn, so that whatever else the machine does slows all of them alike.
  for (let round = 0; round <= wanted.repeats; round += 1) {
    console.error(round === 0 ? 'warm-up' : `round ${round} of ${wanted.repeats}`);
    for (const { subject, runs } of measurements) {
      const measured = await workspace.synth(subject);
      if (round > 0) runs.push(measured);
    }
  }
  const result = report(measurements, {
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    parallelism: availableParallelism(),
  });
  console.log(wanted.json ? JSON.stringify(result, undefined, 2) : renderReport(result));
  return wanted.limits && result.limits.some(({ kept }) => !kept) ? 1 : 0;
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n${usage}`);
      process.exitCode = 2;
    } else {
      console.error(error instanceof FailedRun ? error.message : error);
      process.exitCode = 1;
    }
  },
);
