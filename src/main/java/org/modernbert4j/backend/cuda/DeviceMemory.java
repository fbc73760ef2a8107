package org.modernbert4j.backend.cuda;

/**
 * A piece of a device's memory.
 *
 * @param address a multiple of 256
 * @param bytes how large it is
 */
record DeviceMemory(long address, long bytes) {}
