package org.modernbert4j.backend.nvidia;

import java.util.Optional;

/**
 * What kernels need of a card and its driver.
 *
 * @param kernels what a message calls them
 * @param least the least compute capability, as major * 10 + minor
 * @param most the greatest; {@link Integer#MAX_VALUE} if there is none
 * @param cuda the least version of CUDA that the driver must run, as 1000 * major + 10 * minor
 * @param instead what to do with another card
 */
public record Needs(String kernels, int least, int most, int cuda, String instead) {
    /** One line that says why they cannot run on a card and what to do; empty if they can. */
    public Optional<String> obstacle(Card card) {
        if (card.capability() < least || card.capability() > most) {
            return Optional.of("%s has compute capability %s, %s need %s; %s"
                    .formatted(card.name(), Card.dotted(card.capability()), kernels, range(), instead));
        }
        if (card.cuda() < cuda) {
            return Optional.of("NVIDIA's driver is for CUDA %s, %s need %s or later; install a newer driver"
                    .formatted(Card.dottedCuda(card.cuda()), kernels, Card.dottedCuda(cuda)));
        }
        return Optional.empty();
    }

    private String range() {
        return Card.dotted(least) + (most == Integer.MAX_VALUE ? " or more" : " to " + Card.dotted(most));
    }
}
