package org.modernbert4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestsTest {
    @Test
    void aBodyThatCannotBeClosedIsABrokenConnection() {
        InputStream body = new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public void close() throws IOException {
                throw new IOException("connection reset");
            }
        };

        NetworkException broken =
                assertThrows(NetworkException.class, new Requests.TimedBody(body, Duration.ofSeconds(5))::close);

        assertEquals(NetworkException.Kind.BROKEN, broken.kind());
        assertEquals("connection reset", broken.getMessage());
        assertTrue(broken.isTemporary());
    }
}
