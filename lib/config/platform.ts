import { dev } from './dev';
import { prod } from './prod';
import type { Organization, Platform } from './schema';
import { staging } from './staging';

const organization: Organization = {
  managementAccount: '999999999999',
  region: 'us-east-1',
  organizationId: 'o-exampleorgid',
  alertEmail: 'platform-budget@example.com',
  workforceIdentityRegion: 'eu-west-1',
  workforceIdentity: {
    instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
    viewersGroupId: '0123abcd-0000-4000-8000-00000000000a',
    operatorsGroupId: '0123abcd-0000-4000-8000-00000000000b',
  },
  github: { name: 'example-org', id: '100000001', repository: 'dataflow-platform' },
};

/** Everything that the app is made from, in the order in which changes reach it. */
export const platform: Platform = {
  owner: 'platform-engineering',
  costCentre: 'CC-4100',
  organization,
  environments: [dev, staging, prod],
};
