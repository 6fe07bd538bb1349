import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

describe('the target group of ingest', () => {
  const [group] = propertiesOf(platformTemplate('prod-eu/Edge'), 'AWS::ElasticLoadBalancingV2::TargetGroup');

  it('asks pods over TLS whether they are ready, as often as a load balancer can [OPS-2, SEC-2]', () => {
    expect(group).toMatchObject({
      Name: 'prod-eu-ingest',
      TargetType: 'ip',
      Protocol: 'HTTPS',
      Port: 8443,
      HealthCheckProtocol: 'HTTPS',
      HealthCheckPath: '/healthz/ready',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
  });

  it('says whose it is, or EKS could register no pod with it', () => {
    expect(group?.['Tags']).toEqual(expect.arrayContaining([{ Key: 'eks:eks-cluster-name', Value: 'prod-eu' }]));
  });
});
