/**
 * What CloudFormation calls to create, read, update and delete a resource, by type: a new type of the platform gets a row
 * here, and what it lists in bootstrap/account.yaml.
 *
 * From the handlers' permissions in CloudFormation's resource schemas, as of 2026-08 (aws-cloudformation-schema/ of
 * pulumi/pulumi-aws-native at 43eed3b), less what belongs to properties that the platform does not use. Four types have no
 * such list (AWS Config's two, FirewallConfig and RecordSet): theirs are the service's calls for the resource. Service-linked roles are
 * those that the services' user guides name, read 2026-11.
 */
const handlers: Readonly<Record<string, string>> = {
  'AWS::ARCZonalShift::ZonalAutoshiftConfiguration': `
    arc-zonal-shift:CreatePracticeRunConfiguration DeletePracticeRunConfiguration GetManagedResource ListManagedResources
    UpdatePracticeRunConfiguration UpdateZonalAutoshiftConfiguration cloudwatch:DescribeAlarms
    iam:CreateServiceLinkedRole=practice-run.arc-zonal-shift.amazonaws.com
  `,
  'AWS::AccessAnalyzer::Analyzer': `
    access-analyzer:CreateAnalyzer DeleteAnalyzer GetAnalyzer ListAnalyzers TagResource UntagResource UpdateAnalyzer
    iam:CreateServiceLinkedRole=access-analyzer.amazonaws.com
  `,
  'AWS::Athena::NamedQuery': `athena:CreateNamedQuery DeleteNamedQuery GetNamedQuery ListNamedQueries`,
  'AWS::Athena::PreparedStatement': `athena:CreatePreparedStatement DeletePreparedStatement GetPreparedStatement ListPreparedStatements UpdatePreparedStatement`,
  'AWS::Athena::WorkGroup': `athena:CreateWorkGroup DeleteWorkGroup GetWorkGroup ListTagsForResource TagResource UntagResource UpdateWorkGroup`,
  'AWS::BCMDataExports::Export': `bcm-data-exports:CreateExport DeleteExport GetExport ListExports ListTagsForResource TagResource UntagResource UpdateExport cur:PutReportDefinition`,
  'AWS::Backup::BackupPlan': `backup:CreateBackupPlan DeleteBackupPlan GetBackupPlan ListBackupPlans ListTags TagResource UntagResource UpdateBackupPlan`,
  'AWS::Backup::BackupSelection': `backup:CreateBackupSelection DeleteBackupSelection GetBackupSelection ListBackupPlans ListBackupSelections
    iam:GetRole PassRole=backup.amazonaws.com`,
  'AWS::Backup::BackupVault': `
    backup-storage:MountCapsule backup:CreateBackupVault DeleteBackupVault DeleteBackupVaultAccessPolicy
    DeleteBackupVaultLockConfiguration DescribeBackupVault GetBackupVaultAccessPolicy ListTags PutBackupVaultAccessPolicy
    PutBackupVaultLockConfiguration TagResource UntagResource kms:CreateGrant=backup Decrypt=backup DescribeKey GenerateDataKey=backup
    RetireGrant=backup
  `,
  'AWS::Backup::RestoreTestingPlan': `
    backup:CreateRestoreTestingPlan DeleteRestoreTestingPlan GetRestoreTestingPlan ListRestoreTestingPlans ListTags TagResource
    UntagResource UpdateRestoreTestingPlan iam:CreateServiceLinkedRole=restore-testing.backup.amazonaws.com
  `,
  'AWS::Backup::RestoreTestingSelection': `
    backup:CreateRestoreTestingSelection DeleteRestoreTestingSelection GetRestoreTestingSelection ListRestoreTestingPlans
    ListRestoreTestingSelections UpdateRestoreTestingSelection iam:PassRole=backup.amazonaws.com
  `,
  'AWS::Budgets::Budget': `budgets:ListTagsForResource ModifyBudget TagResource UntagResource ViewBudget`,
  'AWS::Budgets::BudgetsAction': `
    budgets:CreateBudgetAction DeleteBudgetAction DescribeBudgetAction ListTagsForResource TagResource UntagResource UpdateBudgetAction
    iam:PassRole=budgets.amazonaws.com
  `,
  'AWS::CE::AnomalyMonitor': `ce:CreateAnomalyMonitor DeleteAnomalyMonitor GetAnomalyMonitors UpdateAnomalyMonitor`,
  'AWS::CE::AnomalySubscription': `ce:CreateAnomalySubscription DeleteAnomalySubscription GetAnomalySubscriptions UpdateAnomalySubscription`,
  'AWS::CE::CostCategory': `
    ce:CreateCostCategoryDefinition DeleteCostCategoryDefinition DescribeCostCategoryDefinition ListCostCategoryDefinitions ListTagsForResource
    TagResource UntagResource UpdateCostCategoryDefinition
  `,
  'AWS::CertificateManager::Certificate': `
    acm:AddTagsToCertificate DeleteCertificate DescribeCertificate ListCertificates ListTagsForCertificate RemoveTagsFromCertificate
    RequestCertificate UpdateCertificateOptions route53:ChangeResourceRecordSets
  `,
  'AWS::CloudTrail::Trail': `
    cloudtrail:AddTags CreateTrail DeleteTrail DescribeTrails GetEventSelectors GetTrail GetTrailStatus ListTags PutEventSelectors
    RemoveTags StartLogging StopLogging UpdateTrail
  `,
  // The first objective of an account makes the service's role. Source: Application Signals API Reference, "CreateServiceLevelObjective", read 2026-11.
  'AWS::ApplicationSignals::ServiceLevelObjective': `
    application-signals:BatchUpdateExclusionWindows CreateServiceLevelObjective DeleteServiceLevelObjective GetServiceLevelObjective
    ListServiceLevelObjectiveExclusionWindows ListServiceLevelObjectives ListTagsForResource TagResource UntagResource UpdateServiceLevelObjective
    cloudwatch:GetMetricData iam:CreateServiceLinkedRole=application-signals.cloudwatch.amazonaws.com
  `,
  'AWS::CloudWatch::CompositeAlarm': `cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutCompositeAlarm TagResource UntagResource`,
  'AWS::CloudWatch::Alarm': `cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource`,
  'AWS::CloudWatch::Dashboard': `cloudwatch:DeleteDashboards GetDashboard ListTagsForResource PutDashboard TagResource UntagResource`,
  'AWS::CodeConnections::Connection': `
    codeconnections:CreateConnection DeleteConnection GetConnection ListConnections ListTagsForResource TagResource UntagResource
  `,
  'AWS::Config::ConfigurationRecorder': `
    config:DeleteConfigurationRecorder DescribeConfigurationRecorderStatus DescribeConfigurationRecorders PutConfigurationRecorder
    StartConfigurationRecorder StopConfigurationRecorder iam:PassRole=config.amazonaws.com
  `,
  'AWS::Config::DeliveryChannel': `config:DeleteDeliveryChannel DescribeDeliveryChannels PutDeliveryChannel`,
  'AWS::DynamoDB::GlobalTable': `
    dynamodb:BatchWriteItem CreateTable CreateTableReplica DeleteItem DeleteTable DeleteTableReplica DescribeContinuousBackups
    DescribeContributorInsights DescribeTable DescribeTimeToLive GetItem ListTagsOfResource PutItem Query Scan TagResource UntagResource
    UpdateContinuousBackups UpdateContributorInsights UpdateItem UpdateTable UpdateTimeToLive application-autoscaling:DescribeScalableTargets
    DescribeScalingPolicies kms:CreateGrant=dynamodb Decrypt=dynamodb DescribeKey RevokeGrant=dynamodb
    iam:CreateServiceLinkedRole=replication.dynamodb.amazonaws.com CreateServiceLinkedRole=contributorinsights.dynamodb.amazonaws.com
  `,
  'AWS::EC2::EIP': `ec2:AllocateAddress AssociateAddress CreateTags DeleteTags DescribeAddresses DisassociateAddress ReleaseAddress`,
  'AWS::EC2::FlowLog': `
    ec2:CreateFlowLogs CreateTags DeleteFlowLogs DeleteTags DescribeFlowLogs DescribeTags
    iam:CreateServiceLinkedRole=delivery.logs.amazonaws.com logs:CreateLogDelivery DeleteLogDelivery s3:GetBucketPolicy PutBucketPolicy
  `,
  'AWS::EC2::InternetGateway': `ec2:CreateInternetGateway CreateTags DeleteInternetGateway DeleteTags DescribeInternetGateways`,
  'AWS::EC2::NatGateway': `
    ec2:AssociateNatGatewayAddress CreateNatGateway CreateTags DeleteNatGateway DeleteTags DescribeNatGateways
    DisassociateNatGatewayAddress iam:CreateServiceLinkedRole=ec2-nat-gateway.amazonaws.com
  `,
  'AWS::EC2::Route': `ec2:CreateRoute DeleteRoute DescribeNetworkInterfaces DescribeRouteTables ReplaceRoute`,
  'AWS::EC2::RouteTable': `ec2:CreateRouteTable CreateTags DeleteRouteTable DeleteTags DescribeRouteTables`,
  'AWS::EC2::SecurityGroup': `
    ec2:AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags DeleteSecurityGroup DeleteTags
    DescribeInstances DescribeSecurityGroups RevokeSecurityGroupEgress RevokeSecurityGroupIngress
    UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress
  `,
  'AWS::EC2::SecurityGroupEgress': `
    ec2:AuthorizeSecurityGroupEgress DescribeSecurityGroupRules RevokeSecurityGroupEgress UpdateSecurityGroupRuleDescriptionsEgress
  `,
  'AWS::EC2::SecurityGroupIngress': `
    ec2:AuthorizeSecurityGroupIngress DescribeSecurityGroupRules DescribeSecurityGroups RevokeSecurityGroupIngress
    UpdateSecurityGroupRuleDescriptionsIngress
  `,
  'AWS::EC2::SnapshotBlockPublicAccess': `
    ec2:DisableSnapshotBlockPublicAccess EnableSnapshotBlockPublicAccess GetSnapshotBlockPublicAccessState
  `,
  'AWS::EC2::Subnet': `ec2:CreateSubnet CreateTags DeleteSubnet DeleteTags DescribeNetworkAcls DescribeSubnets ModifySubnetAttribute`,
  'AWS::EC2::SubnetRouteTableAssociation': `
    ec2:AssociateRouteTable DescribeRouteTables DescribeSubnets DisassociateRouteTable ReplaceRouteTableAssociation
  `,
  'AWS::EC2::VPC': `
    ec2:CreateTags CreateVpc DeleteTags DeleteVpc DescribeNetworkAcls DescribeSecurityGroups DescribeVpcAttribute
    DescribeVpcEncryptionControls DescribeVpcs ModifyVpcAttribute
  `,
  'AWS::EC2::VPCEndpoint': `
    ec2:CreateTags CreateVpcEndpoint DeleteTags DeleteVpcEndpoints DescribeSecurityGroups DescribeSubnets DescribeVpcEndpoints
    DescribeVpcs ModifyVpcEndpoint route53:AssociateVPCWithHostedZone DisassociateVPCFromHostedZone
  `,
  'AWS::EC2::VPCGatewayAttachment': `ec2:AttachInternetGateway DescribeInternetGateways DetachInternetGateway`,
  'AWS::ECR::ReplicationConfiguration': `
    ecr:DescribeRegistry PutReplicationConfiguration iam:CreateServiceLinkedRole=replication.ecr.amazonaws.com
  `,
  'AWS::ECR::Repository': `
    ecr:CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy DescribeRepositories GetLifecyclePolicy
    GetRepositoryPolicy ListTagsForResource PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy
    TagResource UntagResource kms:CreateGrant=ecr DescribeKey RetireGrant=ecr
  `,
  'AWS::EKS::AccessEntry': `
    eks:AssociateAccessPolicy CreateAccessEntry DeleteAccessEntry DescribeAccessEntry DisassociateAccessPolicy ListAccessEntries
    ListAssociatedAccessPolicies TagResource UntagResource UpdateAccessEntry
  `,
  'AWS::EKS::Addon': `eks:CreateAddon DeleteAddon DescribeAddon DescribeUpdate ListAddons TagResource UntagResource UpdateAddon`,
  'AWS::EKS::Capability': `
    eks:AssociateAccessPolicy CreateAccessEntry CreateCapability DeleteAccessEntry DeleteCapability DescribeAccessEntry DescribeCapability
    DescribeUpdate DisassociateAccessPolicy ListAssociatedAccessPolicies ListCapabilities TagResource UntagResource UpdateAccessEntry
    UpdateCapability iam:GetRole PassRole=capabilities.eks.amazonaws.com identitystore:DescribeGroup ListGroups ListUsers
    sso:CreateApplication CreateApplicationAssignment DeleteApplication DeleteApplicationAccessScope DeleteApplicationAssignment
    DeleteApplicationAuthenticationMethod DeleteApplicationGrant DescribeInstance DescribeRegisteredRegions ListApplicationAssignments
    PutApplicationAccessScope PutApplicationAssignmentConfiguration PutApplicationAuthenticationMethod PutApplicationGrant
  `,
  'AWS::EKS::Cluster': `
    ec2:DescribeSubnets DescribeVpcs eks:CreateCluster DeleteCluster DescribeCluster DescribeUpdate ListClusters TagResource UntagResource
    UpdateClusterConfig UpdateClusterVersion iam:CreateServiceLinkedRole=eks.amazonaws.com GetRole ListAttachedRolePolicies
    PassRole=eks.amazonaws.com kms:CreateGrant=eks DescribeKey
  `,
  'AWS::EKS::PodIdentityAssociation': `
    eks:CreatePodIdentityAssociation DeletePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations TagResource
    UntagResource UpdatePodIdentityAssociation iam:GetRole PassRole=pods.eks.amazonaws.com
  `,
  'AWS::ElasticLoadBalancingV2::Listener': `
    elasticloadbalancing:AddTags CreateListener DeleteListener DescribeListenerAttributes DescribeListeners DescribeTags ModifyListener
    ModifyListenerAttributes RemoveTags
  `,
  'AWS::ElasticLoadBalancingV2::ListenerRule': `
    elasticloadbalancing:AddTags CreateRule DeleteRule DescribeRules DescribeTags ModifyRule RemoveTags SetRulePriorities
  `,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': `
    elasticloadbalancing:AddTags CreateLoadBalancer DeleteLoadBalancer DescribeCapacityReservation DescribeLoadBalancerAttributes
    DescribeLoadBalancers DescribeTags ModifyLoadBalancerAttributes RemoveTags SetIpAddressType SetSecurityGroups SetSubnets
    iam:CreateServiceLinkedRole=elasticloadbalancing.amazonaws.com
  `,
  'AWS::ElasticLoadBalancingV2::TargetGroup': `
    elasticloadbalancing:AddTags CreateTargetGroup DeleteTargetGroup DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups
    ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags
  `,
  'AWS::Events::Rule': `
    events:DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource
    iam:PassRole=events.amazonaws.com
  `,
  'AWS::Glue::Catalog': `glue:CreateCatalog DeleteCatalog GetCatalog GetCatalogs GetTags TagResource UntagResource UpdateCatalog PassConnection`,
  'AWS::Glue::Database': `glue:CreateDatabase DeleteDatabase GetDatabase GetDatabases UpdateDatabase`,
  'AWS::Glue::Table': `glue:CreateTable DeleteTable GetTable GetTables UpdateTable`,
  'AWS::Glue::Job': `glue:CreateJob DeleteJob GetJob GetTags TagResource UntagResource UpdateJob iam:PassRole=glue.amazonaws.com`,
  'AWS::GuardDuty::Detector': `
    guardduty:CreateDetector DeleteDetector GetDetector ListDetectors ListTagsForResource TagResource UntagResource UpdateDetector
    iam:CreateServiceLinkedRole=guardduty.amazonaws.com GetRole=guardduty.amazonaws.com
  `,
  'AWS::IAM::Policy': `iam:DeleteRolePolicy GetRolePolicy PutRolePolicy`,
  'AWS::IAM::Role': `
    iam:AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies
    ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription
  `,
  'AWS::KMS::Alias': `kms:CreateAlias DeleteAlias ListAliases UpdateAlias`,
  'AWS::KMS::Key': `
    kms:CreateKey DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags
    PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription iam:CreateServiceLinkedRole=mrk.kms.amazonaws.com
  `,
  // The first two are asked of the other Region, or of the new key [AWS KMS Developer Guide, "Create multi-Region replica keys", read 2026-11].
  'AWS::KMS::ReplicaKey': `
    kms:ReplicateKey CreateKey DescribeKey DisableKey EnableKey GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy
    ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription iam:CreateServiceLinkedRole=mrk.kms.amazonaws.com
  `,
  'AWS::Kinesis::Stream': `
    kinesis:AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStreamSummary DisableEnhancedMonitoring
    EnableEnhancedMonitoring IncreaseStreamRetentionPeriod ListTagsForResource ListTagsForStream RemoveTagsFromStream StartStreamEncryption
    StopStreamEncryption TagResource UntagResource UpdateMaxRecordSize UpdateShardCount UpdateStreamMode UpdateStreamWarmThroughput
  `,
  'AWS::Kinesis::StreamConsumer': `
    kinesis:DeregisterStreamConsumer DescribeStreamConsumer ListStreamConsumers ListTagsForResource RegisterStreamConsumer TagResource
    UntagResource
  `,
  'AWS::KinesisFirehose::DeliveryStream': `
    firehose:CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream ListTagsForDeliveryStream StartDeliveryStreamEncryption
    StopDeliveryStreamEncryption TagDeliveryStream UntagDeliveryStream UpdateDestination iam:GetRole PassRole=firehose.amazonaws.com
    kms:CreateGrant=firehose DescribeKey RevokeGrant=firehose
  `,
  'AWS::Lambda::EventSourceMapping': `
    lambda:CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListEventSourceMappings ListTags TagResource UntagResource
    UpdateEventSourceMapping
  `,
  'AWS::Lambda::Function': `
    ec2:DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs iam:PassRole=lambda.amazonaws.com kms:DescribeKey
    lambda:CreateFunction DeleteFunction GetFunction GetRuntimeManagementConfig PublishVersion PutRuntimeManagementConfig TagResource
    UntagResource UpdateFunctionCode UpdateFunctionConfiguration s3:GetObject GetObjectVersion
  `,
  'AWS::Lambda::Permission': `lambda:AddPermission GetPolicy RemovePermission`,
  'AWS::Logs::LogGroup': `
    logs:AssociateKmsKey CreateLogDelivery CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogGroups DescribeResourcePolicies
    DisassociateKmsKey ListTagsForResource PutRetentionPolicy TagResource UntagResource
  `,
  'AWS::Logs::ResourcePolicy': `logs:DeleteResourcePolicy DescribeResourcePolicies PutResourcePolicy`,
  'AWS::Logs::QueryDefinition': `logs:DeleteQueryDefinition DescribeQueryDefinitions PutQueryDefinition`,
  'AWS::Logs::LogStream': `logs:CreateLogStream DeleteLogStream DescribeLogStreams`,
  'AWS::Organizations::Policy': `
    organizations:AttachPolicy CreatePolicy DeletePolicy DescribePolicy DetachPolicy ListPolicies ListTagsForResource ListTargetsForPolicy
    TagResource UntagResource UpdatePolicy
  `,
  'AWS::RDS::DBCluster': `
    ec2:DescribeSecurityGroups iam:CreateServiceLinkedRole=rds.amazonaws.com kms:CreateGrant=rds DescribeKey
    rds:AddTagsToResource CreateDBCluster DeleteDBCluster DescribeDBClusterAutomatedBackups DescribeDBClusterSnapshots DescribeDBClusters
    DescribeDBSubnetGroups DescribeEvents DescribeGlobalClusters ModifyDBCluster RemoveFromGlobalCluster RemoveTagsFromResource
  `,
  'AWS::RDS::DBClusterParameterGroup': `
    rds:AddTagsToResource CreateDBClusterParameterGroup DeleteDBClusterParameterGroup DescribeDBClusterParameterGroups
    DescribeDBClusterParameters DescribeDBClusters DescribeEngineDefaultClusterParameters ListTagsForResource ModifyDBClusterParameterGroup
    RemoveTagsFromResource ResetDBClusterParameterGroup
  `,
  'AWS::RDS::DBInstance': `
    ec2:DescribeAccountAttributes DescribeAvailabilityZones DescribeInternetGateways DescribeSecurityGroups DescribeSubnets
    DescribeVpcAttribute DescribeVpcs iam:CreateServiceLinkedRole=rds.amazonaws.com kms:CreateGrant=rds DescribeKey
    rds:AddTagsToResource CreateDBInstance DeleteDBInstance DescribeDBClusters DescribeDBEngineVersions DescribeDBInstances DescribeEvents
    ModifyDBInstance RebootDBInstance RemoveTagsFromResource
  `,
  'AWS::RDS::DBSubnetGroup': `rds:AddTagsToResource CreateDBSubnetGroup DeleteDBSubnetGroup DescribeDBSubnetGroups ListTagsForResource
    ModifyDBSubnetGroup RemoveTagsFromResource`,
  'AWS::RDS::GlobalCluster': `rds:AddTagsToResource CreateGlobalCluster DeleteGlobalCluster DescribeDBClusters DescribeGlobalClusters
    ModifyGlobalCluster RemoveFromGlobalCluster RemoveTagsFromResource`,
  'AWS::Route53::HealthCheck': `route53:ChangeTagsForResource CreateHealthCheck DeleteHealthCheck GetHealthCheck ListHealthChecks
    ListTagsForResource UpdateHealthCheck`,
  'AWS::Route53::RecordSet': `route53:ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets`,
  'AWS::Route53Resolver::FirewallConfig': `ec2:DescribeVpcs route53resolver:GetFirewallConfig ListFirewallConfigs UpdateFirewallConfig`,
  'AWS::Route53Resolver::FirewallDomainList': `
    route53resolver:CreateFirewallDomainList DeleteFirewallDomainList GetFirewallDomainList ListFirewallDomains ListTagsForResource
    TagResource UntagResource UpdateFirewallDomains
  `,
  'AWS::Route53Resolver::FirewallRuleGroup': `
    route53resolver:CreateFirewallRule CreateFirewallRuleGroup DeleteFirewallRule DeleteFirewallRuleGroup GetFirewallRuleGroup
    ListFirewallRules ListTagsForResource TagResource UntagResource UpdateFirewallRule
  `,
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': `
    ec2:DescribeVpcs route53resolver:AssociateFirewallRuleGroup DisassociateFirewallRuleGroup GetFirewallRuleGroupAssociation
    ListTagsForResource TagResource UntagResource UpdateFirewallRuleGroupAssociation
  `,
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': `
    iam:CreateServiceLinkedRole=route53resolver.amazonaws.com logs:CreateLogDelivery DeleteLogDelivery DescribeLogGroups
    DescribeResourcePolicies GetLogDelivery ListLogDeliveries UpdateLogDelivery route53resolver:CreateResolverQueryLogConfig
    DeleteResolverQueryLogConfig GetResolverQueryLogConfig ListResolverQueryLogConfigs ListTagsForResource TagResource UntagResource
  `,
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': `
    ec2:DescribeVpcs route53resolver:AssociateResolverQueryLogConfig DisassociateResolverQueryLogConfig
    GetResolverQueryLogConfigAssociation ListResolverQueryLogConfigAssociations
  `,
  'AWS::S3::Bucket': `
    iam:PassRole=s3.amazonaws.com s3:CreateBucket DeleteBucket GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac
    GetBucketAcl GetBucketCORS GetBucketLogging GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls
    GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetEncryptionConfiguration GetIntelligentTieringConfiguration
    GetInventoryConfiguration GetMetricsConfiguration GetReplicationConfiguration ListBucket PutBucketLogging PutBucketNotification PutInventoryConfiguration PutMetricsConfiguration
    PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning
    PutEncryptionConfiguration PutLifecycleConfiguration PutReplicationConfiguration TagResource UntagResource
  `,
  'AWS::S3::BucketPolicy': `s3:DeleteBucketPolicy GetBucketPolicy PutBucketPolicy`,
  'AWS::S3Tables::Namespace': `s3tables:CreateNamespace DeleteNamespace GetNamespace ListNamespaces ListTableBuckets`,
  'AWS::S3Tables::Table': `
    s3tables:CreateTable DeleteTable GetTable GetTableMaintenanceConfiguration ListNamespaces ListTableBuckets ListTables
    ListTagsForResource PutTableData PutTableMaintenanceConfiguration RenameTable TagResource UntagResource kms:Decrypt=s3
    GenerateDataKey=s3
  `,
  'AWS::S3Tables::TableBucket': `
    iam:PassRole=replication.s3tables.amazonaws.com kms:DescribeKey s3tables:CreateTableBucket DeleteTableBucket
    DeleteTableBucketEncryption DeleteTableBucketReplication GetTableBucket GetTableBucketEncryption GetTableBucketMaintenanceConfiguration
    GetTableBucketMetricsConfiguration GetTableBucketReplication GetTableBucketStorageClass ListTableBuckets ListTagsForResource
    PutTableBucketEncryption PutTableBucketMaintenanceConfiguration PutTableBucketReplication TagResource UntagResource
  `,
  'AWS::SNS::Subscription': `sns:GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe`,
  'AWS::SNS::Topic': `
    sns:CreateTopic DeleteTopic GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes Subscribe TagResource
    Unsubscribe UntagResource
  `,
  'AWS::SNS::TopicPolicy': `sns:SetTopicAttributes`,
  'AWS::SQS::Queue': `sqs:CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue`,
  'AWS::SQS::QueuePolicy': `sqs:SetQueueAttributes`,
  'AWS::SSO::PermissionSet': `
    sso:AttachManagedPolicyToPermissionSet CreatePermissionSet DeleteInlinePolicyFromPermissionSet DeletePermissionSet DescribePermissionSet
    DescribePermissionSetProvisioningStatus DetachManagedPolicyFromPermissionSet GetInlinePolicyForPermissionSet
    GetPermissionsBoundaryForPermissionSet ListCustomerManagedPolicyReferencesInPermissionSet ListManagedPoliciesInPermissionSet
    ListPermissionSets ListTagsForResource ProvisionPermissionSet PutInlinePolicyToPermissionSet TagResource UntagResource UpdatePermissionSet
  `,
  // Without GetSecretValue, which its schema lists for values that the template makes: ours makes none (unverified).
  'AWS::SecretsManager::ResourcePolicy': `secretsmanager:DeleteResourcePolicy DescribeSecret GetResourcePolicy PutResourcePolicy`,
  'AWS::SecretsManager::Secret': `
    kms:Decrypt=secretsmanager GenerateDataKey=secretsmanager secretsmanager:CreateSecret DeleteSecret DescribeSecret TagResource
    UntagResource UpdateSecret
  `,
  'AWS::SecurityHub::Hub': `
    iam:CreateServiceLinkedRole=securityhub.amazonaws.com securityhub:DescribeHub DisableSecurityHub EnableSecurityHub ListTagsForResource
    TagResource UntagResource UpdateSecurityHubConfiguration
  `,
  'AWS::SecurityHub::Standard': `
    securityhub:BatchDisableStandards BatchEnableStandards DescribeStandardsControls GetEnabledStandards UpdateStandardsControl
  `,
  'AWS::WAFv2::LoggingConfiguration': `
    logs:CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies PutResourcePolicy wafv2:DeleteLoggingConfiguration
    GetLoggingConfiguration ListLoggingConfigurations PutLoggingConfiguration
  `,
  'AWS::WAFv2::WebACL': `wafv2:CreateWebACL DeleteWebACL GetWebACL ListTagsForResource TagResource UntagResource UpdateWebACL ListWebACLs`,
  'AWS::WAFv2::WebACLAssociation': `
    elasticloadbalancing:CreateWebACLAssociation DeleteWebACLAssociation GetLoadBalancerWebACL SetWebACL wafv2:AssociateWebACL DisassociateWebACL
    GetWebACL GetWebACLForResource
  `,
  'Custom::BirthManifest': `lambda:InvokeFunction`,
  'Custom::VpcRestrictDefaultSG': `lambda:InvokeFunction`,
};

export interface HandlerAction {
  readonly action: string;
  /** The service that a role is passed to or linked with. */
  readonly service?: string;
}

/** @throws RangeError for a type without a row. */
export function handlerActions(type: string): readonly HandlerAction[] {
  const row = handlers[type];
  if (row === undefined) {
    throw new RangeError(
      `type: received '${type}'; allowed: a type with a row in test/bootstrap/handlers.ts. ` +
        'Add what its handlers call, there and in bootstrap/account.yaml, and deploy that template before the stack',
    );
  }
  let prefix = '';
  return row
    .trim()
    .split(/\s+/)
    .map((word) => {
      // `service:Action=for`, of which the service is that of the word before, if it is left out.
      const [, own = prefix, name = '', service] = /^([a-z0-9-]+:)?(\w+)(?:=(.+))?$/.exec(word) ?? [];
      prefix = own;
      return { action: `${own}${name}`, service };
    });
}

/** Types that the table knows, whether or not a stack has them. */
export const handledTypes: readonly string[] = Object.keys(handlers);
