/** How the ledger of acknowledged findings is applied, and how entries that cover nothing are found. */
import { CfnResource, Stack, Stage, Validations } from 'aws-cdk-lib';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { RawFinding, RuleCatalogue } from './recorded-packs';

/** A finding that we live with. One entry answers it in both packs, in every cell that has the resource. */
export interface Acknowledgement {
  /**
   * Name of the rule's function in cdk-nag, with the finding's own part where it has one:
   * `IAMNoWildcardPermissions[Resource::*]`. `{stage}`, `{account}` and `{region}` stand for those of the cell.
   */
  readonly finding: string;
  /** Construct paths below the stage, of the resources themselves: `LogArchive/Audit/Bucket/Resource`. */
  readonly resources: readonly string[];
  /** Stages in which it holds. @default - every stage that has the resource */
  readonly stages?: readonly string[];
  /** In stacks that are there only while a recovery Region serves: not missed while it stands by. @default false */
  readonly whenServing?: boolean;
  /** Why it is right, or what holds in its place. */
  readonly reason: string;
  /** Team that answers for it. */
  readonly owner: string;
  /** Day on which it was argued, as YYYY-MM-DD. */
  readonly argued: string;
  /** Last day on which it holds, as YYYY-MM-DD, at most 400 days later; then it is argued anew. */
  readonly expires: string;
  /** The constraint that the finding touches, such as `SEC-2`. */
  readonly control: string;
}

const ruleNameOf = (finding: string): string => finding.replace(/\[.*$/s, '');

const stagesOf = (app: App): Stage[] => app.node.children.filter((child) => Stage.isStage(child));

/** A resource that an entry names, in one stage, with the finding as it reads there. */
interface Target {
  readonly construct: IConstruct;
  /** The path, as the entry has it. */
  readonly path: string;
  /** More than one where the entry says `{region}`, and the stage has two. */
  readonly findings: readonly string[];
}

function targetsOf({ finding, resources, stages }: Acknowledgement, app: App): Target[] {
  return stagesOf(app)
    .filter(({ stageName }) => stages?.includes(stageName) ?? true)
    .flatMap((stage) => {
      const stacks = stage.node.children.filter((child) => Stack.isStack(child));
      const findings = stacks.map(({ account, region }) =>
        finding.replaceAll('{stage}', stage.stageName).replaceAll('{account}', account).replaceAll('{region}', region),
      );
      return resources.flatMap((path) => {
        const construct = path.split('/').reduce<IConstruct | undefined>((scope, id) => scope?.node.tryFindChild(id), stage);
        return construct ? [{ construct, path, findings: [...new Set(findings)] }] : [];
      });
    });
}

/** An acknowledgement as the CDK keeps it on a construct. */
const key = (path: string, id: string): string => `${path} ${id}`;

/**
 * Tells the CDK of each entry, on the very resources that it names and nowhere above them.
 * @returns the keys of all that it told.
 */
export function acknowledge(app: App, ledger: readonly Acknowledgement[], catalogue: RuleCatalogue): ReadonlySet<string> {
  const told = new Set<string>();
  for (const entry of ledger) {
    const ruleName = ruleNameOf(entry.finding);
    const ids = catalogue.get(ruleName) ?? [];
    for (const { construct, findings } of targetsOf(entry, app)) {
      const rules = findings.flatMap((finding) => ids.map((id) => ({ id: id + finding.slice(ruleName.length), reason: entry.reason })));
      Validations.of(construct).acknowledge(...rules);
      for (const { id } of rules) told.add(key(construct.node.path, id));
    }
  }
  return told;
}

/** What the CDK's own constructs acknowledge of the CDK's own rules: its spelling of a flow log's options. */
const acknowledgedByTheCdk = ['CloudFormation-Validate::F3002', 'CloudFormation-Validate::F3003'];

const isTheCdks = (construct: IConstruct, id: string): boolean =>
  acknowledgedByTheCdk.includes(id) &&
  construct.node.children.some((child) => CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::EC2::FlowLog');

/**
 * Acknowledgements that no entry of the ledger stands for, taken off the constructs that have them: the CDK answers
 * findings after the plugins have run, so what they were to hide is reported as well.
 */
function takeForeignAcknowledgements(app: App, told: ReadonlySet<string>): { readonly path: string; readonly id: string }[] {
  return app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => {
        const rules = data as Record<string, string>;
        const foreign = Object.keys(rules).filter((id) => !told.has(key(construct.node.path, id)) && !isTheCdks(construct, id));
        for (const id of foreign) Reflect.deleteProperty(rules, id);
        return foreign.map((id) => ({ path: construct.node.path, id }));
      }),
  );
}

/** The last plugin to run: judges the ledger by what the packs found. */
export class LedgerCheck implements IPolicyValidationPlugin {
  readonly name = 'Ledger';
  readonly ruleIds = ['UnusedAcknowledgement', 'IncompleteAcknowledgement', 'ForeignAcknowledgement'];

