package org.modernbert4j.backend;

import org.modernbert4j.Numbers;

/** An array does not fit into a device's memory. If it was for a pass over a batch, the message says which batch would fit. */
public final class OutOfDeviceMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The buffers of a {@link MemoryPool} are up to a quarter larger than the arrays in them. */
    private static final double BUFFERS = 1.25;

    private final transient Room room;

    /**
     * The memory when the array was asked for, in bytes.
     *
     * @param device its name
     * @param needed size of the array
     * @param held by the other arrays of the pass
     * @param free for any array
     * @param total of the device
     */
    public record Room(String device, long needed, long held, long free, long total) {}

    /** The error for an array that is for no pass, or for an unknown one. */
    public OutOfDeviceMemory(Room room) {
        super(
                "out of memory: %s has %s free of %s, but %s more are needed; use a smaller model, --freeze more of it, or use --backend cpu"
                        .formatted(
                                room.device,
                                Numbers.bytes(room.free),
                                Numbers.bytes(room.total),
                                Numbers.bytes(room.needed)));
        this.room = room;
    }

    private OutOfDeviceMemory(String message, OutOfDeviceMemory cause) {
        super(message, cause);
        room = cause.room;
    }

    /**
     * The same for a pass over a batch. It needs at least what it had reached.
     *
     * @param texts of the batch
     * @param longest rows of its longest text
     * @param fixed bytes of arrays of the pass that do not depend on the batch
     * @param growing bytes of arrays of the pass that grow with the rows of the batch
     */
    public OutOfDeviceMemory of(int texts, int longest, long fixed, long growing) {
        long grown = Math.max((long) (BUFFERS * growing), room.needed + room.held - fixed);
        double share = Math.max(0, room.free + room.held - fixed) / (double) grown;
        return new OutOfDeviceMemory(
                "out of memory: %,d texts of up to %,d tokens at a time need about %s on %s, which has %s of %s for them; %s, or use --backend cpu"
                        .formatted(
                                texts,
                                longest,
                                Numbers.bytes(fixed + grown),
                                room.device,
                                Numbers.bytes(room.free + room.held),
                                Numbers.bytes(room.total),
                                remedy(texts, longest, share)),
                this);
    }

    /** @param share of the batch that fits */
    private static String remedy(int texts, int longest, double share) {
        int fewer = (int) (share * texts);
        if (fewer > 0) {
            return "about %d of them would fit: use --batch-size %d, or in training %d times the --accumulation, for the same steps, or texts of %d tokens (--max-length, pretrain: --length)"
                    .formatted(fewer, fewer, (texts + fewer - 1) / fewer, (int) (share * longest));
        }
        int shorter = (int) (share * texts * longest);
        return shorter == 0
                ? "no text would fit: --freeze more of the model"
                : "about one text of %d tokens would fit: use --batch-size 1 and --max-length %d (pretrain: --length)"
                        .formatted(shorter, shorter);
    }
}
