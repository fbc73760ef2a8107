package org.modernbert4j.backend.cuda;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.modernbert4j.backend.Moment;
import org.modernbert4j.backend.OutOfDeviceMemory;
import org.modernbert4j.backend.PeakRates;
import org.modernbert4j.backend.nvidia.Card;
import org.modernbert4j.backend.nvidia.Needs;
import org.modernbert4j.backend.nvidia.Survey;

/**
 * The first NVIDIA device of this process, in its primary context. All work goes into one stream, in the order of the calls; the
 * host waits for it only where it reads. Not thread safe, but threads may call it one after the other.
 */
final class Device implements AutoCloseable {
    /** Of the kernels' PTX: their target, and the release of CUDA that made them. */
    static final Needs NEEDS = new Needs(
            "the kernels", 70, Integer.MAX_VALUE, 11080, "use --backend cpu, or nd4j in a build with mvn -Pcuda");

    /** The property that makes the host wait for each kernel, so that an error names the kernel that made it. */
    static final String WAIT_PROPERTY = "cuda.wait";

    private static final int STAGE_BYTES = 4 << 20;
    private static final int OUT_OF_MEMORY = 2;
    private static final int MOST_ARGUMENTS = 32;
    private static final int MOST_BYTES_OF_ARGUMENTS = 4096;
    private static final int DEFAULT_SHARED_MEMORY = 48 << 10;
    private static final int NON_BLOCKING = 1;

    private final int ordinal;
    private final Card card;
    private final long context;
    private final long stream;

    /** The thread that called last; the context is its current one. */
    private Thread attached;

    private final boolean waits = Boolean.getBoolean(WAIT_PROPERTY);
    private final Map<String, Long> modules = new HashMap<>();
    private final Map<String, Long> kernels = new HashMap<>();

    /** The arguments of a launch, one after the other, and the address of each. */
    private final ByteBuffer values = direct(MOST_ARGUMENTS * Long.BYTES + MOST_BYTES_OF_ARGUMENTS);

    private final long valuesAddress = Pointer.nativeValue(Native.getDirectBufferPointer(values));

    private final ByteBuffer addresses = direct(MOST_ARGUMENTS * Long.BYTES);

    /** Memory of the host that the device can reach, through which copies go. */
    private final ByteBuffer stage;

    private final long stageAddress;

    /** The bytes from its start that copies may be using. */
    private int staged;

    private String lastKernel = "the start";
    private long launches;
    private long uploads;
    private long downloads;

    /**
     * Opens the device. Call it only if there is no {@link #obstacle}.
     *
     * @param library of the driver
     */
    Device(String library) {
        Driver.load(library);
        check(Driver.cuInit(0));
        int[] number = new int[1];
        check(Driver.cuDeviceGet(number, 0));
        ordinal = number[0];
        card = Survey.of(library).card().orElseThrow();
        long[] handle = new long[1];
        check(Driver.cuDevicePrimaryCtxRetain(handle, ordinal));
        context = handle[0];
        attach();
        check(Driver.cuStreamCreate(handle, NON_BLOCKING));
        stream = handle[0];
        checkWork(Driver.cuMemAllocHost_v2(handle, STAGE_BYTES));
        stageAddress = handle[0];
        stage = new Pointer(stageAddress).getByteBuffer(0, STAGE_BYTES);
    }

