import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { READ_GROUP } from '../../lib/constructs/birth-items';
import { workforceRoleArn } from '../../lib/constructs/workforce-role';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf, statementsBySid } from '../support/small-app';

const cells = ['dev', 'staging', 'prod-us', 'prod-eu'];
const template = platformTemplate('prod-eu/Cluster');

describe('the cluster', () => {
  it.each(cells)('runs nodes of ours alone, by Auto Mode: %s', (cell) => {
    platformTemplate(`${cell}/Cluster`).hasResourceProperties('AWS::EKS::Cluster', {
      Name: cell,
      // All three or none, and no pool of AWS's, which would ask for a role here.
      ComputeConfig: { Enabled: true, NodePools: Match.absent(), NodeRoleArn: Match.absent() },
      StorageConfig: { BlockStorage: { Enabled: true } },
      KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: true }, ServiceIpv4Cidr: '172.20.0.0/16' },
      BootstrapSelfManagedAddons: false,
    });
  });

  it.each(cells)('lets in nodes, who looks, and who may change, and nobody else: %s', (cell) => {
    const entries = propertiesOf(platformTemplate(`${cell}/Cluster`), 'AWS::EKS::AccessEntry').map(
      ({ PrincipalArn, Type, AccessPolicies, KubernetesGroups }) => [
        typeof PrincipalArn === 'string' ? PrincipalArn.split('AWSReservedSSO_')[1]?.split('_')[0] : 'a role of ours',
        Type,
        (AccessPolicies as readonly { readonly PolicyArn: unknown }[]).map(
          ({ PolicyArn }) => JSON.stringify(PolicyArn).match(/Amazon\w+/)?.[0],
        ),
        KubernetesGroups ?? [],
      ],
    );
    expect(entries).toEqual([
      ['a role of ours', 'EC2', ['AmazonEKSAutoNodePolicy'], []],
      ['DataflowReadOnly', 'STANDARD', ['AmazonEKSViewPolicy'], [READ_GROUP]],
      ['DataflowElevated', 'STANDARD', ['AmazonEKSClusterAdminPolicy'], []],
    ]);
  });

  it('is trusted with sessions that carry its name, without which EKS may do nothing', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: ['sts:AssumeRole', 'sts:TagSession'], Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' } }],
      },
    });
  });

  it('may tag what it makes, by which it is paid for, and only what carries its own name [BUD-3]', () => {
    const [policy] = propertiesOf(template, 'AWS::IAM::Policy');
    const statements = statementsBySid(policy?.['PolicyDocument']);
    for (const sid of ['TagInterfaces', 'TagNodes', 'TagVolumes']) {
      expect(statements[sid]?.Condition).toMatchObject({
        StringEquals: { 'aws:RequestTag/eks:eks-cluster-name': '${aws:PrincipalTag/eks:eks-cluster-name}' },
      });
    }
    expect(statements['FillTargetGroups']?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/eks:eks-cluster-name': 'prod-eu' } });
    for (const sid of ['EncryptVolumes', 'LendKeyToVolumes']) {
      expect(statements[sid]?.Condition).toMatchObject({ StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } });
    }
  });

  it('logs into a group that is there before it, under our key and our retention [SEC-3]', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/prod-eu/cluster', KmsKeyId: Match.anyValue() });
    template.hasResource('AWS::EKS::Cluster', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('Logs')]), DeletionPolicy: 'Retain' });
  });
});

describe('a role of IAM Identity Center', () => {
  const role = { account: '444444444444', name: 'AWSReservedSSO_DataflowReadOnly_4444444444444444' };

  it('has the home Region of Identity Center in its path', () => {
    expect(workforceRoleArn({ ...role, identityRegion: 'eu-west-1' })).toBe(
      'arn:aws:iam::444444444444:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_DataflowReadOnly_4444444444444444',
    );
    expect(JSON.stringify(propertiesOf(template, 'AWS::EKS::AccessEntry'))).toContain(
      `/${platform.organization.workforceIdentityRegion}/AWSReservedSSO_DataflowElevated_4444444444444444`,
    );
  });

  it('has none where that is us-east-1', () => {
    expect(workforceRoleArn({ ...role, identityRegion: 'us-east-1' })).toBe(
      'arn:aws:iam::444444444444:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_DataflowReadOnly_4444444444444444',
    );
  });
});
