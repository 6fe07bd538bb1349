import type { Properties } from './properties';

/** What the update of one resource loses. */
export interface ResourceLoss {
  readonly what: string;
  readonly instead: string;
  /** A prefix of which no rule of a bucket has spoken before: if nothing is there, nothing is lost. */
  readonly newPrefix?: string;
}

/** What a judge may look at besides the resource itself. */
export interface Surroundings {
  /** All resources of this type that the stack has after the update, this one included. */
  readonly siblings: readonly Properties[];
  /** Whether CloudFormation leaves the resource alone when it goes from the template. */
  readonly isRetained: boolean;
}

/** One way of losing something by an update in place. */
export interface Judge {
  readonly types: readonly string[];
  /** Losses, a sentence each. `after` is empty if the resource is deleted. */
  readonly judge: (
    before: Properties,
    after: Properties,
    surroundings: Surroundings,
  ) => readonly (string | Omit<ResourceLoss, 'instead'>)[];
  /**
   * Whether it also judges what is deleted.
   * @default false: what is kept is judged by its deletion itself, and all else holds nothing
   */
  readonly judgesDeletion?: boolean;
  readonly instead: string;
}
