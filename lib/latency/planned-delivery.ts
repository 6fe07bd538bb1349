/**
 * Delivery as it is planned, until its stack and its schedule (lib/constructs/delivery-schedule.ts) are there: whoever calls this model then hands
 * over theirs, whose names and shapes are the same.
 */
import type { DeliveryPlan } from './delivery';

export const plannedDelivery: DeliveryPlan = {
  schedule: { retryDelaysSeconds: [5, 30, 120, 300, 900], parkedDelaySeconds: 900, probeSeconds: 60, giveUpHours: 72 },
  classes: {
    streaming: { callsPerPod: 64, callsPerDestination: 16, deliveriesPerCall: 1, gatherMilliseconds: 0 },
    batch: { callsPerPod: 32, callsPerDestination: 8, deliveriesPerCall: 50, gatherMilliseconds: 500 },
    webhook: { callsPerPod: 64, callsPerDestination: 16, deliveriesPerCall: 1, gatherMilliseconds: 0 },
  },
};
