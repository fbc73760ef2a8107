package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.modernbert4j.Numbers;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.cost.EpochCost;
import org.modernbert4j.cost.LinearRate;
import org.modernbert4j.cost.Workload;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.FrozenPrefix;

/** Shows what trains in each epoch, and what that might cost. */
final class PlanText {
    private static final Duration MEASURED_FOR = Duration.ofMillis(300);
    private static final double GIGA = 1e9;

    private PlanText() {}

    static void print(PrintWriter out, FreezePlan plan, Workload work) {
        double rate = rate();
        double seconds = 0;
        for (EpochCost cost : EpochCost.of(plan, work)) {
            seconds += cost.seconds(rate);
            out.println(cost.plan());
            out.println("    cached: " + cached(cost));
            out.println("    estimate: " + Numbers.duration(cost.seconds(rate)) + ", " + Numbers.bytes(cost.memory()));
        }
        out.println("in all: about " + Numbers.duration(seconds));
        out.println();
        out.println(plan.draw());
        out.printf(
                "These are estimates, for %s training texts and %s validation texts of %.0f tokens on average: time is that of"
                        + " the matrix products at the %.1f GFLOP/s measured here; memory is weights, gradients, moments and what the"
                        + " largest batch keeps for the backward pass.%n",
                Numbers.count(work.train().length),
                Numbers.count(work.validation().length),
                (double) work.rows() / work.texts(),
                rate / GIGA);
    }

    private static double rate() {
        try (Backend machine = Backends.ofProcess();
                LinearRate rate = new LinearRate(machine, Precision.FLOAT32)) {
            return rate.measure(MEASURED_FOR);
        }
    }

    private static String cached(EpochCost cost) {
        Optional<FrozenPrefix> prefix = cost.prefix();
        if (prefix.isEmpty()) {
            return "nothing";
        }
        String what = prefix.get().onePerText() ? "one row a text" : "one row a token";
        return "the output of all below %s, %s, %s, %s"
                .formatted(
                        cost.plan().lowest(),
                        what,
                        Numbers.bytes(cost.cacheBytes()),
                        cost.prefixKnown() ? "computed before" : "computed in this epoch");
    }
}
