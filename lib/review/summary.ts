import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { renderTable } from './table';

/** The part of the CDK's validation-report.json that tells what was acknowledged. */
interface ValidationReport {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly suppressedViolations?: readonly { readonly violatingConstructs: readonly { readonly constructPath?: string }[] }[];
  }[];
}

/** What an assembly holds, a line for each cell and Region: read from cdk.out alone. */
export function summarize(directory: string): string {
  const acknowledged = acknowledgedPaths(directory);
  const lines = new Map<string, { stacks: number; resources: number; findings: number }>();
  for (const stack of new CloudAssembly(directory).stacksRecursively) {
    const key = `${stack.hierarchicalId.split('/')[0]}\t${stack.environment.region}`;
    const line = lines.get(key) ?? { stacks: 0, resources: 0, findings: 0 };
    const { Resources: resources = {} } = stack.template as { readonly Resources?: object };
    lines.set(key, {
      stacks: line.stacks + 1,
      resources: line.resources + Object.keys(resources).length,
      findings: line.findings + acknowledged.filter((path) => path.startsWith(`${stack.hierarchicalId}/`)).length,
    });
  }
  const rows = [...lines].map(([key, { stacks, resources, findings }]) => [...key.split('\t'), stacks, resources, findings].map(String));
  return renderTable(['cell', 'Region', 'stacks', 'resources', 'findings acknowledged'], rows);
}

/** Paths of what our ledger answers; what the CDK acknowledges of its own default rules is not ours. */
function acknowledgedPaths(directory: string): string[] {
  const file = join(directory, 'validation-report.json');
  if (!existsSync(file)) return [];
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as ValidationReport;
  return pluginReports
    .filter(({ pluginName }) => pluginName !== CloudFormationValidatePlugin.PLUGIN_NAME)
    .flatMap(({ suppressedViolations = [] }) => suppressedViolations)
    .flatMap(({ violatingConstructs }) =>
      violatingConstructs.flatMap(({ constructPath }) => (constructPath === undefined ? [] : [constructPath])),
    );
}
