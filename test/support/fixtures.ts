/** Templates and rules as tests of the checks need them: small, written by hand, and each broken in one place. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NagRuleCompliance, NIST80053R5Checks, type IApplyRule } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition, StackTemplate } from '../../lib/checks/assembly';
import { readRuleCatalogue, recordedPacks, type RawFinding } from '../../lib/checks/recorded-packs';
import { constraintRules } from '../../lib/checks/registry';
import type { Finding, Rule } from '../../lib/checks/rule';
import { flags } from './platform-assembly';

/** A resource of a template, as CloudFormation has it. */
export interface ResourceFixture {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A stack of the cell `cell` with these resources, by their logical IDs. */
export function stackTemplate(
  resources: Readonly<Record<string, ResourceFixture>>,
  traits: Partial<Pick<StackTemplate, 'path' | 'stackName' | 'account' | 'region' | 'terminationProtection'>> = {},
): StackTemplate {
  const definitions: ResourceDefinition[] = [];
  const stack: StackTemplate = {
    path: 'cell/Stack',
    stackName: 'cell-Stack',
    account: '123456789012',
    region: 'eu-west-1',
    terminationProtection: true,
    templateFile: 'Stack.template.json',
    ...traits,
    resources: definitions,
  };
  for (const [logicalId, { Type, Properties, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(resources)) {
    definitions.push({
      stack,
      logicalId,
      type: Type,
      properties: Properties ?? {},
      deletionPolicy: DeletionPolicy,
      updateReplacePolicy: UpdateReplacePolicy,
    });
  }
  return stack;
}

/** The object with another value at a path of keys joined by dots; undefined takes the key away. */
export function altered<T extends object>(original: T, path: string, value: unknown): T {
  const copy = structuredClone(original);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((object, key) => (object as Record<string, unknown> | undefined)?.[key], copy);
  if (typeof parent !== 'object' || parent === null || (value === undefined && !(last in parent))) {
    throw new RangeError(`path: received '${path}'; allowed: a path of the original`);
  }
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return copy;
}

export interface RuleFixtures {
  /** By what is right about them. */
  readonly passing: Readonly<Record<string, readonly StackTemplate[]>>;
  /** By what is wrong with them; with every finding that the rule makes of it, as `logical ID or path: message`. */
  readonly failing: Readonly<Record<string, { readonly stacks: readonly StackTemplate[]; readonly findings: readonly string[] }>>;
}

export const ruleOf = (id: string): Rule => {
  const rule = constraintRules.find((candidate) => candidate.id === id);
  if (!rule) throw new RangeError(`id: received '${id}'; allowed: ${constraintRules.map((known) => known.id).join(', ')}`);
  return rule;
};

const show = ({ subject, message }: Finding): string => `${'logicalId' in subject ? subject.logicalId : subject.path}: ${message}`;

/**
 * Shows that the rule tells the fixtures apart: as the registry has it, or with limits of the test's own where the
 * registry's speak of the whole platform.
 */
export function describeRule(id: string, { passing, failing }: RuleFixtures, rule = ruleOf(id)): void {
  describe(id, () => {
    it.each(Object.entries(passing))('passes %s', (_, stacks) => {
      expect(rule.check(stacks).map(show)).toEqual([]);
    });

    it.each(Object.entries(failing))('rejects %s', (_, { stacks, findings }) => {
      const found = rule.check(stacks);
      expect(found.map(show).sort()).toEqual([...findings].sort());
      expect(found.map(({ location = 'Properties' }) => location).filter((location) => !isLocation(location))).toEqual([]);
    });

    it('has a fixture that passes and several that it rejects', () => {
      expect(Object.keys(passing).length).toBeGreaterThanOrEqual(1);
      expect(Object.values(failing).filter(({ findings }) => findings.length > 0).length).toBeGreaterThanOrEqual(2);
    });
  });
}

const isLocation = (location: string): boolean => /^(Properties(\.\w+)*|DeletionPolicy|UpdateReplacePolicy)$/.test(location);

/** A stack that makes its zones up instead of looking for them over the network. */
export class OfflineStack extends Stack {
  override get availabilityZones(): string[] {
    return ['eu-west-1a', 'eu-west-1b'];
  }
}

/** A new folder, which goes with the test run. */
export const temporaryFolder = (): string => mkdtempSync(join(process.env['DATAFLOW_TEST_DIR'] ?? tmpdir(), 'fixture-'));

/** For apps of fixtures: the platform's flags, and nothing of the CDK's own that judges or warns. */
export const fixtureProps = (): AppProps => ({
  autoSynth: false,
  analyticsReporting: false,
  builtinCloudFormationValidation: false,
  context: { ...flags, '@aws-cdk/core:annotationsInValidationReport': false },
  outdir: temporaryFolder(),
});

/** An app with a stack for each name, and nothing that judges it. */
export function fixtureApp(stacks: Readonly<Record<string, (stack: Stack) => void>>): App {
  const app = new App(fixtureProps());
  for (const [name, build] of Object.entries(stacks)) {
    build(new OfflineStack(app, name, { env: { account: '123456789012', region: 'eu-west-1' } }));
  }
  return app;
}

/** What both packs of cdk-nag say of an app, by the names of the functions of their rules. */
export function packFindings(app: App): readonly RawFinding[] {
  const catalogue = readRuleCatalogue();
  const findings: RawFinding[] = [];
  for (const pack of recordedPacks(catalogue, findings)) pack.validate({ appConstruct: app, templatePaths: [], stackTemplates: [] });
  return findings;
}

/** Names of cdk-nag's rules that look at a resource of the app at all, whatever they find. */
export function rulesThatSee(app: App): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const pack of [new AwsSolutionsChecks(), new NIST80053R5Checks()]) {
    const dispatch = pack as unknown as { applyRule(params: IApplyRule): void };
    dispatch.applyRule = ({ rule, node }) => {
      if (!seen.has(rule.name) && rule(node) !== NagRuleCompliance.NOT_APPLICABLE) seen.add(rule.name);
    };
    pack.validateScope(app);
  }
  return seen;
}
