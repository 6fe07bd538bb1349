import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { flags } from './platform-assembly';

/** Account of every construct under test. */
export const account = '123456789012';
export const region = 'eu-west-1';

/** A stack with the flags of cdk.json around a construct under test; its zones need no look-up. */
export class SmallStack extends Stack {
  constructor(
    id = 'Small',
    private readonly zoneIds: readonly string[] = [],
    env = { account, region },
    app = new App({
      context: { ...flags, 'aws:cdk:disable-stack-trace': true, 'aws:cdk:disable-creation-stack-traces': true },
      // Would judge the surroundings, which are made up, and take most of the time.
      builtinCloudFormationValidation: false,
    }),
  ) {
    super(app, id, { env });
  }

  override get availabilityZones(): string[] {
    return [...this.zoneIds];
  }

  get template(): Template {
    return Template.fromStack(this);
  }
}

/** A bucket and a key that exist elsewhere, by name. */
export function existing(stack: Stack, name: string, inRegion = region) {
  return {
    bucket: Bucket.fromBucketAttributes(stack, `${name}Bucket`, { bucketName: name, region: inRegion, account }),
    key: Key.fromKeyArn(stack, `${name}Key`, `arn:aws:kms:${inRegion}:${account}:key/${name}`),
  };
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

type Resources = Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;

/** Properties of all resources of a type, in the order of the template. */
export const propertiesOf = (template: Template, type: string): readonly Readonly<Record<string, unknown>>[] =>
  Object.values(template.findResources(type) as Resources).map(({ Properties = {} }) => Properties);

/** Statements of a policy document of a resource, by their sid. */
export function statementsBySid(document: unknown): Readonly<Record<string, PolicyStatement>> {
  const { Statement } = document as { readonly Statement: readonly PolicyStatement[] };
  return Object.fromEntries(Statement.filter(({ Sid }) => Sid !== undefined).map((statement) => [String(statement.Sid), statement]));
}
