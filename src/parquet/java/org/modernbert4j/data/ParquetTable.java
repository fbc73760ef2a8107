package org.modernbert4j.data;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.modernbert4j.InputException;

/**
 * Parquet: columns of texts, whole numbers, floating point numbers and truth values. Null and NaN are missing values, and no word
 * is. Lines of rows count from 1. One row group is read at a time, and of it the columns that are wanted.
 */
final class ParquetTable implements TableReader {
    private final Path file;
    private final ParquetFileReader reader;
    private final MessageType schema;

    private ParquetTable(Path file, ParquetFileReader reader) {
        this.file = file;
        this.reader = reader;
        schema = reader.getFileMetaData().getSchema();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    @Override
    public List<List<String>> headers() {
        return List.of(names());
    }

    private List<String> names() {
        return schema.getFields().stream().map(Type::getName).toList();
    }

    @Override
    public int read(List<String> columns, RowLimit limit, Consumer<Row> each) throws IOException {
        List<Type> types = IntStream.of(new Header(file.toString(), names()).places(columns))
                .mapToObj(schema::getType)
                .toList();
        List<Function<Cell, String>> printers =
                types.stream().map(this::printer).toList();
        MessageType wanted = new MessageType(schema.getName(), types);
        reader.setRequestedSchema(wanted);
        MessageColumnIO groups = new ColumnIOFactory().getColumnIO(wanted);
        int count = 0;
        for (PageReadStore pages = next(); pages != null; pages = next()) {
            PageReadStore group = pages;
            RecordReader<Group> rows =
                    sound(file, () -> groups.getRecordReader(group, new GroupRecordConverter(wanted)));
            for (long i = 0; i < pages.getRowCount(); i++) {
                List<Optional<String>> values = values(sound(file, rows::read), printers);
                each.accept(new Row(file.toString(), columns, count, count + 1L, values, false));
                count++;
                limit.check(count);
            }
        }
        if (count == 0) {
            throw new InputException(file + ": has columns and no rows; check that it is the right file");
        }
        return count;
    }

    private PageReadStore next() throws IOException {
        return sound(file, reader::readNextRowGroup);
    }

    /** What the library reads. */
    private interface Read<T> {
        T get() throws IOException;
    }

    /** Of a damaged file the library throws unchecked exceptions of all kinds. */
    private static <T> T sound(Path file, Read<T> read) throws IOException {
        try {
            return read.get();
        } catch (InputException refused) {
            throw refused;
        } catch (RuntimeException broken) {
            throw new InputException(file + ": holds broken Parquet; get or save the file again", broken);
        }
    }

    private static List<Optional<String>> values(Group row, List<Function<Cell, String>> printers) {
        List<Optional<String>> values = new ArrayList<>();
        for (int column = 0; column < printers.size(); column++) {
            Optional<Cell> cell =
                    row.getFieldRepetitionCount(column) == 0 ? Optional.empty() : Optional.of(new Cell(row, column));
            values.add(cell.map(printers.get(column)));
        }
        return values;
    }

    /** A value that is not null. */
    private record Cell(Group row, int column) {}

    /** What prints the values of a column; null stands for a missing one. */
    private Function<Cell, String> printer(Type type) {
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)) {
            boolean isPlain = meaning == null;
            boolean isWhole = isPlain || meaning instanceof IntLogicalTypeAnnotation;
            boolean isUnsigned = meaning instanceof IntLogicalTypeAnnotation whole && !whole.isSigned();
            boolean isText =
                    meaning instanceof StringLogicalTypeAnnotation || meaning instanceof EnumLogicalTypeAnnotation;
            switch (type.asPrimitiveType().getPrimitiveTypeName()) {
                case BINARY -> {
                    if (isText) {
                        return cell -> cell.row.getString(cell.column, 0);
                    }
                }
                case INT32 -> {
                    if (isWhole) {
                        return cell -> whole(cell.row.getInteger(cell.column, 0), isUnsigned);
                    }
                }
                case INT64 -> {
                    if (isWhole) {
                        return cell -> whole(cell.row.getLong(cell.column, 0), isUnsigned);
                    }
                }
                case FLOAT -> {
                    return cell -> real(cell.row.getFloat(cell.column, 0));
                }
                case DOUBLE -> {
                    return cell -> real(cell.row.getDouble(cell.column, 0));
                }
                case BOOLEAN -> {
                    return cell -> PandasText.of(cell.row.getBoolean(cell.column, 0));
                }
                default -> {
                    // refused below
                }
            }
        }
        String found = type.isPrimitive()
                ? type.asPrimitiveType().getPrimitiveTypeName() + (meaning == null ? "" : " " + meaning)
                : "nested values";
        throw new InputException(file + ": column \"" + type.getName() + "\" holds " + found
                + ", expected texts, numbers or truth values; name another column, or write it as texts");
    }

    private static String whole(int value, boolean isUnsigned) {
        return isUnsigned ? Integer.toUnsignedString(value) : Integer.toString(value);
    }

    private static String whole(long value, boolean isUnsigned) {
        return isUnsigned ? Long.toUnsignedString(value) : Long.toString(value);
    }

    private static String real(float value) {
        return Float.isNaN(value) ? null : PandasText.of(value);
    }

    private static String real(double value) {
        return Double.isNaN(value) ? null : PandasText.of(value);
    }

    /** Opens files for a build that has this class. */
    @AutoService(ParquetProvider.class)
    public static final class Provider implements ParquetProvider {
        @Override
        public TableReader open(Path file) throws IOException {
            ParquetReadOptions options = ParquetReadOptions.builder()
                    .withCodecFactory(new ParquetCodecs(file))
                    .build();
            return new ParquetTable(file, sound(file, () -> ParquetFileReader.open(new LocalInputFile(file), options)));
        }
    }
}
