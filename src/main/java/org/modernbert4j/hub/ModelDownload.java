package org.modernbert4j.hub;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.safetensors.SafetensorsFolder;

/** Brings the files of one model into the cache. */
final class ModelDownload {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    private final HubName model;
    private final RepositoryFolder folder;
    private final HubSettings settings;
    private final Requests requests;
    private final RetryPolicy policy;
    private final DownloadListener listener;
    private final Download download;

    ModelDownload(
            HubName model,
            RepositoryFolder folder,
            HubSettings settings,
            Requests requests,
            RetryPolicy policy,
            DownloadListener listener,
            Disk disk) {
        this.model = model;
        this.folder = folder;
        this.settings = settings;
        this.requests = requests;
        this.policy = policy;
        this.listener = listener;
        this.download = new Download(requests, policy, listener, disk);
    }

    /**
     * Downloads what is not there yet, all of it from the commit that the revision is at now.
     *
     * @return the snapshot's folder
     * @throws UnreachableException if the Hub does not tell what there is
     */
    Path run(HubFiles files) throws UnreachableException {
        Entry config = ask(model.revision(), HubFiles.CONFIGURATION).orElseThrow(() -> lacks(HubFiles.CONFIGURATION));
        String commit = config.commit;
        Path snapshot = folder.snapshot(commit);
        bring(commit, config);
        for (String name : files.required()) {
            if (!bring(commit, name)) {
                throw lacks(name);
            }
        }
        for (String name : files.optional()) {
            bringIfThere(commit, name);
        }
        if (files.weights() && !bringIfThere(commit, SafetensorsFolder.SINGLE)) {
            bringShards(commit);
        }
        folder.setCommit(model.revision(), commit);
        return snapshot;
    }

    private void bringShards(String commit) throws UnreachableException {
        if (!bring(commit, SafetensorsFolder.INDEX)) {
            throw lacks(SafetensorsFolder.SINGLE + " and no " + SafetensorsFolder.INDEX);
        }
        for (String shard : SafetensorsFolder.shards(folder.snapshot(commit).resolve(SafetensorsFolder.INDEX))) {
            if (!bring(commit, shard)) {
                throw lacks(shard);
            }
        }
    }

    /** A file as the Hub has it. */
    private record Entry(RemoteFile file, String etag, String commit) {}

    /** Puts a file into the snapshot; false if the commit has none of that name, which is remembered. */
    private boolean bringIfThere(String commit, String name) throws UnreachableException {
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
    private boolean bring(String commit, String name) throws UnreachableException {
        if (Files.exists(folder.snapshot(commit).resolve(name))) {
            return true;
        }
        Optional<Entry> entry = ask(commit, name);
        entry.ifPresent(found -> bring(commit, found));
        return entry.isPresent();
    }

    private void bring(String commit, Entry entry) {
        RemoteFile file = entry.file;
        if (Files.exists(folder.snapshot(commit).resolve(file.name()))) {
            return;
        }
        folder.makeFolders();
        Runnable waiting = () -> listener.note(file.label() + ": waiting for another process that downloads it");
        try {
            ProcessLock.hold(folder.lock(entry.etag), waiting, () -> {
                boolean isNew = !Files.exists(folder.blob(entry.etag))
                        && !Files.exists(folder.snapshot(commit).resolve(file.name()));
                if (isNew) {
                    download.fetch(file, folder.partial(entry.etag));
                    folder.finish(entry.etag);
                }
                folder.addToSnapshot(commit, file.name(), entry.etag, isNew);
            });
        } catch (HttpRefusal e) {
            throw refused(file.name(), e);
        }
    }

    /** Asks for a file at a revision; empty if there is none. */
    private Optional<Entry> ask(String revision, String name) throws UnreachableException {
        String label = model + ": " + name;
        URI uri = URI.create(settings.endpoint() + "/" + model.repository() + "/resolve/" + WebAddress.encoded(revision)
                + "/" + WebAddress.encoded(name));
        try {
            Metadata told = Metadata.ask(label, uri, Requests.Follow.SAME_HOST, requests, policy, listener);
            String etag = told.etag()
                    .filter(text -> FILE_NAME.matcher(text).matches())
                    .orElseThrow(() -> noHub(label, "no ETag"));
            String commit = told.commit().filter(HubName::isCommit).orElseThrow(() -> noHub(label, "no X-Repo-Commit"));
            Optional<Checksum> checksum = Checksum.ofEtag(etag);
            // the ETag of the host that a large file lies on is another one
            Optional<String> validator = checksum.isEmpty() && told.isFile() ? told.validator() : Optional.empty();
            return Optional.of(
                    new Entry(new RemoteFile(label, name, uri, told.size(), checksum, validator), etag, commit));
        } catch (HttpRefusal e) {
            if (e.status() == HttpRefusal.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused(name, e);
        }
    }

    private InputException noHub(String label, String what) {
        return new InputException(label + ": " + settings.endpoint() + " answers with " + what
                + ", as no Hub does; see that HF_ENDPOINT is the address of one");
    }

    private InputException lacks(String name) {
        return new InputException(model.repository() + ": no " + name + " at revision " + model.revision() + " on "
                + settings.endpoint() + " (HTTP 404); check owner, name and revision, or give a folder");
    }

    private InputException refused(String name, HttpRefusal e) {
        boolean access = e.status() == HttpRefusal.UNAUTHORIZED || e.status() == HttpRefusal.FORBIDDEN;
        String page = settings.endpoint() + "/" + model.repository();
        String then = access
                ? "check the name, accept the licence at " + page
                        + " if it asks for that, and set HF_TOKEN to a token that" + " may read it"
                : "look at " + page;
        return new InputException(
                model.repository() + ": " + name + " at revision " + model.revision() + " is refused (" + e.getMessage()
                        + "); " + then,
                e);
    }
}
