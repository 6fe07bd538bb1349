/**
 * Which part of a cell's budget each component may take, in per cent, as the tag `component` of its stacks tells them apart [BUD-1, CST-3]. They add up to
 * more than 100: a component is told of before the cell's own budget is full, and not each for being a tenth above its estimate.
 */
export const componentPercents: Readonly<Record<string, number>> = {
  backup: 5,
  cluster: 30,
  cost: 3,
  delivery: 10,
  edge: 10,
  gitops: 5,
  images: 3,
  lake: 20,
  metadata: 25,
  network: 20,
  observability: 15,
  profiles: 25,
  security: 35,
  streaming: 20,
  tenants: 3,
  warehouse: 10,
  workloads: 10,
};
