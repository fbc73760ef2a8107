package org.modernbert4j.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;

/** Questions about http and https addresses. */
final class WebAddress {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private WebAddress() {}

    /**
     * The address that a text is.
     *
     * @param where what the message about it begins with
     * @throws InputException if it is no web address
     */
    static URI parse(String text, String where) {
        try {
            URI uri = new URI(text);
            if (isOne(uri)) {
                return uri;
            }
            throw new URISyntaxException(text, "no http or https host");
        } catch (URISyntaxException e) {
            throw new InputException(
                    where + ": is no web address (" + e.getReason() + "); give one such as https://huggingface.co,"
                            + " encoded as a browser does",
                    e);
        }
    }

    static boolean isOne(URI uri) {
        return (isSecure(uri) || "http".equalsIgnoreCase(uri.getScheme())) && uri.getHost() != null;
    }

    static boolean isSecure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** Whether scheme, host and port are the same. */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return isSecure(uri) ? HTTPS_PORT : HTTP_PORT;
    }

    /** The address as a message shows it: without a password or a signature that may stand in it. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getHost() + port + uri.getRawPath();
    }

    /** A path whose steps are between slashes. */
    static String encodedPath(String path) {
        return Arrays.stream(path.split("/")).map(WebAddress::encoded).collect(Collectors.joining("/"));
    }

    /** A name as one step of a path; a slash in it is encoded too. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
