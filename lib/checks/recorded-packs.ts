/**
 * cdk-nag's packs, which also write down what they found before anything was acknowledged.
 * The ledger needs that to tell an acknowledgement that is used from one that covers nothing any more.
 */
import { App, CfnResource, Stack, type IPolicyValidationPlugin } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks, type IApplyRule } from 'cdk-nag';

/** What a rule said of a construct, whether it was acknowledged or not. */
export interface RawFinding {
  /** Name that the finding has in the ledger: of the rule's function in cdk-nag, else the rule's ID. */
  readonly finding: string;
  readonly constructPath: string;
}

/**
 * IDs under which `Validations.acknowledge` knows each rule of cdk-nag, by the name of the rule's function.
 * Both packs share 26 functions: there one name stands for two IDs.
 */
export type RuleCatalogue = ReadonlyMap<string, readonly string[]>;

/** The part of a pack that is protected in its class: where it hands each of its rules to each resource. */
interface RuleDispatch {
  applyRule(params: IApplyRule): void;
}

const packs = [() => new AwsSolutionsChecks(), () => new NIST80053R5Checks()];

const ruleIdOf = (packName: string, { ruleSuffixOverride, rule }: IApplyRule) => `${packName}-${ruleSuffixOverride ?? rule.name}`;

/** Reads the catalogue off the packs themselves, by showing each of them one resource and running no rule. */
export function readRuleCatalogue(): RuleCatalogue {
  const probe = new CfnResource(new Stack(new App({ autoSynth: false, treeMetadata: false }), 'Probe'), 'Probe', { type: 'Custom::Probe' });
  const catalogue = new Map<string, string[]>();
  for (const makePack of packs) {
    const pack = makePack();
    (pack as unknown as RuleDispatch).applyRule = (params) => {
      const ids = catalogue.get(params.rule.name) ?? [];
      catalogue.set(params.rule.name, [...ids, `${pack.name}::${ruleIdOf(pack.readPackName, params)}`]);
    };
    pack.validateScope(probe);
  }
  return catalogue;
}

/** Both packs, writing into `findings`. */
export function recordedPacks(catalogue: RuleCatalogue, findings: RawFinding[]): IPolicyValidationPlugin[] {
  const functionOf = new Map([...catalogue].flatMap(([name, ids]) => ids.map((id) => [id, name] as const)));
  return packs.map((makePack) => {
    const pack = makePack();
    return recorded(pack, findings, (ruleName) => {
      const [, rule = ruleName, finding = ''] = /^([^[]*)(\[.*\])?$/s.exec(ruleName) ?? [];
      return `${functionOf.get(`${pack.name}::${rule}`) ?? rule}${finding}`;
    });
  });
}

/** A pack that writes what it reports into `findings` before the CDK takes the acknowledged ones out. */
function recorded(pack: IPolicyValidationPlugin, findings: RawFinding[], nameOf: (ruleName: string) => string): IPolicyValidationPlugin {
  return {
    name: pack.name,
    version: pack.version,
    ruleIds: pack.ruleIds,
    validate: (context) => {
      const report = pack.validate(context);
      for (const { ruleName, violatingResources } of report.violations) {
        for (const { constructPath } of violatingResources) {
          if (constructPath !== undefined) findings.push({ finding: nameOf(ruleName), constructPath });
        }
      }
      return report;
    },
  };
}
