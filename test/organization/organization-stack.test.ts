import { runSimulation } from '@cloud-copilot/iam-simulate';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { policyQuotas, policySize, type PolicyDocument, type PolicyType } from '../../lib/constructs/organization-policies/policy-document';
import { OrganizationStack, type OrganizationStackProps } from '../../lib/stacks/organization-stack';

const props: OrganizationStackProps = {
  env: { account: '999999999999', region: 'us-east-1' },
  environment: 'prod',
  organizationId: 'o-exampleorgid',
  jurisdictions: [
    { name: 'us', regions: ['us-east-1', 'us-west-2'], accounts: ['111111111111', '333333333333'] },
    { name: 'eu', regions: ['eu-west-1', 'eu-central-1'], accounts: ['222222222222', '444444444444'] },
  ],
  workforceIdentityRegion: 'eu-west-1',
  github: { name: 'example-org', id: '12345678' },
  auditStackNames: [
    'dev-LogArchive',
    'staging-LogArchive',
    'staging-RecoveryLogArchive',
    'prod-us-LogArchive',
    'prod-us-RecoveryLogArchive',
    'prod-eu-LogArchive',
    'prod-eu-RecoveryLogArchive',
  ],
};

interface PolicyResource {
  readonly DeletionPolicy: string;
  readonly UpdateReplacePolicy: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: {
    readonly Type: PolicyType;
    readonly Name: string;
    readonly Content: PolicyDocument;
    readonly TargetIds: readonly string[];
  };
}

const policiesOf = (given: OrganizationStackProps = props): Readonly<Record<string, PolicyResource>> =>
  Template.fromStack(new OrganizationStack(new App(), 'Organization', given)).findResources('AWS::Organizations::Policy') as Readonly<
    Record<string, PolicyResource>
  >;

const policies = policiesOf();
const everybody = ['111111111111', '333333333333', '222222222222', '444444444444'];

describe('the organization stack', () => {
  it('keeps the logical IDs that the deployed policies have, and the accounts that each binds', () => {
    expect(Object.entries(policies).map(([id, { Properties }]) => [id, Properties.Type, Properties.TargetIds])).toEqual([
      ['DenyRegionsUs', 'SERVICE_CONTROL_POLICY', ['111111111111', '333333333333']],
      ['DenyRegionsEu', 'SERVICE_CONTROL_POLICY', ['222222222222', '444444444444']],
      ['ProtectAudit', 'SERVICE_CONTROL_POLICY', everybody],
      ['ProtectPipeline', 'SERVICE_CONTROL_POLICY', everybody],
      ['ResourcePerimeter', 'SERVICE_CONTROL_POLICY', everybody],
      ['IdentityPerimeter', 'RESOURCE_CONTROL_POLICY', everybody],
    ]);
  });

  it('leaves the policies attached when the stack goes', () => {
    for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(policies)) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('changes one policy after the other', () => {
    const [, ...later] = Object.values(policies);
    expect(later.map(({ DependsOn }) => DependsOn)).toEqual(
      Object.keys(policies)
        .slice(0, -1)
        .map((id) => [id]),
    );
  });

  it.each(Object.entries(policies))('keeps %s within the size that Organizations accepts', (_, { Properties }) => {
    expect(policySize(Properties.Content)).toBeLessThanOrEqual(policyQuotas[Properties.Type].maxCharacters);
  });

  it.each(everybody)('attaches no more policies to %s than Organizations accepts, the managed one included', (account) => {
    for (const type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
      const attached = Object.values(policies).filter(
        ({ Properties }) => Properties.Type === type && Properties.TargetIds.includes(account),
      );
      expect(1 + attached.length, type).toBeLessThanOrEqual(policyQuotas[type].maxPerAccount);
    }
  });

  it('names only actions that exist: a slip of the pen would protect nothing, in silence', async () => {
    const actions = Object.values(policies).flatMap(({ Properties }) =>
      Properties.Content.Statement.flatMap((statement) =>
        [statement.Action ?? [], ('NotAction' in statement && statement.NotAction) || []].flat(2),
      ),
    );
    const literal = [...new Set(actions)].filter((action) => !action.includes('*'));
    expect(literal.length).toBeGreaterThan(100);
    for (const action of literal) {
      const response = await runSimulation(
        {
          request: {
            principal: 'arn:aws:iam::444444444444:role/somebody',
            action,
            resource: { resource: '*', accountId: '444444444444' },
            contextVariables: {},
          },
          identityPolicies: [],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        {},
      );
      expect(response.resultType === 'error' ? response.errors.message : 'known', action).not.toMatch(/^invalid\.(action|service)/);
    }
  });

  it('rejects an account of two jurisdictions', () => {
    const [us, eu] = props.jurisdictions;
    if (!us || !eu) throw new Error('There are two jurisdictions');
    expect(() => policiesOf({ ...props, jurisdictions: [us, { ...eu, accounts: us.accounts }] })).toThrow(
      'received 111111111111, 333333333333 more than once; allowed: an account in one jurisdiction',
    );
  });

  it('trusts no account of AWS: services come by their principals', () => {
    const statement = policies['IdentityPerimeter']?.Properties.Content.Statement.find(({ Sid }) => Sid === 'OnlyOurPrincipals');
    expect(statement?.Condition?.['StringNotEqualsIfExists']).toEqual({
      'aws:PrincipalOrgID': 'o-exampleorgid',
    });
  });
});
