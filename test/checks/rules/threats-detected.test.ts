import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const detector: ResourceFixture = {
  Type: 'AWS::GuardDuty::Detector',
  Properties: {
    Enable: true,
    Features: [
      { Name: 'S3_DATA_EVENTS', Status: 'ENABLED' },
      { Name: 'EKS_AUDIT_LOGS', Status: 'ENABLED' },
      { Name: 'RDS_LOGIN_EVENTS', Status: 'ENABLED' },
      { Name: 'RUNTIME_MONITORING', Status: 'DISABLED' },
    ],
  },
};
const bucket: ResourceFixture = { Type: 'AWS::S3::Bucket' };
const data = stackTemplate({ Bucket: bucket }, { path: 'cell/Data' });
const watched = (with_: ResourceFixture) => [data, stackTemplate({ Detector: with_ }, { path: 'cell/Detection' })];

describeRule('ThreatsDetected', {
  passing: {
    'a Region with data and a detector in another stack': watched(detector),
    'a Region without data': [stackTemplate({ Topic: { Type: 'AWS::SNS::Topic' } })],
  },
  failing: {
    'a Region with data and no detector': {
      stacks: [data],
      findings: ['cell/Data: No GuardDuty detector in 123456789012 eu-west-1'],
    },
    'the second Region of a cell, which the detector of the first does not watch': {
      stacks: [...watched(detector), stackTemplate({ Bucket: bucket }, { path: 'cell/RecoveryData', region: 'eu-central-1' })],
      findings: ['cell/RecoveryData: No GuardDuty detector in 123456789012 eu-central-1'],
    },
    'the same Region of another account': {
      stacks: [...watched(detector), stackTemplate({ Bucket: bucket }, { path: 'other/Data', account: '210987654321' })],
      findings: ['other/Data: No GuardDuty detector in 210987654321 eu-west-1'],
    },
    'a detector that is switched off': {
      stacks: watched(altered(detector, 'Properties.Enable', false)),
      findings: ['Detector: The detector is not enabled'],
    },
    'a detector of which only a parameter knows whether it is on': {
      stacks: watched(altered(detector, 'Properties.Enable', { Ref: 'Enable' })),
      findings: ['Detector: The detector is not enabled'],
    },
    'a plan that is switched off': {
      stacks: watched(altered(detector, 'Properties.Features.1.Status', 'DISABLED')),
      findings: ['Detector: EKS_AUDIT_LOGS is not enabled'],
    },
    'a plan of which only a parameter knows whether it is on': {
      stacks: watched(altered(detector, 'Properties.Features.0.Status', { Ref: 'Status' })),
      findings: ['Detector: S3_DATA_EVENTS is not enabled'],
    },
    'a detector that names no plan': {
      stacks: watched(altered(detector, 'Properties.Features', undefined)),
      findings: ['S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'RDS_LOGIN_EVENTS'].map((plan) => `Detector: ${plan} is not enabled`),
    },
    'plans that are known only when they are deployed': {
      stacks: watched(altered(detector, 'Properties.Features', { Ref: 'Features' })),
      findings: ['S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'RDS_LOGIN_EVENTS'].map((plan) => `Detector: ${plan} is not enabled`),
    },
  },
});
