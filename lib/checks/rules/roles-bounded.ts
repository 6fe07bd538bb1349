import { propertyAt, resourceRule, type Rule } from '../rule';

/** A role without our boundary is one inline policy away from being the account's administrator. */
export function rolesBounded({ boundary }: { readonly boundary: string }): Rule {
  return resourceRule({
    id: 'RolesBounded',
    constraints: ['SEC-4'],
    demand: `Every role and user has the permissions boundary ${boundary}`,
    fix: 'Make the stack in a CellStage, which sets the boundary of bootstrap/account.yaml on all roles below it',
    types: ['AWS::IAM::Role', 'AWS::IAM::User'],
    faults: (identity) => {
      const given = JSON.stringify(propertyAt(identity, 'PermissionsBoundary')) ?? 'absent';
      const isOurs = given.includes(`:${identity.stack.account}:policy/${boundary}"`);
      return isOurs
        ? []
        : [
            {
              location: 'Properties.PermissionsBoundary',
              message: `The permissions boundary is ${given}; allowed: ${boundary} of this account`,
            },
          ];
    },
  });
}
