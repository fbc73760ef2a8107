/**
 * What NVIDIA's driver says of this machine, asked through JNA before a backend is chosen. Nothing here runs on a device.
 *
 * <pre>{@code
 * Survey survey = Survey.of(Survey.DRIVER);
 * Needs needs = new Needs("kernels of sm_80", 80, Integer.MAX_VALUE, 12000, "use another card");
 * survey.obstacle(needs).ifPresent(System.out::println);
 * }</pre>
 */
package org.modernbert4j.backend.nvidia;
