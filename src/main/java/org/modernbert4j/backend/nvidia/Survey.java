package org.modernbert4j.backend.nvidia;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.PointerByReference;
import java.util.Optional;

/**
 * What NVIDIA's driver says of its first device, without a context on it. It can be asked of several libraries in a process.
 *
 * @param card the device
 * @param missing one line that says why there is none and what to do; empty if there is one
 */
public record Survey(Optional<Card> card, Optional<String> missing) {
    /** The driver's library. */
    public static final String DRIVER = System.getProperty("os.name").startsWith("Windows") ? "nvcuda" : "libcuda.so.1";

    private static final int NAME_BYTES = 256;

    // numbers of cuda.h
    private static final int MAJOR = 75;
    private static final int MINOR = 76;

    /** The functions of the driver that are asked; each returns a status, 0 for success. */
    interface Api extends Library {
        int cuInit(int flags);

        int cuDriverGetVersion(int[] version);

        int cuDeviceGetCount(int[] count);

        int cuDeviceGet(int[] device, int ordinal);

        int cuDeviceGetName(byte[] name, int length, int device);

        int cuDeviceGetAttribute(int[] value, int attribute, int device);

        int cuDeviceTotalMem_v2(long[] bytes, int device);

        int cuGetErrorName(int error, PointerByReference name);
    }

    /**
     * Asks a driver.
     *
     * @param library its name, such as {@link #DRIVER}, or its path
     */
    public static Survey of(String library) {
        Api driver;
        try {
            driver = Native.load(library, Api.class);
        } catch (LinkageError e) {
            return missing("no NVIDIA driver is installed here (" + library
                    + " cannot be loaded); install one where there is a card");
        }
        try {
            return of(driver);
        } catch (LinkageError | IllegalStateException e) {
            return missing("NVIDIA's driver cannot be asked (" + e.getMessage() + "); install a newer one");
        }
    }

    static Survey of(Api driver) {
        int status = driver.cuInit(0);
        int[] count = new int[1];
        if (status == 0) {
            status = driver.cuDeviceGetCount(count);
        }
        if (status != 0 || count[0] == 0) {
            return missing("NVIDIA's driver finds no device" + (status == 0 ? "" : ": " + errorName(driver, status))
                    + "; nvidia-smi and the variable CUDA_VISIBLE_DEVICES may say why");
        }
        int[] version = new int[1];
        int[] device = new int[1];
        byte[] name = new byte[NAME_BYTES];
        long[] bytes = new long[1];
        check(driver, driver.cuDriverGetVersion(version));
        check(driver, driver.cuDeviceGet(device, 0));
        check(driver, driver.cuDeviceGetName(name, name.length, device[0]));
        check(driver, driver.cuDeviceTotalMem_v2(bytes, device[0]));
        int capability = 10 * attribute(driver, MAJOR, device[0]) + attribute(driver, MINOR, device[0]);
        return new Survey(
                Optional.of(new Card(Native.toString(name), capability, bytes[0], version[0])), Optional.empty());
    }

    private static Survey missing(String line) {
        return new Survey(Optional.empty(), Optional.of(line));
    }

    private static int attribute(Api driver, int attribute, int device) {
        int[] value = new int[1];
        check(driver, driver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    private static void check(Api driver, int status) {
        if (status != 0) {
            throw new IllegalStateException("NVIDIA's driver failed: " + errorName(driver, status));
        }
    }

    private static String errorName(Api driver, int status) {
        PointerByReference name = new PointerByReference();
        return driver.cuGetErrorName(status, name) == 0 ? name.getValue().getString(0) : "status " + status;
    }

    /** One line that says why something cannot run on the device, and what to do; empty if it can. */
    public Optional<String> obstacle(Needs needs) {
        return missing.or(() -> needs.obstacle(card.orElseThrow()));
    }

    /** The device, or why there is none, in one line. */
    @Override
    public String toString() {
        return missing.orElseGet(() -> card.orElseThrow().toString());
    }
}
