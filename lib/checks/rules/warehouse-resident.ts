import type { ResourceDefinition } from '../assembly';
import { propertyAt, resourceRule } from '../rule';

const ACCOUNT = /^https:\/\/[a-z0-9_-]+\.([a-z0-9-]+)\.privatelink\.snowflakecomputing\.com$/;
const SERVICE = /^com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]{17}$/;
const DESTINATION = 'SnowflakeDestinationConfiguration';

/**
 * Rows go into an account of Snowflake in the Region of what sends them, by PrivateLink, and with a secret that is in no template. An address without a
 * Region could be any account; what only a deployment knows could be any too.
 */
export const warehouseResident = resourceRule({
  id: 'WarehouseResident',
  constraints: ['REG-1', 'REG-3', 'SEC-2', 'TEC-2'],
  demand: 'Rows go into an account of Snowflake in the same Region, over PrivateLink, by a key pair that Secrets Manager keeps',
  fix: "Take the private address and the service from SYSTEM$GET_PRIVATELINK_CONFIG() of the jurisdiction's own account (lib/config)",
  types: ['AWS::KinesisFirehose::DeliveryStream'],
  faults: (stream) => {
    if (propertyAt(stream, DESTINATION) === undefined) return [];
    const at = (...path: string[]) => propertyAt(stream, DESTINATION, ...path);
    const { region } = stream.stack;
    return [
      ...regionFaults(stream, 'AccountUrl', ACCOUNT, `a private address of Snowflake in ${region}`),
      ...regionFaults(stream, 'SnowflakeVpcConfiguration.PrivateLinkVpceId', SERVICE, `a service of PrivateLink in ${region}`),
      ...(at('SecretsManagerConfiguration', 'Enabled') === true && isReference(at('SecretsManagerConfiguration', 'SecretARN'))
        ? []
        : [fault('SecretsManagerConfiguration', 'The key pair for Snowflake is not read from a secret of the cell')]),
      ...['User', 'PrivateKey', 'KeyPassphrase']
        .filter((property) => at(property) !== undefined)
        .map((property) => fault(property, `${property} of Snowflake stands in the template; allowed: in the secret alone`)),
      ...(at('S3BackupMode') === 'FailedDataOnly'
        ? []
        : [
            fault(
              'S3BackupMode',
              `What Snowflake takes is kept in S3 too, or nothing is: ${String(at('S3BackupMode'))}; allowed: FailedDataOnly`,
            ),
          ]),
    ];
  },
});

const fault = (property: string, message: string) => ({ location: `Properties.${DESTINATION}.${property}`, message });

/** Of another stack, or of this one: a literal could be anybody's. */
const isReference = (value: unknown): boolean => typeof value === 'object' && value !== null;

function regionFaults(stream: ResourceDefinition, property: string, pattern: RegExp, allowed: string) {
  const value = propertyAt(stream, DESTINATION, ...property.split('.'));
  const [, region] = (typeof value === 'string' ? pattern.exec(value) : undefined) ?? [];
  return region === stream.stack.region
    ? []
    : [fault(property, `${property} is ${JSON.stringify(value) ?? 'absent'}; allowed: ${allowed}`)];
}
