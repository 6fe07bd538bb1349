/** Assemblies of one stack, as small as an update that is reviewed needs them. */
import { App, CfnResource, Stack, type CfnResourceProps } from 'aws-cdk-lib';
import { fixtureProps } from '../support/fixtures';

export type Build = (stack: Stack) => void;

export interface Traits {
  readonly id?: string;
  readonly stackName?: string;
  readonly region?: string;
  readonly terminationProtection?: boolean;
}

/** An assembly with a stack `Stores`, or without it where nothing builds it, beside one that is empty. */
export function assembly(build: Build | undefined, traits: Traits = {}): string {
  const app = new App(fixtureProps());
  const { id = 'Stores', stackName, region = 'eu-west-1', terminationProtection = true } = traits;
  new Stack(app, 'Empty', { env: { account: '123456789012', region: 'eu-west-1' } });
  if (build) build(new Stack(app, id, { env: { account: '123456789012', region }, terminationProtection, stackName }));
  return app.synth().directory;
}

/** Resources as CloudFormation has them, by their logical IDs; retained unless they say otherwise. */
export const resources =
  (definitions: Readonly<Record<string, CfnResourceProps & { readonly policy?: string }>>): Build =>
  (stack) => {
    for (const [id, { policy = 'Retain', ...props }] of Object.entries(definitions)) {
      const resource = new CfnResource(stack, id, props);
      resource.addOverride('DeletionPolicy', policy);
      resource.addOverride('UpdateReplacePolicy', policy);
    }
  };
