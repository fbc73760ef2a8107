package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.safetensors.OtherModel;
import org.modernbert4j.safetensors.SafetensorsFolder;

/**
 * Brings the files of one model into the cache.
 *
 * @param model whose files are downloaded
 * @param folder where they lie
 * @param endpoint address of the Hub
 * @param download brings each file
 */
record ModelDownload(HubName model, RepositoryFolder folder, URI endpoint, Download download) {
    private static final int MOST_OF_A_LIST = 1 << 24;
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    /**
     * Downloads what is not there yet, all of it from the commit that the revision is at now.
     *
     * @return that commit
     * @throws NetworkException if the Hub does not tell what there is
     */
    String run(HubFiles files) throws IOException {
        RemoteFile config = ask(model.revision(), HubFiles.CONFIGURATION)
                .orElseThrow(() -> lacks(model.revision(), HubFiles.CONFIGURATION));
        String commit = config.commit().orElseThrow();
        bring(commit, config);
        if (files.weights()) {
            requireModernBert(commit);
            requireWeights(commit);
        }
        bringAll(commit, files.required());
        for (String name : files.optional()) {
            bringIfThere(commit, name);
        }
        if (files.weights() && !bringIfThere(commit, SafetensorsFolder.SINGLE)) {
            bringAll(commit, List.of(SafetensorsFolder.INDEX));
            bringAll(commit, SafetensorsFolder.shards(folder.snapshot(commit).resolve(SafetensorsFolder.INDEX)));
        }
        folder.setCommit(model.revision(), commit);
        return commit;
    }

    /** Puts files into the snapshot, all of which the commit must have. */
    private void bringAll(String commit, Iterable<String> names) throws IOException {
        for (String name : names) {
            if (!bring(commit, name)) {
                throw lacks(commit, name);
            }
        }
    }

    /** Puts a file into the snapshot; false if the commit has none of that name, which is remembered. */
    private boolean bringIfThere(String commit, String name) throws IOException {
        if (folder.isKnownToLack(commit, name)) {
            return false;
        }
        boolean there = bring(commit, name);
        if (!there) {
            folder.setLacks(commit, name);
        }
        return there;
    }

    /** Puts a file into the snapshot; false if the commit has none of that name. */
    private boolean bring(String commit, String name) throws IOException {
        if (Files.exists(folder.snapshot(commit).resolve(name))) {
            return true;
        }
        Optional<RemoteFile> file = ask(commit, name);
        if (file.isPresent()) {
            bring(commit, file.get());
        }
        return file.isPresent();
    }

    private void bring(String commit, RemoteFile file) throws IOException {
        if (Files.exists(folder.snapshot(commit).resolve(file.name()))) {
            return;
        }
        String etag = file.etag().orElseThrow();
        Files.createDirectories(folder.blob(etag).getParent());
        try {
            download.alone(file.label(), folder.lock(etag), () -> {
                boolean isNew = !Files.exists(folder.blob(etag))
                        && !Files.exists(folder.snapshot(commit).resolve(file.name()));
                if (isNew) {
                    download.fetch(file, folder.partial(etag));
                    folder.finish(etag);
                }
                folder.addToSnapshot(commit, file.name(), etag, isNew);
            });
        } catch (NetworkException e) {
            throw refused(file.name(), e);
        }
    }

    /** Asks for a file, which has an ETag and a commit, at a revision; empty if there is none. */
    private Optional<RemoteFile> ask(String revision, String name) throws IOException {
        String label = model + ": " + name;
        URI uri = URI.create(endpoint + "/" + model.repository() + "/resolve/" + WebAddress.encoded(revision) + "/"
                + WebAddress.encodedPath(name));
        try {
            RemoteFile file = download.ask(label, name, uri, true);
            if (!FILE_NAME.matcher(file.etag().orElse("")).matches()) {
                throw noHub(label, "no ETag");
            }
            if (file.commit().isEmpty()) {
                throw noHub(label, "no X-Repo-Commit");
            }
            return Optional.of(file);
        } catch (NetworkException e) {
            if (e.status() == NetworkException.NOT_FOUND) {
                return Optional.empty();
            }
            if (e.isRefusal()) {
                throw refused(name, e);
            }
            throw e;
        }
    }

