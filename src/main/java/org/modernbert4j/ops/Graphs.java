package org.modernbert4j.ops;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;

/** What SameDiff does in a way of its own. */
public final class Graphs {
    private Graphs() {}

    /** An empty graph that stores each variable once; SameDiff's default holder keeps a second copy. */
    public static SameDiff create() {
        SameDiff sd = SameDiff.create();
        sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
        return sd;
    }

    /**
     * Differentiates a graph with respect to all its variables.
     *
     * @param sd the graph
     * @param loss the variable to differentiate
     * @return the graph of forward and backward ops, which shares the variables' arrays
     */
    public static SameDiff differentiate(SameDiff sd, String loss) {
        sd.setLossVariables(loss);
        PrintStream console = System.out;
        try { // SameDiff prints a line for each op
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            sd.createGradFunction();
        } finally {
            System.setOut(console);
        }
        return sd.getFunction("grad");
    }
}
