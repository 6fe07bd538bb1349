/** What an update does, in the words in which it is told. */

export interface Change {
  /** Path of the stack, such as `prod-eu/Lake`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly impact: 'creates' | 'updates' | 'may replace' | 'replaces' | 'deletes' | 'leaves behind';
  /** Properties that differ. */
  readonly properties: readonly string[];
}

/** Something that is gone after the deployment, no longer protected from going, or no longer anybody's. */
export interface Loss {
  readonly stack: string;
  /** `-` where it is the stack as a whole. */
  readonly logicalId: string;
  /** What would happen. */
  readonly what: string;
  /** What to do in its place. */
  readonly instead: string;
  /** What `--without` has to name for it to be taken as meant; a loss that has none cannot be. */
  readonly without?: string;
}

/** A loss, of which whoever tells it knows the stack and the resource. */
export type Untold = Omit<Loss, 'stack' | 'logicalId'>;

export interface Review {
  readonly changes: readonly Change[];
  readonly losses: readonly Loss[];
  /** What the update itself loses nothing of: it stays in AWS, and no stack of the app has it any more. */
  readonly leftBehind: readonly Loss[];
}
