package org.modernbert4j.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.model.Head;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names that an option accepts, from their registry: the help lists them, other names are refused. */
abstract class Names implements Iterable<String>, ITypeConverter<String> {
    private final List<String> names;

    private Names(List<String> names) {
        this.names = names;
    }

    @Override
    public Iterator<String> iterator() {
        return names.iterator();
    }

    @Override
    public String convert(String name) {
        if (!names.contains(name)) {
            throw new TypeConversionException("found " + name + ", expected one of " + names);
        }
        return name;
    }

    /** The heads. */
    static final class Heads extends Names {
        Heads() {
            super(Head.names());
        }
    }

    /** The backends. */
    static final class Backends extends Names {
        Backends() {
            super(org.modernbert4j.backend.Backends.names());
        }
    }

    /** The schedules of what trains when. */
    static final class Schedules extends Names {
        Schedules() {
            super(Arrays.stream(NamedSchedule.values())
                    .map(NamedSchedule::toString)
                    .toList());
        }
    }
}
