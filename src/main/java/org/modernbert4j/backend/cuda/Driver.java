package org.modernbert4j.backend.cuda;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.Buffer;

/**
 * The functions of NVIDIA's driver that the backend calls, by direct mapping, which costs a fifth of a microsecond. Handles and
 * device addresses are 64 bits wide. Each function returns a status, 0 for success: see the CUDA Driver API manual.
 */
final class Driver {
    /** Attributes of a device. Clocks are in kHz. */
    static final int CLOCK = 13;

    static final int MULTIPROCESSORS = 16;
    static final int MEMORY_CLOCK = 36;
    static final int MEMORY_BUS_BITS = 37;
    static final int MOST_SHARED_MEMORY = 97;

    /** An attribute of a function: the most shared memory that a launch of it may ask for. */
    static final int DYNAMIC_SHARED_MEMORY = 8;

    private static String loaded;

    private Driver() {}

    /**
     * Loads a library with these functions. A process has one.
     *
     * @param library its name or path
     * @throws UnsatisfiedLinkError if it is not installed, or another one is loaded
     */
    static synchronized void load(String library) {
        if (loaded == null) {
            Native.register(Driver.class, NativeLibrary.getInstance(library));
            loaded = library;
        } else if (!library.equals(loaded)) {
            throw new UnsatisfiedLinkError("this process has loaded " + loaded + ", so it cannot load " + library);
        }
    }

    static native int cuInit(int flags);

    static native int cuDeviceGet(int[] device, int ordinal);

    static native int cuDeviceGetAttribute(int[] value, int attribute, int device);

    static native int cuDevicePrimaryCtxRetain(long[] context, int device);

    static native int cuDevicePrimaryCtxRelease_v2(int device);

    static native int cuCtxSetCurrent(long context);

    static native int cuGetErrorName(int error, long[] name);

    static native int cuMemGetInfo_v2(long[] free, long[] total);

    static native int cuMemAlloc_v2(long[] address, long bytes);

    static native int cuMemFree_v2(long address);

    static native int cuMemAllocHost_v2(long[] address, long bytes);

    static native int cuMemFreeHost(long address);

    static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

    static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

    static native int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream);

    static native int cuMemsetD8Async(long to, byte value, long bytes, long stream);

    static native int cuModuleLoadDataEx(long[] module, byte[] image, int options, int[] names, long[] values);

    static native int cuModuleUnload(long module);

    static native int cuModuleGetFunction(long[] function, long module, String name);

    static native int cuFuncSetAttribute(long function, int attribute, int value);

    static native int cuStreamCreate(long[] stream, int flags);

    static native int cuStreamDestroy_v2(long stream);

    static native int cuStreamSynchronize(long stream);

    static native int cuEventCreate(long[] event, int flags);

    static native int cuEventDestroy_v2(long event);

    static native int cuEventRecord(long event, long stream);

    static native int cuEventSynchronize(long event);

    static native int cuEventElapsedTime(float[] milliseconds, long from, long to);

    static native int cuLaunchKernel(
            long function,
            int gridX,
            int gridY,
            int gridZ,
            int blockX,
            int blockY,
            int blockZ,
            int sharedBytes,
            long stream,
            Buffer parameters,
            long extra);
}
