/**
 * What training costs: an estimate from sizes alone, and measurements of passes and products on the machine at hand.
 *
 * <pre>{@code
 * FreezePlan plan = FreezePlan.of(schedule, architecture, 3);
 * for (EpochCost cost : EpochCost.of(plan, Workload.uniform(10_000, 128, 16))) {
 *     System.out.println(cost.plan() + ": " + cost.flops() + " operations, " + cost.memory() + " bytes");
 * }
 * }</pre>
 */
package org.modernbert4j.cost;
