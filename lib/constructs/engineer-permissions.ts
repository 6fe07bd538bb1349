import * as iam from 'aws-cdk-lib/aws-iam';
import { DATABASE_OPERATOR_ROLE } from './database-operator';
import { OPERATOR_ROLE } from './delivery-operator';
import { LAKE_OPERATOR_ROLE } from './lake-operator';
import { TABLE_RESTORER_ROLE } from './table-restorer';

/** How names of the security group of engineers' shells end, in each cell: lib/constructs/security-tiers.ts. */
const SHELL_GROUP = '*/Tiers/Engineers';

/**
 * What an engineer may do beyond looking at names and settings: read logs, find the cluster, and open a shell in the VPC from which its API is
 * reached. Nothing of it reads a store of customers' data or changes anything: for that, the elevated take a role: for one tenant, for
 * the lake. Logs hold identifiers of tenants, and what a service writes by mistake; what somebody may do in the cluster is its access entry's.
 *
 * The accounts share it, so that it knows groups and subnets by their tags, and not by IDs. Source: AWS CloudShell User Guide, "Required IAM permissions for
 * creating and using CloudShell VPC environments"; Service Authorization Reference, "Actions, resources, and condition keys for AWS CloudShell", read 2026-11.
 */
export function engineerPermissions(): iam.PolicyDocument {
  const byShell = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudshell.amazonaws.com' } };
  const statements: readonly iam.PolicyStatementProps[] = [
    {
      sid: 'ReadLogs',
      actions: ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetQueryResults', 'logs:StartQuery', 'logs:StopQuery'],
      resources: ['*'],
    },
    {
      sid: 'FindCluster',
      actions: ['eks:DescribeCapability', 'eks:DescribeCluster', 'eks:ListCapabilities', 'eks:ListClusters'],
      resources: ['*'],
    },
    {
      // Its trust decides: the elevated permission set alone (lib/constructs/delivery-operator.ts).
      sid: 'OperateDelivery',
      actions: ['sts:AssumeRole'],
      resources: [`arn:aws:iam::*:role/*-${OPERATOR_ROLE}-*`],
    },
    {
      // Its trust decides, as that one's does (lib/constructs/lake-operator.ts).
      sid: 'AnswerForLake',
      actions: ['sts:AssumeRole'],
      resources: [`arn:aws:iam::*:role/*-${LAKE_OPERATOR_ROLE}-*`],
    },
    {
      // Its trust decides, as those do (lib/constructs/database-operator.ts).
      sid: 'OperateDatabase',
      actions: ['sts:AssumeRole'],
      resources: [`arn:aws:iam::*:role/*-${DATABASE_OPERATOR_ROLE}-*`],
    },
    {
      // Likewise (lib/constructs/table-restorer.ts).
      sid: 'RestoreTables',
      actions: ['sts:AssumeRole'],
      resources: [`arn:aws:iam::*:role/*-${TABLE_RESTORER_ROLE}-*`],
    },
    {
      // In the VPC alone: a shell of AWS's own network passes our DNS firewall and our flow logs by. Without upload and download.
      sid: 'OpenShellInVpc',
      actions: ['cloudshell:CreateEnvironment'],
      resources: ['*'],
      conditions: { Null: { 'cloudshell:VpcIds': 'false' } },
    },
    {
      sid: 'UseShell',
      actions: [
        'cloudshell:CreateSession',
        'cloudshell:DeleteEnvironment',
        'cloudshell:DescribeEnvironments',
        'cloudshell:GetEnvironmentStatus',
        'cloudshell:PutCredentials',
        'cloudshell:StartEnvironment',
        'cloudshell:StopEnvironment',
      ],
      resources: ['*'],
    },
    {
      sid: 'SeeNetwork',
      actions: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
    },
    {
      sid: 'ShellInPrivateSubnets',
      actions: ['ec2:CreateNetworkInterface'],
      resources: ['arn:aws:ec2:*:*:subnet/*'],
      conditions: { ...byShell, StringEquals: { 'aws:ResourceTag/aws-cdk:subnet-name': 'Private' } },
    },
    {
      sid: 'ShellWithItsGroup',
      actions: ['ec2:CreateNetworkInterface'],
      resources: ['arn:aws:ec2:*:*:security-group/*'],
      conditions: { ...byShell, StringLike: { 'aws:ResourceTag/Name': SHELL_GROUP } },
    },
    {
      sid: 'InterfaceOfShell',
      actions: ['ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:CreateTags'],
      resources: ['arn:aws:ec2:*:*:network-interface/*'],
      conditions: byShell,
    },
    {
      // Or they would be left over: CloudShell tags those that it made.
      sid: 'InterfaceGoesWithShell',
      actions: ['ec2:DeleteNetworkInterface'],
      resources: ['arn:aws:ec2:*:*:network-interface/*'],
      conditions: { ...byShell, Null: { 'aws:ResourceTag/ManagedByCloudShell': 'false' } },
    },
    {
      // The role itself admits the elevated permission set alone, for one tenant at a time [ADR-023].
      sid: 'ServeOneTenant',
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      resources: ['arn:aws:iam::*:role/*-operator-tenant-*'],
    },
  ];
  return new iam.PolicyDocument({ statements: statements.map((statement) => new iam.PolicyStatement(statement)) });
}
