package org.modernbert4j.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.modernbert4j.InputException;

/** Unpacks pages: gzip by the JDK, as the library would ask Hadoop for it; Snappy, LZ4 and Zstandard by the library. */
record ParquetCodecs(Path file, CompressionCodecFactory library) implements CompressionCodecFactory {
    ParquetCodecs(Path file) {
        this(file, HadoopCodecs.newFactory(0));
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED, SNAPPY, LZ4_RAW, ZSTD -> library.getDecompressor(codec);
            case GZIP -> new Gzip();
            default ->
                throw new InputException(file + ": is packed by " + codec
                        + ", expected SNAPPY, LZ4_RAW, ZSTD, GZIP or none; write it again so");
        };
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("nothing is written");
    }

    @Override
    public void release() {
        library.release();
    }

    private static final class Gzip implements BytesInputDecompressor {
        private static byte[] unpack(InputStream packed, int size) throws IOException {
            try (InputStream in = new GZIPInputStream(packed)) {
                return in.readNBytes(size);
            }
        }

        @Override
        public BytesInput decompress(BytesInput packed, int size) throws IOException {
            return BytesInput.from(unpack(packed.toInputStream(), size));
        }

        @Override
        public void decompress(ByteBuffer packed, int packedSize, ByteBuffer into, int size) throws IOException {
            byte[] bytes = new byte[packedSize];
            packed.get(bytes);
            into.put(unpack(new ByteArrayInputStream(bytes), size));
        }

        @Override
        public void release() {
            // holds nothing
        }
    }
}
