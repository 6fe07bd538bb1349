import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tagAll } from '../constructs/tagging';

/** What a stack's resources hold at most, for handling rules and for the auditor. */
export type DataClassification =
  /** Settings without secrets. */
  | 'internal'
  /** Logs, audit records, findings: addresses and identifiers of people may be in them. */
  | 'confidential'
  /** Customers' data [SEC-2, REG-1]. */
  | 'customer-data';

export interface PlatformStackProps {
  readonly env: { readonly account: string; readonly region: string };
}

interface StackTraits {
  readonly description: string;
  /** Part of the platform that its cost is shown under [BUD-3]. */
  readonly component: string;
  readonly dataClassification: DataClassification;
  /** Whether its deletion would lose something that cannot be made again: then CloudFormation refuses it. */
  readonly stateful: boolean;
}

/** A stack of the platform: says what it is, what it holds, and whether it may ever be deleted. */
export abstract class PlatformStack extends Stack {
  protected constructor(scope: Construct, id: string, props: PlatformStackProps, traits: StackTraits) {
    super(scope, id, { env: props.env, description: traits.description, terminationProtection: traits.stateful });
    tagAll(this, { component: traits.component, 'data-classification': traits.dataClassification });
  }
}
