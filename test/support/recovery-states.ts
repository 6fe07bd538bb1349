/** Both states of the recovery Regions, said outright: in the weeks after a takeover the literals say `serving`, and tests hold all the same. */
import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { readAssembly, type StackTemplate } from '../../lib/checks/assembly';
import { platform } from '../../lib/config/platform';
import type { Platform } from '../../lib/config/schema';
import { parsePlatform, withRecoveryStates } from '../../lib/config/validate';
import { synthesize } from './platform-assembly';
import { options } from './platforms';

const withRecovery = (environments: Platform['environments']): string[] =>
  environments
    .flatMap(({ cells }) => cells)
    .filter(({ recovery }) => recovery.kind === 'pilot-light')
    .map(({ name }) => name);

const inState = (names: readonly string[], state: 'standing-by' | 'prepared' | 'serving', of: Platform): Platform =>
  parsePlatform(withRecoveryStates(of, Object.fromEntries(names.map((name) => [name, state]))), options);

/** Every recovery Region stands by. */
export const standingBy = inState(withRecovery(platform.environments), 'standing-by', platform);

/** Those of production serve: staging's has no addresses for it. */
export const serving = inState(withRecovery(platform.environments.filter(({ name }) => name === 'prod')), 'serving', standingBy);

/** The same, before DNS leads to them. */
export const prepared = inState(withRecovery(platform.environments.filter(({ name }) => name === 'prod')), 'prepared', standingBy);

const folders = new Map<Platform, string>();

/** Where the state's assembly is, synthesized once in a worker: tests only read it. */
export function assemblyOf(state: typeof standingBy | typeof prepared | typeof serving): string {
  const folder = folders.get(state) ?? synthesize({ platform: state });
  folders.set(state, folder);
  return folder;
}

export const stacksOf = (state: typeof standingBy | typeof prepared | typeof serving): readonly StackTemplate[] =>
  readAssembly(assemblyOf(state));

/** One stack in the state, by its path such as `prod-eu/RecoveryMetadata`, for assertions. */
export function templateIn(state: typeof standingBy | typeof prepared | typeof serving, path: string): Template {
  const stack = stacksOf(state).find((candidate) => candidate.path === path);
  if (!stack) throw new RangeError(`path: received '${path}'; allowed: a stack of the state`);
  return Template.fromJSON(JSON.parse(readFileSync(stack.templateFile, 'utf8')) as Record<string, unknown>);
}
