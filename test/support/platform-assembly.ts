import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp, type BuildProps } from '../../lib/app';
import { readAssembly, type StackTemplate } from '../../lib/checks/assembly';
import { platform } from '../../lib/config/platform';

/** The flags of cdk.json, which the CDK CLI would hand to the app. */
export const flags = (JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')) as { readonly context: Record<string, unknown> })
  .context;

/** The platform's own configuration without any check, which are tested apart. */
export const unchecked: BuildProps = { platform, checks: 'none', context: flags };

/** Synthesizes into a folder of its own, which goes with the test run: see test/support/global-setup.ts. */
export function synthesize(props: Partial<BuildProps> = {}): string {
  const outdir = mkdtempSync(join(process.env['DATAFLOW_TEST_DIR'] ?? tmpdir(), 'assembly-'));
  return buildApp({ ...unchecked, ...props, outdir }).synth().directory;
}

let stacks: readonly StackTemplate[] | undefined;

/** Every stack of every environment, synthesized once in a worker: tests only read it. */
export function platformStacks(): readonly StackTemplate[] {
  stacks ??= readAssembly(synthesize());
  return stacks;
}

/** One stack of the platform, by its path such as `prod-eu/Network`, for assertions. */
export function platformTemplate(path: string): Template {
  const stacks = platformStacks();
  const stack = stacks.find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: ${stacks.map((candidate) => candidate.path).join(', ')}`);
  return Template.fromJSON(JSON.parse(readFileSync(stack.templateFile, 'utf8')) as Record<string, unknown>);
}
