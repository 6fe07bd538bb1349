import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const stream: ResourceFixture = {
  Type: 'AWS::KinesisFirehose::DeliveryStream',
  Properties: {
    SnowflakeDestinationConfiguration: {
      AccountUrl: 'https://ab12345.eu-west-1.privatelink.snowflakecomputing.com',
      SnowflakeVpcConfiguration: { PrivateLinkVpceId: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
      SecretsManagerConfiguration: { Enabled: true, SecretARN: { Ref: 'KeyPair' } },
      S3BackupMode: 'FailedDataOnly',
    },
  },
};
const path = 'Properties.SnowflakeDestinationConfiguration';
const with_ = (property: string, value: unknown) => [stackTemplate({ Warehouse: altered(stream, `${path}.${property}`, value) })];
const noSecret = 'Warehouse: The key pair for Snowflake is not read from a secret of the cell';
const account = (value: string) => [`Warehouse: AccountUrl is ${value}; allowed: a private address of Snowflake in eu-west-1`];
const service = (value: string) => [
  `Warehouse: SnowflakeVpcConfiguration.PrivateLinkVpceId is ${value}; allowed: a service of PrivateLink in eu-west-1`,
];

describeRule('WarehouseResident', {
  passing: {
    'an account in the same Region, by PrivateLink and a secret': [stackTemplate({ Warehouse: stream })],
    'a delivery to somewhere else': [stackTemplate({ Raw: { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: {} } })],
  },
  failing: {
    'an account of another Region': {
      stacks: with_('AccountUrl', 'https://ab12345.us-east-1.privatelink.snowflakecomputing.com'),
      findings: account('"https://ab12345.us-east-1.privatelink.snowflakecomputing.com"'),
    },
    'another Region of the same jurisdiction': {
      stacks: with_('AccountUrl', 'https://ab12345.eu-central-1.privatelink.snowflakecomputing.com'),
      findings: account('"https://ab12345.eu-central-1.privatelink.snowflakecomputing.com"'),
    },
    'a public address': {
      stacks: with_('AccountUrl', 'https://ab12345.eu-west-1.snowflakecomputing.com'),
      findings: account('"https://ab12345.eu-west-1.snowflakecomputing.com"'),
    },
    'an address without a Region': {
      stacks: with_('AccountUrl', 'https://org-account.privatelink.snowflakecomputing.com'),
      findings: account('"https://org-account.privatelink.snowflakecomputing.com"'),
    },
    'an address that only looks like one': {
      stacks: with_('AccountUrl', 'https://ab12345.eu-west-1.privatelink.snowflakecomputing.com.example.com'),
      findings: account('"https://ab12345.eu-west-1.privatelink.snowflakecomputing.com.example.com"'),
    },
    'an address that only the deployment knows': { stacks: with_('AccountUrl', { Ref: 'Url' }), findings: account('{"Ref":"Url"}') },
    'no PrivateLink': { stacks: with_('SnowflakeVpcConfiguration', undefined), findings: service('absent') },
    'a service of another Region': {
      stacks: with_('SnowflakeVpcConfiguration.PrivateLinkVpceId', 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0'),
      findings: service('"com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"'),
    },
    'no secret': { stacks: with_('SecretsManagerConfiguration', undefined), findings: [noSecret] },
    'a secret that is not used': { stacks: with_('SecretsManagerConfiguration.Enabled', false), findings: [noSecret] },
    'a secret that may be of any account': {
      stacks: with_('SecretsManagerConfiguration.SecretARN', 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:x'),
      findings: [noSecret],
    },
    'a key in the template': {
      stacks: with_('PrivateKey', 'MIIE'),
      findings: ['Warehouse: PrivateKey of Snowflake stands in the template; allowed: in the secret alone'],
    },
    'a user in the template': {
      stacks: with_('User', 'LOADER'),
      findings: ['Warehouse: User of Snowflake stands in the template; allowed: in the secret alone'],
    },
    'a second copy of all rows': {
      stacks: with_('S3BackupMode', 'AllData'),
      findings: ['Warehouse: What Snowflake takes is kept in S3 too, or nothing is: AllData; allowed: FailedDataOnly'],
    },
  },
});
