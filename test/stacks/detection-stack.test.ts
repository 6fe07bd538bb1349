import { describe, expect, it } from 'vitest';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const paths = platformStacks()
  .map(({ path }) => path)
  .filter((path) => path.endsWith('Detection'));

describe('detection', () => {
  it('is on in both Regions of every cell', () => {
    expect([...paths].sort()).toEqual([
      'dev/Detection',
      'prod-eu/Detection',
      'prod-eu/RecoveryDetection',
      'prod-us/Detection',
      'prod-us/RecoveryDetection',
      'staging/Detection',
      'staging/RecoveryDetection',
    ]);
  });

  it.each(paths)('%s watches S3, EKS and RDS, records configuration, judges posture and outside access', (path) => {
    const template = platformTemplate(path);
    const [detector = {}] = propertiesOf(template, 'AWS::GuardDuty::Detector');
    expect(detector).toMatchObject({ Enable: true });
    const plans = Object.fromEntries(
      (detector['Features'] as { readonly Name: string; readonly Status: string }[]).map(({ Name, Status }) => [Name, Status]),
    );
    expect(plans).toMatchObject({ S3_DATA_EVENTS: 'ENABLED', EKS_AUDIT_LOGS: 'ENABLED', RDS_LOGIN_EVENTS: 'ENABLED' });
    for (const type of [
      'AWS::Config::ConfigurationRecorder',
      'AWS::Config::DeliveryChannel',
      'AWS::SecurityHub::Hub',
      'AWS::AccessAnalyzer::Analyzer',
    ]) {
      template.resourceCountIs(type, 1);
    }
    template.hasResourceProperties('AWS::SecurityHub::Standard', {
      StandardsArn: `arn:aws:securityhub:${regionOf(path)}::standards/aws-foundational-security-best-practices/v/1.0.0`,
    });
  });

  it.each(paths)('%s pages for findings of high severity, and says what to do', (path) => {
    const [rule = {}] = propertiesOf(platformTemplate(path), 'AWS::Events::Rule');
    expect(rule['EventPattern']).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { severity: [{ numeric: ['>=', 7] }] },
    });
    const targets = JSON.stringify(rule['Targets']);
    expect(targets).toMatch(/"AlertsPage[0-9A-F]{8}"/);
    expect(targets).toContain('docs/06-runbooks/guardduty-severe-finding.md');
  });

  it('records IAM in one Region of an account only', () => {
    const recordsIam = (path: string) =>
      !JSON.stringify(propertiesOf(platformTemplate(path), 'AWS::Config::ConfigurationRecorder')).includes('AWS::IAM::Role');
    for (const path of paths) expect(recordsIam(path), path).toBe(!path.includes('Recovery'));
  });
});

function regionOf(path: string): string {
  return platformStacks().find((stack) => stack.path === path)?.region ?? '';
}
