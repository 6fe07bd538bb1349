import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';

/** Logical IDs of addresses, and of those that the output lists. */
function addressesOf(path: string) {
  const template = platformTemplate(path);
  const { EgressAddresses: output } = template.findOutputs('EgressAddresses') as Readonly<
    Record<string, { readonly Value: unknown } | undefined>
  >;
  const listed = [...JSON.stringify(output?.Value ?? '').matchAll(/"Fn::GetAtt":\["(\w+)","PublicIp"\]/g)].map(([, id]) => id);
  return { made: Object.keys(template.findResources('AWS::EC2::EIP')), listed };
}

describe('the addresses that deliveries come from', () => {
  it.each([
    ['dev/Network', 1],
    ['staging/Network', 3],
    ['prod-us/Network', 3],
    ['prod-us/RecoveryNetwork', 3],
    ['prod-eu/Network', 3],
    ['prod-eu/RecoveryNetwork', 3],
  ])('are put out by %s, all of them, for the allow lists of customers', (path, count) => {
    const { made, listed } = addressesOf(path);
    expect(listed).toHaveLength(count);
    expect([...listed].sort()).toEqual([...made].sort());
  });

  it('are none where none is reserved', () => {
    expect(addressesOf('staging/RecoveryNetwork')).toEqual({ made: [], listed: [] });
  });
});
