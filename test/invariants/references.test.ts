import { describeInvariant, first, resourcesOf, type Invariant, type JudgedStack } from './judged-stack';

interface StackOutput {
  readonly StackName: string;
  readonly Region: string;
  readonly OutputName: string;
}

/** Every value of an intrinsic function of this name, at any depth. */
function usesOf(name: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key === name ? [inner] : []), ...usesOf(name, inner)]);
}

/** The one parameter that is looked up: the version of the bootstrap stack, which deployments compare. */
const isBootstrapVersion = (name: string): boolean => name === 'BootstrapVersion';

/** An export in use can neither change nor go, so two stacks lock each other, and so does a parameter in between. */
const nothingLocks: Invariant = (stacks) =>
  stacks.flatMap((stack) => [
    ...Object.entries(stack.template.Outputs ?? {})
      .filter(([, output]) => output.Export !== undefined)
      .map(([name]) => `${stack.path} exports ${name}`),
    ...usesOf('Fn::ImportValue', stack.template).map((name) => `${stack.path} imports ${JSON.stringify(name)}`),
    ...resourcesOf([stack])
      .filter(({ Type }) => Type === 'AWS::SSM::Parameter' || /^Custom::.*CrossRegion/.test(Type))
      .map(({ at }) => `${at} passes a value on`),
    ...Object.entries(stack.template.Parameters ?? {})
      .filter(([name, { Type }]) => Type.startsWith('AWS::SSM::') && !isBootstrapVersion(name))
      .map(([name]) => `${stack.path} looks up ${name}`),
    ...(JSON.stringify(stack.template).includes('{{resolve:ssm') ? [`${stack.path} resolves a parameter`] : []),
  ]);

/** CloudFormation finds a reference that leads nowhere only when it deploys. */
const referencesLeadSomewhere: Invariant = (stacks) =>
  stacks.flatMap((stack) =>
    (usesOf('Fn::GetStackOutput', stack.template) as StackOutput[]).flatMap(({ StackName, Region, OutputName }) => {
      const target = stacks.find(({ stackName, region }) => stackName === StackName && region === Region);
      if (!target) return [`${stack.path} refers to ${StackName} in ${Region}, which is not there`];
      if (target.cell !== stack.cell) return [`${stack.path} refers to ${target.path}, of another cell`];
      return target.template.Outputs?.[OutputName] ? [] : [`${stack.path} refers to ${OutputName}, which ${target.path} does not publish`];
    }),
  );

const outputOf = (stack: JudgedStack) => Object.values(stack.template.Outputs ?? {})[0] ?? { Value: '' };

const seedReference = (stack: JudgedStack, reference: StackOutput): void => {
  first(stack, 'AWS::EC2::FlowLog').Properties['LogDestination'] = { 'Fn::GetStackOutput': reference };
};

describeInvariant('no stack locks another one', nothingLocks, {
  'an export': ['prod-eu/LogArchive', (stack) => (outputOf(stack).Export = { Name: 'prod-eu:LogKey' })],
  'an import': [
    'prod-eu/Network',
    (stack) => (first(stack, 'AWS::EC2::FlowLog').Properties['LogDestination'] = { 'Fn::ImportValue': 'a' }),
  ],
  'a parameter that passes a value on': [
    'prod-eu/LogArchive',
    ({ template }) => (template.Resources['Seeded'] = { Type: 'AWS::SSM::Parameter', Properties: {} }),
  ],
  "the CDK's custom resource that passes values between Regions": [
    'prod-us/LogArchive',
    ({ template }) => (template.Resources['Seeded'] = { Type: 'Custom::CrossRegionExportReader', Properties: {} }),
  ],
  'a parameter that is looked up': [
    'dev/Network',
    ({ template }) => (template.Parameters = { ...template.Parameters, Key: { Type: 'AWS::SSM::Parameter::Value<String>' } }),
  ],
  'a parameter that is resolved': [
    'dev/Network',
    (stack) => (first(stack, 'AWS::EC2::FlowLog').Properties['LogDestination'] = '{{resolve:ssm:/a}}'),
  ],
});

describeInvariant('every reference leads to an output of the same cell', referencesLeadSomewhere, {
  'a stack that is not there': [
    'prod-eu/Network',
    (stack) => seedReference(stack, { StackName: 'prod-eu-Logs', Region: 'eu-west-1', OutputName: 'A' }),
  ],
  'a stack of another Region': [
    'prod-eu/Network',
    (stack) => seedReference(stack, { StackName: 'prod-eu-LogArchive', Region: 'eu-central-1', OutputName: 'A' }),
  ],
  'a stack of another cell': [
    'prod-eu/Network',
    (stack) => seedReference(stack, { StackName: 'prod-us-LogArchive', Region: 'us-east-1', OutputName: 'A' }),
  ],
  'an output that is not published': [
    'prod-eu/Network',
    (stack) => seedReference(stack, { StackName: 'prod-eu-LogArchive', Region: 'eu-west-1', OutputName: 'A' }),
  ],
});
