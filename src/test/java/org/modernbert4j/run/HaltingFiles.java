package org.modernbert4j.run;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The files of the disk, through paths that count each change of a file or folder. At one of them the process ends as if it were
 * killed: nothing is cleaned up. A write that it ends at has written half of its bytes.
 */
final class HaltingFiles extends FileSystemProvider {
    /** Exit code of a process that ended itself. */
    static final int HALTED = 77;

    private final FileSystem disk;
    private final FileSystemProvider real;
    private final int haltAt;
    private int changes;

    /**
     * @param path on the disk
     * @param haltAt number of the change, from 1, that the process ends at; 0 for none
     */
    static Path of(Path path, int haltAt) {
        return new HaltingFiles(path.getFileSystem(), haltAt).wrap(path);
    }

    private HaltingFiles(FileSystem disk, int haltAt) {
        this.disk = disk;
        this.real = disk.provider();
        this.haltAt = haltAt;
    }

    /** Number of changes through a path so far. */
    static int changes(Path path) {
        return ((HaltingFiles) path.getFileSystem().provider()).changes;
    }

    /** Counts a change, before it is made; tells whether the process is to end with it. */
    boolean isLast() {
        changes++;
        return changes == haltAt;
    }

    static void halt() {
        Runtime.getRuntime().halt(HALTED);
    }

    private void change() {
        if (isLast()) {
            halt();
        }
    }

    private Path wrap(Path path) {
        return path == null
                ? null
                : (Path) Proxy.newProxyInstance(
                        HaltingFiles.class.getClassLoader(), new Class<?>[] {Path.class}, new Wrapped(this, path));
    }

    private static Path unwrap(Path path) {
        return Proxy.isProxyClass(path.getClass()) ? ((Wrapped) Proxy.getInvocationHandler(path)).path : path;
    }

    /** A path of this file system. */
    private record Wrapped(HaltingFiles files, Path path) implements java.lang.reflect.InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return files.new Files();
            }
            if (method.getName().equals("equals")) {
                return arguments[0] instanceof Path other && path.equals(unwrap(other));
            }
            Object[] plain = arguments == null
                    ? null
                    : Arrays.stream(arguments)
                            .map(argument -> argument instanceof Path other ? unwrap(other) : argument)
                            .toArray();
            try {
                Object result = method.invoke(path, plain);
                return result instanceof Path other ? files.wrap(other) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        if (writes) {
            change();
        }
        FileChannel channel = real.newFileChannel(unwrap(path), options, attributes);
        return writes ? new HaltingChannel(channel, this) : channel;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> stream = real.newDirectoryStream(unwrap(folder), entry -> filter.accept(wrap(entry)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return StreamSupport.stream(stream.spliterator(), false)
                        .map(HaltingFiles.this::wrap)
                        .iterator();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        change();
        real.createDirectory(unwrap(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        change();
        real.delete(unwrap(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        change();
        real.copy(unwrap(from), unwrap(to), options);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        change();
        real.move(unwrap(from), unwrap(to), options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return real.isSameFile(unwrap(one), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(unwrap(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(unwrap(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return real.readAttributes(unwrap(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        change();
        real.setAttribute(unwrap(path), name, value, options);
    }

    @Override
    public String getScheme() {
        return "halting";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    /** The file system that paths of this provider tell. */
    private final class Files extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return HaltingFiles.this;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return disk.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return disk.getRootDirectories();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return disk.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return disk.supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(disk.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            PathMatcher matcher = disk.getPathMatcher(pattern);
            return path -> matcher.matches(unwrap(path));
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return disk.getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() throws IOException {
            return disk.newWatchService();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Files files && files.provider() == provider();
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(provider());
        }
    }
}
