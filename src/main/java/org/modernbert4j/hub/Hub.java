package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/** Models of the Hugging Face Hub, and files from other web addresses: on disk afterwards, downloaded where they are not yet. */
public final class Hub {
    private final HubSettings settings;
    private final Download download;

    /**
     * Makes no connection yet.
     *
     * @param settings where from and where to
     * @param listener told what happens
     */
    public Hub(HubSettings settings, DownloadListener listener) {
        this(settings, listener, RetryPolicy.USUAL, Disk.REAL);
    }

    Hub(HubSettings settings, DownloadListener listener, RetryPolicy policy, Disk disk) {
        this.settings = settings;
        DownloadListener told = settings.progress() ? listener : notesFor(listener);
        download = new Download(new Requests(settings, policy.silence()), policy, told, disk);
    }

    private static DownloadListener notesFor(DownloadListener listener) {
        return new DownloadListener() {
            @Override
            public void note(String line) {
                listener.note(line);
            }
        };
    }

    /**
     * A folder with the files of a model, all of them from one commit.
     *
     * @param model where it is
     * @param files which are needed; the folder may hold more
     * @throws InputException if there is no such model, it may not be read, or it can be neither reached nor found in the cache
     */
    public Path model(HubName model, HubFiles files) {
        RepositoryFolder folder = new RepositoryFolder(settings.cache(), model, download.disk());
        try {
            return model(model, files, folder);
        } catch (IOException e) {
            throw new InputException(
                    folder.root() + ": cannot be written (" + Reason.of(e)
                            + "); make room, or name another folder in HF_HUB_CACHE",
                    e);
        }
    }

    private Path model(HubName model, HubFiles files, RepositoryFolder folder) throws IOException {
        Optional<Path> cached =
                folder.commitOf(model.revision()).map(folder::snapshot).filter(files::areIn);
        if (cached.isPresent() && (settings.offline().isPresent() || model.isCommit())) {
            return cached.get();
        }
        if (settings.offline().isPresent()) {
            throw absent(model, files, settings.offline().get() + " is set", null);
        }
        try {
            return folder.snapshot(new ModelDownload(model, folder, settings.endpoint(), download).run(files));
        } catch (NetworkException e) {
            if (cached.isEmpty()) {
                throw absent(model, files, e.getMessage(), e);
            }
            download.listener()
                    .note(model + ": cannot be asked for (" + e.getMessage()
                            + "); taken as it was last downloaded, from " + cached.get());
            return cached.get();
        }
    }

    private InputException absent(HubName model, HubFiles files, String why, Throwable cause) {
        String page = settings.endpoint() + "/" + model.repository() + "/tree/" + model.revision();
        Path into = Path.of("models").resolve(model.owner()).resolve(model.name());
        return new InputException(
                model + ": neither a folder nor in " + settings.cache() + ", and cannot be downloaded (" + why
                        + "); put " + files.shown() + " from " + page + " into " + into + " and give that folder",
                cause);
    }

    /** Whether a text is an address that {@link #data} takes: it begins with {@code http://} or {@code https://}. */
    public static boolean isAddress(String text) {
        return text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8);
    }

    /**
     * The file of a web address. It is downloaded once; later calls only check that it is still the same.
     *
     * @param address of the file
     * @throws InputException if it is no web address, the file can be neither downloaded nor found on disk, or it has changed
     *     there
     */
    public Path data(String address) {
        URI uri = WebAddress.parse(address, address);
        return new DataDownload(uri, DataDownload.target(settings.data(), uri), download).run(settings.offline());
    }

    /**
     * Where the file of a web address lies, or will lie when it has been downloaded.
     *
     * @throws InputException if it is no web address
     */
    public Path dataPath(String address) {
        return DataDownload.target(settings.data(), WebAddress.parse(address, address));
    }
}
