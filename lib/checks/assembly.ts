/**
 * A synthesized assembly as the rules see it: stacks and their resources, read from the files of cdk.out alone, so that
 * a rule judges what would be deployed and not what the code believes.
 */
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

export interface ResourceDefinition {
  readonly stack: StackTemplate;
  readonly logicalId: string;
  /** CloudFormation type, such as `AWS::S3::Bucket`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
}

export interface StackTemplate {
  /** Construct path, such as `prod-eu/Network`. */
  readonly path: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly terminationProtection: boolean;
  readonly templateFile: string;
  readonly resources: readonly ResourceDefinition[];
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** All stacks of an assembly and of the assemblies nested in it. */
export function readAssembly(directory: string): readonly StackTemplate[] {
  return new CloudAssembly(directory).stacksRecursively.map((artifact) => {
    const template = artifact.template as { readonly Resources?: Readonly<Record<string, TemplateResource>> };
    const resources: ResourceDefinition[] = [];
    const stack: StackTemplate = {
      path: artifact.hierarchicalId,
      stackName: artifact.stackName,
      account: artifact.environment.account,
      region: artifact.environment.region,
      terminationProtection: artifact.terminationProtection ?? false,
      templateFile: artifact.templateFullPath,
      resources,
    };
    for (const [logicalId, resource] of Object.entries(template.Resources ?? {})) {
      resources.push({
        stack,
        logicalId,
        type: resource.Type,
        properties: resource.Properties ?? {},
        deletionPolicy: resource.DeletionPolicy,
        updateReplacePolicy: resource.UpdateReplacePolicy,
      });
    }
    return stack;
  });
}
