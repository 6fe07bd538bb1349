#!/usr/bin/env node
/** Prints docs/01-architecture/latency.md: how long an event takes from the load balancer to its destination. With `--plot` its picture. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Yaml } from 'cdk8s';
import { buildApp } from '../lib/app';
import { readAssembly } from '../lib/checks/assembly';
import { platform } from '../lib/config/platform';
import { latencyDocument } from '../lib/latency/document';
import { latencyReportProps, MODELLED } from '../lib/latency-report';
import { latencyPlot } from '../lib/latency/plot';
import type { ManifestSettings } from '../lib/latency/settings';

const usage = `Usage: npm run -s latency > docs/01-architecture/latency.md
       npm run -s latency -- --plot > docs/01-architecture/latency.svg`;

function run(): number {
  const { values } = parseArgs({ options: { help: { type: 'boolean' }, plot: { type: 'boolean' } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const root = join(__dirname, '..');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { readonly context: Record<string, unknown> };
  const { directory } = buildApp({ platform, environment: 'prod', checks: 'none', context }).synth();
  const folder = join(root, 'gitops', MODELLED.cell, MODELLED.region);
  const manifests = readdirSync(folder).flatMap((file) => Yaml.load(join(folder, file)) as ManifestSettings[]);
  const props = latencyReportProps(platform, readAssembly(directory), manifests);
  process.stdout.write(values.plot ? latencyPlot(props) : latencyDocument(props));
  return 0;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
