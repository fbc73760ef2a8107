package org.modernbert4j.hub;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the Hub.
 *
 * @param owner person or organisation
 * @param name of its repository
 * @param revision branch, tag or commit
 */
public record HubName(String owner, String name, String revision) {
    static final String USUAL_REVISION = "main";
    private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?";
    private static final Pattern FORM = Pattern.compile("(%1$s)/(%1$s)(?:@(%1$s(?:/%1$s)*))?".formatted(WORD));
    private static final Pattern FOLDER = Pattern.compile("models--(%1$s)--(%1$s)".formatted(WORD));
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Reads {@code owner/name} or {@code owner/name@revision}; empty if a text has another form. */
    public static Optional<HubName> parse(String text) {
        Matcher found = FORM.matcher(text);
        return found.matches() && !text.contains("..") && !text.contains("--")
                ? Optional.of(new HubName(
                        found.group(1), found.group(2), found.group(3) == null ? USUAL_REVISION : found.group(3)))
                : Optional.empty();
    }

    /** The model, at its commit, whose files {@link Hub#model} has put into a folder; empty if it is another folder. */
    public static Optional<HubName> ofFolder(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        if (absolute.getNameCount() < 3) {
            return Optional.empty();
        }
        Matcher found =
                FOLDER.matcher(absolute.getParent().getParent().getFileName().toString());
        String commit = absolute.getFileName().toString();
        return found.matches() && isCommit(commit)
                ? Optional.of(new HubName(found.group(1), found.group(2), commit))
                : Optional.empty();
    }

    /** What a reader calls a model's folder: {@code owner/name@commit} if it was downloaded, else where it is. */
    public static String describe(Path folder) {
        return ofFolder(folder).map(HubName::toString).orElseGet(folder::toString);
    }

    /** The downloaded model that {@link #describe} told of; none if it told of another folder. */
    public static Optional<HubName> ofDescription(String text) {
        return parse(text).filter(HubName::isCommit);
    }

    /** {@code owner/name}. */
    public String repository() {
        return owner + "/" + name;
    }

    /** Name of the repository's folder in a cache. */
    String folder() {
        return "models--" + owner + "--" + name;
    }

    /** Whether the revision is a commit, whose files never change. */
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return repository() + (revision.equals(USUAL_REVISION) ? "" : "@" + revision);
    }
}