    private InputException noHub(String label, String what) {
        return new InputException(label + ": " + endpoint + " answers with " + what
                + ", as no Hub does; check that HF_ENDPOINT is the address of one");
    }

    /** Refuses a model of another kind before its weights come. */
    private void requireModernBert(String commit) {
        String type = read(commit, HubFiles.CONFIGURATION).text("model_type", "none");
        if (!type.equals("modernbert")) {
            throw new InputException("%s: %s: model_type: found %s, expected modernbert; take a ModernBERT checkpoint"
                    .formatted(model, HubFiles.CONFIGURATION, type));
        }
    }

    /** Refuses a model without weights in safetensors before anything large comes. */
    private void requireWeights(String commit) throws IOException {
        if (!isThere(commit, SafetensorsFolder.SINGLE) && !isThere(commit, SafetensorsFolder.INDEX)) {
            throw lacks(commit, SafetensorsFolder.SINGLE + " and no " + SafetensorsFolder.INDEX);
        }
    }

    private boolean isThere(String commit, String name) throws IOException {
        return Files.exists(folder.snapshot(commit).resolve(name))
                || (!folder.isKnownToLack(commit, name) && ask(commit, name).isPresent());
    }

    private JsonFields read(String commit, String name) {
        return JsonFile.read(folder.snapshot(commit).resolve(name), "look at " + endpoint + "/" + model.repository());
    }

    /** Says what the repository holds instead, as far as the list of its files tells. */
    private InputException lacks(String revision, String name) {
        return new OtherModel(model.repository(), model.name(), names(revision), file -> readNow(revision, file))
                .refusal()
                .orElseGet(() -> notThere(name));
    }

    private JsonFields readNow(String revision, String name) {
        try {
            RemoteFile file = ask(revision, name).orElseThrow(() -> notThere(name));
            String commit = file.commit().orElseThrow();
            bring(commit, file);
            return read(commit, name);
        } catch (IOException e) {
            throw new InputException(
                    model + ": " + name + ": cannot be read (" + Reason.of(e) + "); try again later", e);
        }
    }

    /** The names of all files of a revision; none if the Hub does not list them, as they only make a message clearer. */
    private List<String> names(String revision) {
        URI uri = URI.create(
                endpoint + "/api/models/" + model.repository() + "/revision/" + WebAddress.encoded(revision));
        try (InputStream body =
                download.requests().send("GET", uri, Map.of(), false).body()) {
            String json = new String(body.readNBytes(MOST_OF_A_LIST), StandardCharsets.UTF_8);
            return JsonFile.parse(json, uri.toString(), "look there")
                    .list("siblings", file -> file.fields().text("rfilename"));
        } catch (IOException | InputException e) {
            return List.of();
        }
    }

    private InputException notThere(String name) {
        return new InputException(model.repository() + ": no " + name + " at revision " + model.revision() + " on "
                + endpoint + " (HTTP 404); check owner, name and revision, or give a folder");
    }

    private InputException refused(String name, NetworkException e) {
        boolean isAccess = List.of(NetworkException.UNAUTHORIZED, NetworkException.FORBIDDEN)
                .contains(e.status());
        String page = endpoint + "/" + model.repository();
        String remedy = isAccess
                ? "check the name, accept the licence at " + page
                        + " if it asks for that, and set HF_TOKEN to a token that may read it"
                : "look at " + page;
        return new InputException(
                model.repository() + ": " + name + " at revision " + model.revision() + " is refused (" + e.getMessage()
                        + "); " + remedy,
                e);
    }
}
