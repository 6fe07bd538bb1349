import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { readAssembly } from './assembly';
import type { Rule } from './rule';

/** Runs the rules of the registry over the assembly that was just written, as one plugin with one report. */
export class ConstraintChecks implements IPolicyValidationPlugin {
  static readonly NAME = 'DataFlow';
  readonly name = ConstraintChecks.NAME;
  readonly ruleIds: string[];

  constructor(private readonly rules: readonly Rule[]) {
    this.ruleIds = rules.map(({ id }) => id);
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = readAssembly((context.appConstruct as App).outdir);
    const violations = this.rules.flatMap((rule) => violationsOf(rule, rule.check(stacks)));
    return { success: violations.length === 0, violations };
  }
}

/** One violation for each distinct message, with all the resources that it is about. */
function violationsOf(rule: Rule, findings: ReturnType<Rule['check']>): PolicyViolation[] {
  return [...new Set(findings.map(({ message }) => message))].map((message) => ({
    ruleName: rule.id,
    description: `[${rule.constraints.join(', ')}] ${message}`,
    fix: `${rule.fix}. No acknowledgement answers a rule of ours`,
    severity: 'error',
    violatingResources: findings
      .filter((finding) => finding.message === message)
      .map(({ subject, location }) =>
        'logicalId' in subject
          ? { resourceLogicalId: subject.logicalId, templatePath: subject.stack.templateFile, locations: location ? [location] : [] }
          : { constructPath: subject.path, locations: location ? [location] : [] },
      ),
  }));
}
