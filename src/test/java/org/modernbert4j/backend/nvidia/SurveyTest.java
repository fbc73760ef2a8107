package org.modernbert4j.backend.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.Memory;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SurveyTest {
    private static final int NO_DEVICE = 100;

    /**
     * A driver that answers what it is told to.
     *
     * @param init status of its start
     * @param devices how many it has
     * @param details status of the questions about one
     */
    private record Answers(int init, int devices, int details) implements Survey.Api {
        @Override
        public int cuInit(int flags) {
            return init;
        }

        @Override
        public int cuDriverGetVersion(int[] version) {
            version[0] = 12080;
            return 0;
        }

        @Override
        public int cuDeviceGetCount(int[] count) {
            count[0] = devices;
            return 0;
        }

        @Override
        public int cuDeviceGet(int[] device, int ordinal) {
            device[0] = 7 + ordinal;
            return 0;
        }

        @Override
        public int cuDeviceGetName(byte[] name, int length, int device) {
            byte[] text = ("Card " + device).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(text, 0, name, 0, text.length);
            return details;
        }

        @Override
        public int cuDeviceGetAttribute(int[] value, int attribute, int device) {
            value[0] = attribute == 75 ? 8 : 6;
            return 0;
        }

        @Override
        public int cuDeviceTotalMem_v2(long[] bytes, int device) {
            bytes[0] = 24L << 30;
            return 0;
        }

        @Override
        public int cuGetErrorName(int error, PointerByReference name) {
            if (error != NO_DEVICE) {
                return 1;
            }
            Memory text = new Memory(32);
            text.setString(0, "CUDA_ERROR_NO_DEVICE");
            name.setValue(text);
            return 0;
        }
    }

    @Test
    void describesTheFirstDevice() {
        Survey survey = Survey.of(new Answers(0, 2, 0));
        assertEquals(Optional.of(new Card("Card 7", 86, 24L << 30, 12080)), survey.card());
        assertEquals("Card 7, compute capability 8.6, driver for CUDA 12.8, 24576 MiB", survey.toString());
    }

    @Test
    void aDriverWithoutADevice() {
        String remedy = "; nvidia-smi and the variable CUDA_VISIBLE_DEVICES may say why";
        assertEquals(
                "NVIDIA's driver finds no device: CUDA_ERROR_NO_DEVICE" + remedy,
                Survey.of(new Answers(NO_DEVICE, 0, 0)).toString());
        assertEquals(
                "NVIDIA's driver finds no device: status 999" + remedy,
                Survey.of(new Answers(999, 1, 0)).toString());
        assertEquals(
                "NVIDIA's driver finds no device" + remedy,
                Survey.of(new Answers(0, 0, 0)).toString());
    }

    @Test
    void noDriver() {
        Survey survey = Survey.of("no-such-driver");
        assertEquals(Optional.empty(), survey.card());
        String line =
                "no NVIDIA driver is installed here (no-such-driver cannot be loaded); install one where there is a"
                        + " card";
        assertEquals(line, survey.toString());
        Needs needs = new Needs("the kernels", 0, Integer.MAX_VALUE, 0, "use the CPU");
        assertEquals(Optional.of(line), survey.obstacle(needs));
        assertEquals(Optional.empty(), Survey.of(new Answers(0, 1, 0)).obstacle(needs));
    }

    @Test
    void aDriverThatFails() {
        Exception error = assertThrows(IllegalStateException.class, () -> Survey.of(new Answers(0, 1, 3)));
        assertEquals("NVIDIA's driver failed: status 3", error.getMessage());
    }
}
