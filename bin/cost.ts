#!/usr/bin/env node
/** What the platform costs in a month, before it is spent. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from '../lib/app';
import { readAssembly } from '../lib/checks/assembly';
import { platform } from '../lib/config/platform';
import { ConfigurationError } from '../lib/config/problem';
import { parsePlatform } from '../lib/config/validate';
import { applyWhatIfs, parseEvents, whatIfs } from '../lib/cost/estimate/what-if';
import { pricedRegions } from '../lib/cost/price-sheet';
import { html } from '../lib/cost/report/html';
import { asJson, reportOf, type Asked } from '../lib/cost/report/report';
import { page, terminal } from '../lib/cost/report/text';
import { cellInputs } from '../lib/estimate-inputs';

const usage = `Usage: npm run cost -- [OPTIONS]
  --environment NAME   that environment alone
  --cell NAME          that cell alone
  --events VOLUME      accepted events a day, such as 100M or 1B: of the cell or environment that is named, else of all cells with customers,
                       which share it as they do today; persons and reads of profiles grow with it
  --set KEY=VALUE      what if; as often as wanted: ${Object.keys(whatIfs).join(', ')}
  --json               JSON on standard output, and nothing else: docs/07-cost/README.md
  --html FILE          one page with charts
  --markdown           the page docs/07-cost/estimate.md
  --assembly FOLDER    read an assembly that is there already. Default: the app is synthesized, without its checks`;

function run(): number {
  const { values } = parseArgs({
    args: negativesJoined(process.argv.slice(2)),
    options: {
      environment: { type: 'string' },
      cell: { type: 'string' },
      events: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      html: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      assembly: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  // What can be told without a synth is told before it.
  const asked: Asked = {
    environment: values.environment,
    cell: values.cell,
    eventsPerDay: values.events === undefined ? undefined : parseEvents(values.events),
    set: values.set,
  };
  const checked = parsePlatform(platform, { pricedRegions: pricedRegions() });
  for (const inputs of cellInputs(checked, [])) applyWhatIfs(inputs, asked.set);
  const stacks = readAssembly(values.assembly ?? synthesized(checked));
  const report = reportOf(cellInputs(checked, stacks), asked);
  if (values.html !== undefined) writePage(values.html, html(report));
  if (values.json) process.stdout.write(`${JSON.stringify(asJson(report), undefined, 2)}\n`);
  else if (values.markdown) process.stdout.write(page(report));
  else process.stdout.write(terminal(report));
  return 0;
}

function writePage(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new RangeError(
      `--html: received '${file}'; allowed: a file that can be written (${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
}

/** `--events -5` as `--events=-5`, so that it is refused as a volume and not as an option. */
const negativesJoined = (args: readonly string[]): string[] =>
  args.reduce<string[]>(
    (joined, arg) => (joined.at(-1) === '--events' && /^-\d/.test(arg) ? [...joined.slice(0, -1), `--events=${arg}`] : [...joined, arg]),
    [],
  );

function synthesized(checked: typeof platform): string {
  const { context } = JSON.parse(readFileSync(join(__dirname, '../cdk.json'), 'utf8')) as { readonly context: Record<string, unknown> };
  return buildApp({ platform: checked, checks: 'none', context }).synth().directory;
}

try {
  process.exitCode = run();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof ConfigurationError || (error instanceof TypeError && 'code' in error))) throw error;
  console.error(`${error.message}\nnpm run cost -- --help says what is allowed`);
  process.exitCode = 2;
}
