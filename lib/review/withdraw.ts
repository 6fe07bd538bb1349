import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

/**
 * Makes an assembly that failed its checks useless to `cdk deploy --app FOLDER`. The report stands in the outermost folder
 * only, so the CLI would take a cell's own folder for a good one. Templates stay, to be looked at.
 */
export function withdraw(directory: string): void {
  const folders = new CloudAssembly(directory).stacksRecursively.map(({ templateFullPath }) => dirname(templateFullPath));
  for (const folder of new Set([...folders, directory])) rmSync(join(folder, 'manifest.json'));
}
