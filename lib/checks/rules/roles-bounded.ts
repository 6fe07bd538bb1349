import { propertyAt, resourceRule } from '../rule';

/** A role without a boundary is one inline policy away from being the account's administrator. */
export const rolesBounded = resourceRule({
  id: 'RolesBounded',
  constraints: ['SEC-4'],
  demand: 'Every role and user has a permissions boundary',
  fix: 'Make the stack in a CellStage, which sets the boundary of bootstrap/account.yaml on all roles below it',
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  faults: (identity) =>
    propertyAt(identity, 'PermissionsBoundary') === undefined
      ? [{ location: 'Properties.PermissionsBoundary', message: `${identity.type} has no permissions boundary` }]
      : [],
});