  constructor(
    private readonly ledger: readonly Acknowledgement[],
    private readonly told: ReadonlySet<string>,
    private readonly found: readonly RawFinding[],
    private readonly catalogue: RuleCatalogue,
    /** Whether the app holds all stages: if not, an entry may be about a resource that is not here. */
    private readonly complete: boolean,
  ) {}

  validate({ appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    const foreign = takeForeignAcknowledgements(appConstruct as App, this.told).map(({ path, id }): PolicyViolation => ({
      ruleName: 'ForeignAcknowledgement',
      description: `${id} is acknowledged in code, and so does not count`,
      fix: 'Answer the finding of cdk-nag in lib/checks/ledger.ts, and that of any other rule not at all',
      severity: 'error',
      violatingResources: [{ constructPath: path, locations: [] }],
    }));
    const ofEntries = this.ledger.flatMap((entry, index) => [
      ...incompleteFields(entry, this.catalogue).map((fault) => violation('IncompleteAcknowledgement', index, entry, fault)),
      ...this.unusedAt(entry, appConstruct as App).map((path) =>
        violation('UnusedAcknowledgement', index, entry, `there is no such finding at ${path}`),
      ),
    ]);
    const violations = [...foreign, ...ofEntries];
    return { success: violations.length === 0, violations };
  }

  /** Paths that an entry names in vain: of each resource that is there, or of one that is nowhere. */
  private unusedAt(entry: Acknowledgement, app: App): string[] {
    const targets = targetsOf(entry, app);
    const isFound = ({ construct, findings }: Target) =>
      this.found.some((raw) => raw.constructPath === construct.node.path && findings.includes(raw.finding));
    const stages = stagesOf(app).map(({ stageName }) => stageName);
    const missing = this.complete
      ? [
          ...(entry.whenServing ? [] : entry.resources).filter((path) => !targets.some((target) => target.path === path)),
          ...(entry.stages ?? [])
            .filter((stage) => !stages.includes(stage))
            .map((stage) => `${stage}, since the stages are ${stages.join(', ')}`),
        ]
      : [];
    return [...missing, ...targets.filter((target) => !isFound(target)).map(({ construct }) => construct.node.path)];
  }
}

function violation(ruleName: string, index: number, entry: Acknowledgement, fault: string): PolicyViolation {
  return {
    ruleName,
    description: `Entry ${index + 1} of the ledger, ${entry.finding || '(no finding)'}: ${fault}`,
    fix: 'Correct or remove the entry in lib/checks/ledger.ts',
    severity: 'error',
    violatingResources: [{ constructPath: '', locations: [] }],
  };
}

/** Findings are printed under the pack's own ID for the rule, so that is what people try. */
function unknownRule(name: string, catalogue: RuleCatalogue): string {
  const meant = [...catalogue].find(([, ids]) => ids.some((id) => id === name || id.endsWith(`::${name}`)))?.[0];
  return meant ? `write ${meant}, which stands for ${name} and its like in the other pack` : `no rule of cdk-nag's packs is called ${name}`;
}

/** A year, and time to argue. */
const LONGEST_DAYS = 400;

const isWithin = (from: string, to: string, days: number): boolean => {
  const passed = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return passed >= 0 && passed <= days;
};

/** What an entry lacks to be worth something to an auditor. */
export function incompleteFields(entry: Acknowledgement, catalogue: RuleCatalogue): string[] {
  return [
    ...(catalogue.has(ruleNameOf(entry.finding)) ? [] : [unknownRule(ruleNameOf(entry.finding), catalogue)]),
    ...(entry.resources.length > 0 ? [] : ['resources is empty']),
    ...(entry.reason.trim().length >= 20 ? [] : ['reason has fewer than 20 characters']),
    ...(entry.owner.trim() ? [] : ['owner is empty']),
    ...(['argued', 'expires'] as const)
      .filter((field) => !isDate(entry[field]))
      .map((field) => `${field} is ${JSON.stringify(entry[field])}, and not a day as YYYY-MM-DD`),
    ...(isDate(entry.argued) && isDate(entry.expires) && !isWithin(entry.argued, entry.expires, LONGEST_DAYS)
      ? [`expires is ${entry.expires}, and not within ${LONGEST_DAYS} days after ${entry.argued}`]
      : []),
    ...(/^[A-Z]{2,3}-\d$/.test(entry.control) ? [] : [`control is ${JSON.stringify(entry.control)}, and not a constraint such as SEC-2`]),
  ];
}

/** Entries that no longer hold on a day, given as YYYY-MM-DD: the synth itself reads no clock. */
export function expiredOn(ledger: readonly Acknowledgement[], day: string): Acknowledgement[] {
  if (!isDate(day)) throw new RangeError(`day: received ${JSON.stringify(day)}; allowed: a day as YYYY-MM-DD`);
  return ledger.filter(({ expires }) => expires < day);
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
