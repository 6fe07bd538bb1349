import { readFileSync } from 'node:fs';
import { readAssembly } from '../../lib/checks/assembly';
import { synthesize } from '../support/platform-assembly';
import { alarmsOf, type AnyAlarm, type TemplateOfStack } from './cloudwatch/read';

let templates: readonly TemplateOfStack[] | undefined;

/** All templates of production, as they were synthesized. */
export function productionTemplates(): readonly TemplateOfStack[] {
  templates ??= readAssembly(synthesize({ environment: 'prod' })).map(({ path, templateFile }) => ({
    stack: path,
    resources: (JSON.parse(readFileSync(templateFile, 'utf8')) as { Resources: TemplateOfStack['resources'] }).Resources,
  }));
  return templates;
}

/** Every alarm of a cell, of both of its Regions. */
export const alarmsOfCell = (cell: string): readonly AnyAlarm[] =>
  productionTemplates()
    .filter(({ stack }) => stack.startsWith(`${cell}/`))
    .flatMap(alarmsOf)
    // It is silent as long as the home Region is the one that writes: the copy is watched where it is.
    .filter(({ stack, id }) => !(stack === `${cell}/Metadata` && id === 'databaseCopyLate'));
