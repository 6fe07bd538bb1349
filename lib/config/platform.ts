import { dev } from './dev';
import { prod } from './prod';
import type { Organization, Platform } from './schema';
import { staging } from './staging';

const organization: Organization = {
  managementAccount: '999999999999',
  region: 'us-east-1',
  organizationId: 'o-exampleorgid',
  workforceIdentityRegion: 'eu-west-1',
  workforceIdentity: {
    instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
    viewersGroupId: '11111111-1111-1111-1111-111111111111',
    operatorsGroupId: '22222222-2222-2222-2222-222222222222',
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