    /** Makes the context that of the calling thread, which may be another than the one that opened the device. */
    private void attach() {
        if (attached != Thread.currentThread()) {
            check(Driver.cuCtxSetCurrent(context));
            attached = Thread.currentThread();
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** One line that says why there is no device that this backend can use; empty if there is one. */
    static Optional<String> obstacle(String library) {
        return Survey.of(library).obstacle(NEEDS).or(() -> {
            try {
                Driver.load(library);
                return Optional.empty();
            } catch (LinkageError e) {
                return Optional.of("NVIDIA's driver cannot be used (" + e.getMessage() + "); install a newer one");
            }
        });
    }

    private static int attribute(int attribute, int device) {
        int[] value = new int[1];
        check(Driver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    private static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException("NVIDIA's driver failed: " + errorName(status));
        }
    }

    private static String errorName(int status) {
        long[] text = new long[1];
        return Driver.cuGetErrorName(status, text) == 0 ? new Pointer(text[0]).getString(0) : "status " + status;
    }

    /** Its name, as the driver gives it. */
    String name() {
        return card.name();
    }

    /** Its compute capability, as major * 10 + minor. */
    int capability() {
        return card.capability();
    }

    /** The card, its driver and its memory, in one line. */
    String description() {
        return "%s, %d MiB free".formatted(card, room().free >> 20);
    }

    /** What it can do at most; empty if that is not known. */
    Optional<PeakRates> peakRates() {
        return DevicePeak.of(
                card.name(),
                card.capability(),
                attribute(Driver.MULTIPROCESSORS, ordinal),
                attribute(Driver.CLOCK, ordinal),
                attribute(Driver.MEMORY_CLOCK, ordinal),
                attribute(Driver.MEMORY_BUS_BITS, ordinal));
    }

    /** How many kernels were launched, and how often bytes were copied from and to the host, since it was opened. */
    Map<String, Long> counts() {
        return Map.of("kernels", launches, "copies to the device", uploads, "copies to the host", downloads);
    }

    /** Marks the end of the work so far. */
    Moment moment() {
        attach();
        long[] event = new long[1];
        check(Driver.cuEventCreate(event, 0));
        checkWork(Driver.cuEventRecord(event[0], stream));
        return new Event(event[0]);
    }

    /** A moment of the stream. */
    private final class Event implements Moment {
        private final long handle;

        private Event(long handle) {
            this.handle = handle;
        }

        @Override
        public double secondsSince(Moment earlier) {
            attach();
            float[] milliseconds = new float[1];
            check(Driver.cuEventSynchronize(handle));
            check(Driver.cuEventElapsedTime(milliseconds, ((Event) earlier).handle, handle));
            return milliseconds[0] / 1e3;
        }

        @Override
        public void close() {
            attach();
            check(Driver.cuEventDestroy_v2(handle));
        }
    }

    // memory

    /**
     * Allocates memory, with unspecified contents.
     *
     * @return its address, a multiple of 256; 0 if there is not enough
     */
    long allocate(long bytes) {
        attach();
        long[] address = new long[1];
        int status = Driver.cuMemAlloc_v2(address, bytes);
        if (status == OUT_OF_MEMORY) {
            return 0;
        }
        checkWork(status);
        return address[0];
    }

    /** Bytes of the device's memory. */
    private record Room(long free, long total) {}

    private Room room() {
        attach();
        long[] free = new long[1];
        long[] total = new long[1];
        check(Driver.cuMemGetInfo_v2(free, total));
        return new Room(free[0], total[0]);
    }

    /**
     * The error of an allocation for which there is no memory.
     *
     * @param held bytes of what a pass has taken so far
     */
    OutOfDeviceMemory outOfMemory(long bytes, long held) {
        Room room = room();
        return new OutOfDeviceMemory(new OutOfDeviceMemory.Room(card.name(), bytes, held, room.free, room.total));
    }

    /** Frees memory of {@link #allocate}, after the work before it. */
    void free(long address) {
        attach();
        checkWork(Driver.cuMemFree_v2(address));
    }

    /** Copies bytes from the host; they may change as soon as it returns, which is before they have arrived. */
    void upload(ByteBuffer from, long to) {
        attach();
        long done = 0;
        uploads++;
        while (from.hasRemaining()) {
            int part = Math.min(from.remaining(), STAGE_BYTES);
            int at = stagePart(part);
            stage.put(at, from, from.position(), part);
            checkWork(Driver.cuMemcpyHtoDAsync_v2(to + done, stageAddress + at, part, stream));
            from.position(from.position() + part);
            done += part;
        }
    }

    /** Copies bytes to the host, after the work before it. */
    void download(long from, ByteBuffer to) {
        attach();
        long done = 0;
        downloads++;
        while (to.hasRemaining()) {
            int part = Math.min(to.remaining(), STAGE_BYTES);
            int at = stagePart(part);
            checkWork(Driver.cuMemcpyDtoHAsync_v2(stageAddress + at, from + done, part, stream));
            await();
            to.put(stage.slice(at, part));
            done += part;
        }
    }

    /** A part of the stage that no copy uses. The next is behind it; where the stage ends, all copies are waited for. */
    private int stagePart(int bytes) {
        if (staged + bytes > STAGE_BYTES) {
            await();
        }
        int at = staged;
        staged += bytes;
        return at;
    }

    /** Copies bytes on the device. */
    void copy(long from, long to, long bytes) {
        attach();
        checkWork(Driver.cuMemcpyDtoDAsync_v2(to, from, bytes, stream));
    }

    /** Gives bytes a value. */
    void fill(long address, byte value, long bytes) {
        attach();
        checkWork(Driver.cuMemsetD8Async(address, value, bytes, stream));
    }

    /** Waits until all work is done. */
    void await() {
        attach();
        checkWork(Driver.cuStreamSynchronize(stream));
        staged = 0;
    }

    private void checkWork(int status) {
        if (status != 0) {
            throw new IllegalStateException("kernel " + lastKernel + (waits ? "" : " or one before it") + " failed on "
                    + card.name() + ": " + errorName(status)
                    + (waits ? "" : "; -D" + WAIT_PROPERTY + "=true before -jar finds out which"));
        }
    }

    // kernels

    /**
     * Launches a kernel.
     *
     * @param kernel its file and its name: {@code elements.add}
     * @param grid its blocks; nothing is launched if there are none
     * @param arguments as the kernel declares them: {@link CudaArray}, null for an absent array, {@link Result}, Integer, Long,
     *     Float, Double, or the bytes of a structure
     */
    void launch(String kernel, Grid grid, Object... arguments) {
        if (grid.isEmpty()) {
            return;
        }
        attach();
        long function = kernels.computeIfAbsent(kernel, this::load);
        values.clear();
        addresses.clear();
        for (Object argument : arguments) {
            addresses.putLong(valuesAddress + values.position());
            put(argument);
        }
        lastKernel = kernel;
        launches++;
        checkWork(Driver.cuLaunchKernel(
                function,
                grid.x(),
                grid.y(),
                grid.z(),
                grid.threads(),
                1,
                1,
                grid.sharedBytes(),
                stream,
                addresses.clear(),
                0));
        if (waits) {
            await();
        }
    }

    /**
     * Lets a library do work of its own.
     *
     * @param work what an error calls it
     * @param launch is given the stream
     */
    void run(String work, LongConsumer launch) {
        attach();
        lastKernel = work;
        launches++;
        launch.accept(stream);
        if (waits) {
            await();
        }
    }

    /** Adds an argument, at a multiple of 8 bytes. */
    private void put(Object argument) {
        if (argument == null) {
            values.putLong(0);
        } else if (argument instanceof CudaArray array) {
            values.putLong(array.address());
        } else if (argument instanceof Result result) {
            put(result.exact());
            put(result.rounded());
        } else if (argument instanceof Integer number) {
            values.putInt(number).putInt(0);
        } else if (argument instanceof Long number) {
            values.putLong(number);
        } else if (argument instanceof Float number) {
            values.putFloat(number).putInt(0);
        } else if (argument instanceof Double number) {
            values.putDouble(number);
        } else {
            values.put((byte[]) argument);
        }
    }

    private long load(String kernel) {
        int dot = kernel.indexOf('.');
        long module = modules.computeIfAbsent(kernel.substring(0, dot), this::loadModule);
        long[] function = new long[1];
        check(Driver.cuModuleGetFunction(function, module, kernel.substring(dot + 1)));
        int most = attribute(Driver.MOST_SHARED_MEMORY, ordinal);
        if (most > DEFAULT_SHARED_MEMORY) {
            check(Driver.cuFuncSetAttribute(function[0], Driver.DYNAMIC_SHARED_MEMORY, most));
        }
        return function[0];
    }

    private long loadModule(String file) {
        byte[] ptx;
        try (InputStream resource = Device.class.getResourceAsStream(file + ".ptx")) {
            ptx = resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long[] module = new long[1];
        lastKernel = "of " + file;
        checkWork(Driver.cuModuleLoadDataEx(module, Arrays.copyOf(ptx, ptx.length + 1), 0, null, null));
        return module[0];
    }

    /** Frees the kernels and the stream, and lets go of the context. */
    @Override
    public void close() {
        attach();
        modules.values().forEach(Driver::cuModuleUnload);
        Driver.cuMemFreeHost(stageAddress);
        Driver.cuStreamDestroy_v2(stream);
        Driver.cuDevicePrimaryCtxRelease_v2(ordinal);
    }
}
