import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

type Exemptions = Readonly<Record<string, string>>;

/** What each bucket of an archive does without, by the name of the bucket. */
const exemptions = (path: string) =>
  Object.fromEntries(
    Object.entries(platformTemplate(path).findResources('AWS::S3::Bucket')).map(([id, { Metadata = {} }]) => [
      id.replace(/Bucket[0-9A-F]{8}$/, ''),
      Object.keys(((Metadata as Readonly<Record<string, unknown>>)['dataflow:exemptions'] ?? {}) as Exemptions),
    ]),
  );

const archives = [
  'dev/LogArchive',
  ...['staging', 'prod-us', 'prod-eu'].flatMap((cell) => [`${cell}/LogArchive`, `${cell}/RecoveryLogArchive`]),
];

describe('the log archive', () => {
  it.each(archives)('%s leaves out only the safeguards that the writers of each bucket do not allow', (path) => {
    expect(exemptions(path)).toEqual({
      AccessLogs: ['encryption', 'lock', 'accessLogs'],
      Audit: [],
      ConfigurationHistory: ['lock'],
      NetworkLogs: ['lock'],
      LoadBalancerLogs: ['encryption', 'lock'],
    });
  });

  it.each([
    ['dev/LogArchive', 'GOVERNANCE', 90],
    ['staging/LogArchive', 'GOVERNANCE', 90],
    ['staging/RecoveryLogArchive', 'GOVERNANCE', 90],
    ['prod-us/LogArchive', 'COMPLIANCE', 100],
    ['prod-us/RecoveryLogArchive', 'COMPLIANCE', 100],
    ['prod-eu/LogArchive', 'COMPLIANCE', 100],
    ['prod-eu/RecoveryLogArchive', 'COMPLIANCE', 100],
  ])('%s locks audit records in %s mode for %i days [SEC-3]', (path, Mode, Days) => {
    platformTemplate(path).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days } } },
    });
  });

  it.each(archives)('%s keeps a trail at home only: a second one would bill each event again', (path) => {
    platformTemplate(path).resourceCountIs('AWS::CloudTrail::Trail', path.includes('Recovery') ? 0 : 1);
  });

  it.each([
    ['staging', 'eu-central-1'],
    ['prod-us', 'us-west-2'],
    ['prod-eu', 'eu-central-1'],
  ])('of %s copies its audit records to the recovery Region %s, and nothing is copied back', (cell, Region) => {
    const replicated = propertiesOf(platformTemplate(`${cell}/LogArchive`), 'AWS::S3::Bucket').filter(
      (bucket) => bucket['ReplicationConfiguration'],
    );
    expect(replicated).toHaveLength(1);
    expect(JSON.stringify(replicated[0]?.['ReplicationConfiguration'])).toContain(
      `"StackName":"${cell}-RecoveryLogArchive","Region":"${Region}"`,
    );
    expect(JSON.stringify(platformTemplate(`${cell}/RecoveryLogArchive`).toJSON())).not.toContain('ReplicationConfiguration');
  });

  it.each(archives.filter((path) => !path.includes('Recovery')))('%s records no deliveries of logs, its own copy included', (path) => {
    const [trail = {}] = propertiesOf(platformTemplate(path), 'AWS::CloudTrail::Trail');
    const text = JSON.stringify(trail['AdvancedEventSelectors']);
    for (const name of ['Audit', 'ConfigurationHistory', 'NetworkLogs', 'AccessLogs', 'LoadBalancerLogs']) {
      expect(text).toMatch(new RegExp(`"${name}Bucket[0-9A-F]{8}"`));
    }
    if (path !== 'dev/LogArchive') expect(text).toContain('RecoveryLogArchive');
  });
});
