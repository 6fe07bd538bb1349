import { withinQuota, type ServiceControlPolicy } from './policy-document';

/** Calls that make something which costs by the hour from then on, or that let more be made. */
export interface GrowthActions {
  readonly actions: readonly string[];
  readonly reason: string;
}

/**
 * What is new costs money and serves nobody yet. Left out on purpose: whatever a call can make smaller too (`rds:ModifyDBCluster`,
 * `dynamodb:UpdateTable`, `eks:UpdateClusterConfig`, `lambda:UpdateFunctionConfiguration`), since that is how cost comes down again, and IAM does
 * not see in which direction a call goes; whatever serves requests, scales within a limit, backs up, erases or deletes.
 */
export const growth: readonly GrowthActions[] = [
  {
    actions: ['ec2:AllocateHosts', 'ec2:CreateCapacityReservation', 'ec2:CreateFleet', 'ec2:RunInstances', 'ec2:RunScheduledInstances'],
    reason: 'Instances; those of the cluster are made by its role, within the limit of its node pool',
  },
  {
    actions: ['eks:CreateCapability', 'eks:CreateCluster', 'eks:CreateFargateProfile', 'eks:CreateNodegroup'],
    reason: 'A cluster is 73 USD a month before its first node',
  },
  {
    actions: ['rds:CreateDBCluster', 'rds:CreateDBProxy', 'rds:RestoreDBClusterFromS3'],
    reason:
      'Databases; a restore from a backup stays open, and the instance that a restored cluster is nothing without: it grows to the capacity of its cluster',
  },
  {
    actions: [
      'kinesis:CreateStream',
      'kinesis:IncreaseStreamRetentionPeriod',
      'kinesis:RegisterStreamConsumer',
      'kinesis:UpdateShardCount',
    ],
    reason: 'Streams, readers and shards',
  },
  { actions: ['dynamodb:CreateTable', 'dynamodb:CreateTableReplica'], reason: 'Tables and replicas' },
  {
    actions: ['ec2:CreateNatGateway', 'ec2:CreateTransitGateway', 'ec2:CreateVpcEndpoint', 'elasticloadbalancing:CreateLoadBalancer'],
    reason: 'What is billed by the hour in a network; the load balancer and its endpoints stand already',
  },
  {
    actions: ['lambda:PutProvisionedConcurrencyConfig', 'application-autoscaling:RegisterScalableTarget'],
    reason: 'Capacity that is paid for, used or not',
  },
  { actions: ['servicequotas:RequestServiceQuotaIncrease'], reason: "AWS's quotas bound what we set no limit to" },
  {
    actions: [
      'dynamodb:PurchaseReservedCapacityOfferings',
      'ec2:PurchaseReservedInstancesOffering',
      'rds:PurchaseReservedDBInstancesOffering',
      'savingsplans:CreateSavingsPlan',
    ],
    reason: 'A commitment of a year, made in haste',
  },
  {
    actions: [
      'aoss:CreateCollection',
      'autoscaling:CreateAutoScalingGroup',
      'batch:SubmitJob',
      'bedrock:InvokeModel*',
      'ecs:CreateService',
      'ecs:RunTask',
      'elasticache:CreateReplicationGroup',
      'elasticache:CreateServerlessCache',
      'elasticmapreduce:RunJobFlow',
      'emr-serverless:StartJobRun',
      'es:CreateDomain',
      'kafka:CreateCluster*',
      'lightsail:CreateInstances',
      'redshift:CreateCluster',
      'redshift-serverless:CreateWorkgroup',
      'sagemaker:CreateEndpoint',
      'sagemaker:CreateNotebookInstance',
      'sagemaker:CreateTrainingJob',
    ],
    reason: 'Services that the platform does not use: what somebody who stole a credential would start',
  },
];

export interface StopGrowthProps {
  /** Regions in which cells run. Their recovery Regions are left out: a takeover makes all of a cell anew, and must not wait for anybody [SLO-4]. */
  readonly homeRegions: readonly string[];
}

/**
 * Service control policy that AWS Budgets attaches when the organization nears its hard cap [BUD-2, ADR-032]: nothing new is made, whoever asks, the
 * pipeline too. What runs goes on, and grows up to the limits that it has: nodes within their pool, the database within its capacity.
 */
export function stopGrowth({ homeRegions }: StopGrowthProps): ServiceControlPolicy {
  if (homeRegions.length === 0) throw new Error('stopGrowth.homeRegions: received none; allowed: at least one Region');
  return withinQuota('stopGrowth', 'SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NothingNew',
        Effect: 'Deny',
        Action: growth.flatMap(({ actions }) => actions).filter((action) => !byCluster.includes(action)),
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestedRegion': homeRegions } },
      },
      {
        // A node that is lost, or three weeks old, is replaced by another, or customers wait. EKS makes it as the cluster's role.
        Sid: 'NodesByTheClusterAlone',
        Effect: 'Deny',
        Action: byCluster,
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:RequestedRegion': homeRegions },
          ArnNotLike: { 'aws:PrincipalArn': CLUSTER_ROLES },
        },
      },
    ],
  });
}

/** Of lib/constructs/kubernetes-cluster.ts, as CloudFormation names them: `prod-eu-Cluster-KubernetesClusterRoleF7D3-1A2B3C4D`. */
export const CLUSTER_ROLES = 'arn:aws:iam::*:role/*-Cluster-KubernetesCluster*';

const byCluster = ['ec2:CreateFleet', 'ec2:RunInstances'];
