import type { Acknowledgement } from './acknowledgements';

const answered = { owner: 'platform-engineering', argued: '2026-11-25', expires: '2027-11-30' } as const;

type Answer = Omit<Acknowledgement, keyof typeof answered>;

/** The same at home and, while it serves, in the recovery Region. */
const inBoth = (answer: Answer): Answer[] => [
  answer,
  { ...answer, resources: answer.resources.map((path) => `Recovery${path}`), whenServing: true },
];

/** Where a warehouse is: not in dev. */
const stages = ['staging', 'prod-us', 'prod-eu'];

const own = 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.';

const rawObjects =
  'IAMNoWildcardPermissions[Resource::{"Fn::GetStackOutput":{"StackName":"{stage}-Lake","Region":"{region}","OutputName":"PublishOutputFnGetAttRawBucket672A0DBBArnA9E39E7B"}}/errors/warehouse/*]';

const answers: readonly Answer[] = [
  ...inBoth({
    finding: 'IAMNoInlinePolicy',
    resources: ['Delivery/Operator/Role/DefaultPolicy/Resource'],
    reason: own,
    control: 'SEC-4',
  }),
  { finding: 'IAMNoInlinePolicy', resources: ['Warehouse/Snowflake/Policy/Resource'], stages, reason: own, control: 'SEC-4' },
  {
    finding: rawObjects,
    resources: ['Warehouse/Snowflake/Policy/Resource'],
    stages,
    reason: 'Names of objects are made by the writer, below errors/warehouse/; the role reaches this prefix of this bucket alone.',
    control: 'SEC-4',
  },
  {
    finding: 'KinesisDataFirehoseSSE',
    resources: ['Warehouse/Snowflake/DeliveryStream'],
    stages,
    reason: 'It reads from an encrypted stream, and Firehose then keeps no record of its own: AWS refuses the setting.',
    control: 'SEC-2',
  },
  {
    finding: 'SecretsManagerRotationEnabled',
    resources: ['WarehouseAccess/KeyPair'],
    stages,
    reason:
      'The other half of the pair is in Snowflake, where no function of ours comes in: it would need a second key that may change users there. A human rotates it, twice a year, by the runbook warehouse-late.',
    control: 'SEC-4',
  },
];

/** Findings in the stacks of delivery and of the warehouse. */
export const ledgerOfDelivery: readonly Acknowledgement[] = answers.map((answer) => ({ ...answer, ...answered }));
