import { describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const logGroup = (properties: Record<string, unknown>): ResourceFixture => ({ Type: 'AWS::Logs::LogGroup', Properties: properties });
const lambda = (properties: Record<string, unknown>): ResourceFixture => ({ Type: 'AWS::Lambda::Function', Properties: properties });
const inStack = (resource: ResourceFixture) => [stackTemplate({ Logs: resource })];

const ownLogGroup = 'Logs: The function does not write to a log group of its template, and may keep logs for ever';

describeRule('LogGroupsKept', {
  passing: {
    'a log group that keeps its logs for 90 days': inStack(logGroup({ RetentionInDays: 90 })),
    'a log group that keeps them longer': inStack(logGroup({ RetentionInDays: 400 })),
    'a function that writes to a declared log group': [
      stackTemplate({ Logs: lambda({ LoggingConfig: { LogGroup: { Ref: 'Group' } } }), Group: logGroup({ RetentionInDays: 90 }) }),
    ],
    'a template without any log': [stackTemplate({ Topic: { Type: 'AWS::SNS::Topic' } })],
  },
  failing: {
    'logs that are kept for ever': {
      stacks: inStack(logGroup({})),
      findings: ['Logs: RetentionInDays is absent; allowed: 90 or more'],
    },
    'logs that go a day too early': {
      stacks: inStack(logGroup({ RetentionInDays: 89 })),
      findings: ['Logs: RetentionInDays is 89; allowed: 90 or more'],
    },
    'a retention that is known only when it is deployed': {
      stacks: inStack(logGroup({ RetentionInDays: { Ref: 'Days' } })),
      findings: ['Logs: RetentionInDays is {"Ref":"Days"}; allowed: 90 or more'],
    },
    'a retention that is text': {
      stacks: inStack(logGroup({ RetentionInDays: '90' })),
      findings: ['Logs: RetentionInDays is "90"; allowed: 90 or more'],
    },
    'a function that makes its log group itself': { stacks: inStack(lambda({})), findings: [ownLogGroup] },
    'a function that writes to a log group that nobody declared': {
      stacks: inStack(lambda({ LoggingConfig: { LogGroup: '/aws/lambda/not-declared' } })),
      findings: [ownLogGroup],
    },
    'a function that writes to a log group of another template': {
      stacks: inStack(lambda({ LoggingConfig: { LogGroup: { Ref: 'Elsewhere' } } })),
      findings: [ownLogGroup],
    },
    'a function that says how it logs, but not where': {
      stacks: inStack(lambda({ LoggingConfig: { LogFormat: 'JSON' } })),
      findings: [ownLogGroup],
    },
    'a function whose logging is known only when it is deployed': {
      stacks: inStack(lambda({ LoggingConfig: { Ref: 'Logging' } })),
      findings: [ownLogGroup],
    },
    'each of several, wherever it is': {
      stacks: [stackTemplate({ First: logGroup({}), Good: logGroup({ RetentionInDays: 90 }) }), stackTemplate({ Second: logGroup({}) })],
      findings: ['First: RetentionInDays is absent; allowed: 90 or more', 'Second: RetentionInDays is absent; allowed: 90 or more'],
    },
  },
});
