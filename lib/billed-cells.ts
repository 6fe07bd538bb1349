import type { Platform } from './config/schema';

/** Whose bills there are, and whom they serve. */
export const billedCells = (environments: Platform['environments']) =>
  environments.flatMap(({ holdsCustomerData, cells }) =>
    cells.map(({ name, account, home, workload }) => ({
      name,
      account,
      region: home.region,
      holdsCustomerData,
      eventsPerDay: workload.eventsPerDay,
    })),
  );
