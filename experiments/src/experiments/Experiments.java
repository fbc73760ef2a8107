package experiments;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.modernbert4j.InputException;
import org.modernbert4j.cli.Experiment;
import picocli.CommandLine;

/** The experiments that train one network. */
final class Experiments {
    private Experiments() {}

    /** All, by name, in the notebook's order. */
    static Map<String, LentaExperiment> all() {
        Map<String, LentaExperiment> all = new LinkedHashMap<>();
        for (Experiment experiment : ServiceLoader.load(Experiment.class)) {
            if (experiment instanceof LentaExperiment one) {
                all.put(new CommandLine(one).getCommandName(), one);
            }
        }
        return all;
    }

    /**
     * One by its name.
     *
     * @throws InputException if there is none
     */
    static LentaExperiment named(String name) {
        LentaExperiment found = all().get(name);
        if (found == null) {
            throw new InputException(
                    "no experiment is called " + name + "; use one of " + String.join(", ", all().keySet()));
        }
        return found;
    }
}
