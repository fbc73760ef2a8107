package org.modernbert4j.backend;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;

/** Opens a backend by name. */
public final class Backends {
    /** The name for the backend from {@code -Dbackend=NAME}; without it, for the best of this machine. */
    public static final String AUTO = "auto";

    private Backends() {}

    /** Opens the backend of {@link #AUTO}. */
    public static Backend ofProcess() {
        return open(AUTO);
    }

    /**
     * Opens a backend.
     *
     * @param name of a {@link BackendProvider}, or {@link #AUTO}, where the best is the one that works with the highest priority
     * @throws InputException if no backend has that name, or it does not work on this machine
     */
    public static Backend open(String name) {
        return open(resolved(name), providers());
    }

    /**
     * What a user should know of a choice, in lines: which backend {@link #AUTO} takes where a better one does not work, and why; and on
     * what ND4J computes if that is not what it was built for.
     *
     * @param name as for {@link #open(String)}
     */
    public static List<String> notes(String name) {
        return notes(resolved(name), providers());
    }

    private static String resolved(String name) {
        return name.equals(AUTO) ? System.getProperty("backend", AUTO) : name;
    }

    /** The names for {@link #open(String)}: {@link #AUTO}, then the providers' names in alphabetical order. */
    public static List<String> names() {
        return Stream.concat(
                        Stream.of(AUTO),
                        providers().stream().map(BackendProvider::name).sorted())
                .toList();
    }

    /**
     * Whether each backend works on this machine.
     *
     * @return for each name, in alphabetical order, why it does not work; empty if it works
     */
    public static Map<String, Optional<String>> obstacles() {
        Map<String, Optional<String>> obstacles = new TreeMap<>();
        providers().forEach(provider -> obstacles.put(provider.name(), provider.obstacle()));
        return obstacles;
    }

    private static List<BackendProvider> providers() {
        return ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    static Backend open(String name, List<BackendProvider> providers) {
        return candidates(name, providers)
                .filter(provider -> provider.obstacle().isEmpty())
                .findFirst()
                .orElseThrow(() -> new InputException("backend " + name + ": " + refusal(name, providers)))
                .open();
    }

    /** Those that a name stands for, best first. */
    private static Stream<BackendProvider> candidates(String name, List<BackendProvider> providers) {
        return providers.stream()
                .filter(provider -> name.equals(AUTO) || name.equals(provider.name()))
                .sorted(Comparator.comparing(BackendProvider::priority).reversed());
    }

    static List<String> notes(String name, List<BackendProvider> providers) {
        List<BackendProvider> all = candidates(name, providers).toList();
        List<BackendProvider> better = all.stream()
                .takeWhile(provider -> provider.obstacle().isPresent())
                .toList();
        Stream<String> choice = better.size() == all.size()
                ? Stream.empty()
                : better.stream()
                        .filter(BackendProvider::isExpected)
                        .map(provider -> "backend %s: using %s; %s does not work: %s"
                                .formatted(
                                        name,
                                        all.get(better.size()).name(),
                                        provider.name(),
                                        provider.obstacle().orElseThrow()));
        return Stream.concat(choice, all.stream().map(BackendProvider::note).flatMap(Optional::stream))
                .toList();
    }

    private static String refusal(String name, List<BackendProvider> providers) {
        String known = providers.stream()
                .map(provider -> provider.name()
                        + provider.obstacle().map(why -> " (" + why + ")").orElse(""))
                .sorted()
                .collect(Collectors.joining(", "));
        boolean exists = name.equals(AUTO) || providers.stream().anyMatch(provider -> name.equals(provider.name()));
        return (exists ? "it does not work here" : "no such backend") + "; found " + known + "; use " + AUTO
                + " or one that works";
    }
}
