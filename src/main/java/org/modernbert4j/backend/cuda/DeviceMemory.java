package org.modernbert4j.backend.cuda;

/**
 * A piece of a device's memory.
 *
 * @param address a multiple of 256
 * @param bytes how large it is
 * @param pooled whether it is returned to the pool rather than freed, for which the driver would wait until the device is idle
 */
record DeviceMemory(long address, long bytes, boolean pooled) {}
