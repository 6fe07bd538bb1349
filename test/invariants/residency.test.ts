import { describeInvariant, first, type Invariant, type JudgedStack } from './judged-stack';

/** Where each cell may be, said apart from the configuration: a slip there must not excuse itself here [REG-1, REG-3]. */
const cells: Readonly<Record<string, { readonly account: string; readonly home: string; readonly recovery?: string }>> = {
  dev: { account: '111111111111', home: 'us-east-1' },
  staging: { account: '222222222222', home: 'eu-west-1', recovery: 'eu-central-1' },
  'prod-us': { account: '333333333333', home: 'us-east-1', recovery: 'us-west-2' },
  'prod-eu': { account: '444444444444', home: 'eu-west-1', recovery: 'eu-central-1' },
  organization: { account: '999999999999', home: 'us-east-1' },
};

/** As the IDs of Availability Zones begin. */
const zonePrefixes: Readonly<Record<string, string>> = {
  'us-east-1': 'use1',
  'us-west-2': 'usw2',
  'eu-west-1': 'euw1',
  'eu-central-1': 'euc1',
};

/** Accounts of AWS that a cell's template may name, each with its reason: none so far. */
const accountsOfAws: readonly string[] = [];

/** How the home Region of IAM Identity Center may be named, anywhere: it knows our engineers, and no customer. */
const workforceIdentity = /aws-reserved\/sso\.amazonaws\.com\/eu-west-1\/|"IdcRegion":"eu-west-1"/g;

/**
 * How the bill may be named: the management account's exports, which come in from us-east-1, and in the query that shares it the accounts that serve every cell,
 * with the part that is this cell's. No customer is in any of them [BUD-3].
 */
const bill =
  /:bcm-data-exports:us-east-1:999999999999:export|"aws:SourceAccount":"999999999999"|\('(?:111111111111|222222222222|999999999999)', 0\.\d{1,20}\)/g;

const regionName = /\b(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)-(?:[a-z]+-){1,2}\d\b/g;
const zoneId = /\b([a-z]{3,4}\d)-az\d\b/g;
const accountId = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;

const limitsOf = (stack: JudgedStack) => {
  const cell = cells[stack.cell];
  if (!cell) throw new RangeError(`cell: received '${stack.cell}'; allowed: ${Object.keys(cells).join(', ')}`);
  return { account: cell.account, home: cell.home, regions: cell.recovery === undefined ? [cell.home] : [cell.home, cell.recovery] };
};

/** The organization's policies speak of every Region and account: they hold no customer's data. */
const cellsOnly = (stacks: readonly JudgedStack[]) => stacks.filter(({ cell }) => cell !== 'organization');

const texts = (stack: JudgedStack, pattern: RegExp): string[] => [
  ...new Set(
    [...JSON.stringify(stack.template).replaceAll(workforceIdentity, '').replaceAll(bill, '').matchAll(pattern)].map(
      (match) => match[1] ?? match[0],
    ),
  ),
];

const stacksAreAtHome: Invariant = (stacks) =>
  stacks
    // Where IAM Identity Center is.
    .filter(({ path, region }) => !(path === 'organization/Workforce' && region === 'eu-west-1'))
    .filter((stack) => {
      const { account, home, regions } = limitsOf(stack);
      const expected = stack.path.split('/')[1]?.startsWith('Recovery') ? regions[1] : home;
      return stack.account !== account || stack.region !== expected;
    })
    .map(({ path, account, region }) => `${path} goes to ${account}, ${region}`);

const noOtherRegionIsNamed: Invariant = (stacks) =>
  cellsOnly(stacks).flatMap((stack) => {
    const { regions } = limitsOf(stack);
    const zones = regions.map((region) => zonePrefixes[region]);
    return [
      ...texts(stack, regionName).filter((region) => !regions.includes(region)),
      ...texts(stack, zoneId).filter((prefix) => !zones.includes(prefix)),
    ].map((name) => `${stack.path} names ${name}`);
  });

const noOtherAccountIsNamed: Invariant = (stacks) =>
  cellsOnly(stacks).flatMap((stack) =>
    texts(stack, accountId)
      .filter((account) => account !== limitsOf(stack).account && !accountsOfAws.includes(account))
      .map((account) => `${stack.path} names ${account}`),
  );

const seedText = (stack: JudgedStack, text: string): void => {
  first(stack, 'AWS::KMS::Key').Properties['Description'] = text;
};

describeInvariant('every stack goes to an account and a Region of its cell [REG-1, REG-3]', stacksAreAtHome, {
  'EU logs in a Region of the US': ['prod-eu/LogArchive', (stack) => (stack.region = 'us-east-1')],
  'a stack of the home Region in the recovery Region': ['prod-eu/Network', (stack) => (stack.region = 'eu-central-1')],
  'a recovery stack in the home Region': ['prod-us/RecoveryNetwork', (stack) => (stack.region = 'us-east-1')],
  'a stack in the account of another cell': ['dev/Network', (stack) => (stack.account = '333333333333')],
});

describeInvariant("a cell's templates name no Region but its own [REG-1, REG-3]", noOtherRegionIsNamed, {
  'a Region of another jurisdiction': ['prod-eu/LogArchive', (stack) => seedText(stack, 'arn:aws:s3:us-east-1::bucket')],
  'a Region of the jurisdiction that the cell does not use': [
    'prod-eu/LogArchive',
    (stack) => seedText(stack, 's3.eu-north-1.amazonaws.com'),
  ],
  'a Region that nobody knew when this was written': ['prod-us/LogArchive', (stack) => seedText(stack, 'ap-southeast-9')],
  "the bill's Region, of another service": ['prod-eu/Cost', (stack) => seedText(stack, 'arn:aws:s3:us-east-1:999999999999:x')],
  "the workforce's Region, of another account's role": [
    'prod-us/GitOps',
    (stack) => (first(stack, 'AWS::EKS::Capability').Properties['RoleArn'] = 'arn:aws:eks:eu-west-1::cluster/x'),
  ],
  'a zone of another Region': [
    'prod-eu/Network',
    (stack) => (first(stack, 'AWS::EC2::Subnet').Properties['AvailabilityZoneId'] = 'use1-az1'),
  ],
});

describeInvariant("a cell's templates name no account but its own [REG-3, SEC-4]", noOtherAccountIsNamed, {
  'the account of another cell': ['prod-eu/LogArchive', (stack) => seedText(stack, 'arn:aws:iam::333333333333:root')],
  'another cell in the query that shares the bill': ['prod-eu/Cost', (stack) => seedText(stack, "('333333333333', 0.6)")],
  'an account of nobody': ['staging/Detection', (stack) => seedText(stack, '123456789012')],
});
