import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const cells = ['dev', 'staging', 'prod-us', 'prod-eu'];
const template = platformTemplate('prod-eu/GitOps');
const textOf = (value: unknown): string => JSON.stringify(value);

describe('Argo CD', () => {
  it.each(cells)('is reached from inside the VPC, by engineers alone: %s', (cell) => {
    const stack = platformTemplate(`${cell}/GitOps`);
    stack.hasResourceProperties('AWS::EKS::Capability', {
      Type: 'ARGOCD',
      Configuration: { ArgoCd: { NetworkAccess: { VpceIds: [{ Ref: Match.stringLikeRegexp('^ArgoEndpoint') }] } } },
    });
    const region = platformStacks().find(({ path }) => path === `${cell}/GitOps`)?.region;
    stack.hasResourceProperties('AWS::EC2::VPCEndpoint', { ServiceName: `com.amazonaws.${region}.eks-capabilities` });
    const ingress = propertiesOf(stack, 'AWS::EC2::SecurityGroupIngress');
    expect(
      ingress.map(({ FromPort, SourceSecurityGroupId }) => [FromPort, textOf(SourceSecurityGroupId).includes('TiersEngineers')]),
    ).toEqual([[443, true]]);
  });

  it('makes nobody more than a viewer of Argo CD itself [SEC-4]', () => {
    const [capability] = propertiesOf(template, 'AWS::EKS::Capability');
    expect([...textOf(capability).matchAll(/"Role":"(\w+)"/g)].map(([, role]) => role)).toEqual(['VIEWER']);
  });

  it('finds its access entry there when it is made: EKS would make one with less, and refuse a second', () => {
    template.hasResource('AWS::EKS::Capability', {
      DependsOn: Match.arrayWith(['ArgoAccess', Match.stringLikeRegexp('^ArgoRoleDefaultPolicy')]),
    });
  });

  it('may use the one connection, and nothing else of AWS', () => {
    const [policy] = propertiesOf(template, 'AWS::IAM::Policy');
    expect(policy?.['PolicyDocument']).toMatchObject({
      Statement: [{ Action: ['codeconnections:GetConnection', 'codeconnections:UseConnection'], Effect: 'Allow' }],
    });
  });
});

describe('the birth manifest', () => {
  it('waits for Argo CD, whose types it needs', () => {
    template.hasResource('Custom::BirthManifest', { DependsOn: Match.arrayWith(['Argo', Match.stringLikeRegexp('^BirthAccess')]) });
  });

  it('keeps numbers numbers, which CloudFormation would make texts of', () => {
    const [manifest] = propertiesOf(template, 'Custom::BirthManifest');
    expect(textOf(manifest?.['Items'])).toContain(String.raw`\"port\":8443`);
  });

  it('is applied inside the VPC, and answered for outside of it, where CloudFormation listens', () => {
    const functions = propertiesOf(template, 'AWS::Lambda::Function').map(({ Description, VpcConfig }) => [
      String(Description).split(' ').slice(0, 2).join(' '),
      VpcConfig !== undefined,
    ]);
    expect(functions).toEqual([
      ['Writes what', true],
      ['AWS CDK', false],
      ['Asks Argo', true],
    ]);
  });

  it('is applied by code that may use no right of AWS, not even those by which Lambda placed it', () => {
    const policies = propertiesOf(template, 'AWS::IAM::Policy').filter(({ PolicyName }) => /Applier|Refresher/.test(String(PolicyName)));
    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies) {
      const { Statement } = PolicyDocument as { readonly Statement: readonly { readonly Sid: string }[] };
      expect(Statement.map(({ Sid }) => Sid)).toEqual(['WriteOwnLog', 'InterfacesByLambda', 'NoInterfacesByCode']);
    }
  });
});

describe('the refresh', () => {
  it('comes each minute, by a manager of its own: what it does not say of the application stays', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    const managers = propertiesOf(template, 'AWS::Lambda::Function').map(
      ({ Environment }) => textOf(Environment ?? {}).match(/dataflow-\w+/)?.[0],
    );
    expect(managers).toEqual(['dataflow-birth', undefined, 'dataflow-refresh']);
  });

  it('is missed when it fails, and when nobody calls it: silence is no success [OPS-2]', () => {
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm').map((alarm) => [
      alarm['Namespace'],
      alarm['MetricName'],
      alarm['ComparisonOperator'],
      alarm['Threshold'],
      alarm['EvaluationPeriods'],
      alarm['Period'],
      alarm['TreatMissingData'],
    ]);
    expect(alarms).toEqual([
      ['AWS/Lambda', 'Errors', 'GreaterThanThreshold', 3, 3, 300, 'notBreaching'],
      ['AWS/Lambda', 'Invocations', 'LessThanThreshold', 3, 3, 300, 'breaching'],
    ]);
  });

  it('has no policy of EKS', () => {
    const entries = propertiesOf(template, 'AWS::EKS::AccessEntry').map(({ AccessPolicies, KubernetesGroups }) => [
      (AccessPolicies as readonly unknown[]).length,
      KubernetesGroups,
    ]);
    expect(entries).toEqual([
      [3, undefined],
      [1, undefined],
      [0, ['dataflow:refresh']],
    ]);
  });
});
