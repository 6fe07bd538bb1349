import type { ResourceDefinition, StackTemplate } from './assembly';

/** Something in a template that breaks a constraint. */
export interface Finding {
  /** The resource, or the stack where no single resource is to blame. */
  readonly subject: ResourceDefinition | StackTemplate;
  /** Path inside the resource, such as `Properties.Tags`. */
  readonly location?: string;
  /** What was found and what is allowed, in a sentence. */
  readonly message: string;
}

/**
 * One constraint as a rule over templates.
 * A rule knows nothing of the configuration: limits come as arguments of the function that makes it, so that its verdict
 * is evidence of its own. What it cannot resolve it reports.
 */
export interface Rule {
  /** Name in PascalCase; the file is named as the rule. */
  readonly id: string;
  /** IDs of the constraints that it holds, such as `SEC-3`. */
  readonly constraints: readonly string[];
  /** What it demands, in a sentence. */
  readonly demand: string;
  /** What to do about a finding. */
  readonly fix: string;
  check(stacks: readonly StackTemplate[]): readonly Finding[];
}

/** Makes a rule that judges each resource of some types by itself. */
export function resourceRule(
  rule: Omit<Rule, 'check'> & {
    readonly types: readonly string[];
    /** Faults of one resource; none when it complies. */
    readonly faults: (resource: ResourceDefinition) => readonly Omit<Finding, 'subject'>[];
  },
): Rule {
  const { types, faults, ...rest } = rule;
  return {
    ...rest,
    check: (stacks) =>
      stacks
        .flatMap(({ resources }) => resources)
        .filter(({ type }) => types.includes(type))
        .flatMap((resource) => faults(resource).map((fault) => ({ ...fault, subject: resource }))),
  };
}

/** The list at a path of a resource's properties; empty where there is none, or one that cannot be resolved. */
export function listAt(resource: ResourceDefinition, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = propertyAt(resource, ...path);
  return Array.isArray(value) ? value : [];
}

/** The value at a path of a resource's properties; undefined where the path ends early. */
export function propertyAt(resource: ResourceDefinition, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string | number, unknown>>)[key] : undefined),
    resource.properties,
  );
}
