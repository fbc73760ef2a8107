package org.modernbert4j.data;

import java.io.IOException;
import java.nio.file.Path;

/** Opens Parquet files. It is there in builds with the profile {@code parquet} only, and found by {@link java.util.ServiceLoader}. */
interface ParquetProvider {
    /** Opens a file that begins as Parquet does. */
    TableReader open(Path file) throws IOException;
}
