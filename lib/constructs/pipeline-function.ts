import { join } from 'node:path';
import { RemovalPolicy, type Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface PipelineFunctionProps {
  /** Folder of lib/functions. */
  readonly code: string;
  /** Of its log group, behind the cell's. @default - the folder's */
  readonly name?: string;
  readonly description: string;
  /** Beginning of the log group's name, which the cell's deployments may make. */
  readonly cell: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /** In MiB, 128 to 10,240; the share of a CPU grows with it. */
  readonly memoryMib: number;
  /** What it may do, and nothing else [SEC-4]; its own log is added. */
  readonly permissions: readonly iam.PolicyStatement[];
  /** Where it reaches something that has no other address; its group says what. @default - outside of the network, where AWS's services are */
  readonly network?: { readonly vpc: ec2.IVpc; readonly securityGroup: ec2.ISecurityGroup };
  readonly logs: {
    readonly key: IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

/** A function of ours that AWS starts: for what no managed service does, and a pod would do with less care. */
export class PipelineFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    // Its own: Lambda would make one that keeps logs for ever, under a key that is not ours.
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `${props.cell}-${props.name ?? props.code}`,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      // By its fixed name the next takeover would find it taken.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The CDK's own would come with AWS's policy for any log group.
    const role = new iam.Role(this, 'Role', {
      description: props.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of [...props.permissions, ...(props.network ? ownInterfaces() : [])]) role.addToPolicy(statement);

    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      code: lambda.Code.fromAsset(join(__dirname, '../functions', props.code)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      environment: { ...props.environment },
      timeout: props.timeout,
      memorySize: props.memoryMib,
      role,
      logGroup,
      vpc: props.network?.vpc,
      vpcSubnets: props.network && { subnetGroupName: 'Private' },
      securityGroups: props.network && [props.network.securityGroup],
    });
    // The function starts with the first record: without its rights it would fail until they are there.
    this.function.node.addDependency(role);
  }
}

/**
 * Lambda makes the interfaces as the function's role, and EC2 knows no narrower resource for that; the function's code gets none of it.
 * Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC", read 2026-11.
 */
function ownInterfaces(): iam.PolicyStatement[] {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    new iam.PolicyStatement({ sid: 'InterfacesByLambda', actions, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'NoInterfacesByCode',
      effect: iam.Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}
