package org.modernbert4j.hub;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** Another process that downloads a model. */
final class SecondProcess {
    private SecondProcess() {}

    /** Downloads the model that is named and prints its folder. */
    public static void main(String[] args) {
        Hub hub = new Hub(HubSettings.of(System.getenv()), DownloadListener.NONE);
        System.out.println(hub.model(HubName.parse(args[0]).orElseThrow(), HubFiles.ALL));
    }

    /** Starts one with an endpoint and a cache. */
    static Process start(String model, FakeHub server, Path cache) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                SecondProcess.class.getName(),
                model);
        builder.environment().remove("HF_HUB_OFFLINE");
        builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
        builder.environment().put("HF_HUB_CACHE", cache.toString());
        return builder.redirectErrorStream(true).start();
    }
}
