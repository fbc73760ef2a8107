/**
 * The cost of training: estimates from sizes, and measurements of matrix products on this machine.
 *
 * <pre>{@code
 * FreezePlan plan = FreezePlan.of(schedule, architecture, 3);
 * for (EpochCost cost : EpochCost.of(plan, Workload.uniform(10_000, 128, 16))) {
 *     System.out.println(cost.plan() + ": " + cost.flops() + " operations, " + cost.memory() + " bytes");
 * }
 * }</pre>
 */
package org.modernbert4j.cost;
