package org.modernbert4j.tokenizer;

import java.util.List;
import java.util.NoSuchElementException;
import org.deeplearning4j.text.tokenization.tokenizer.TokenPreProcess;
import org.deeplearning4j.text.tokenization.tokenizer.Tokenizer;

/** Hands out the pieces of one text; for one thread. */
final class PieceTokenizer implements Tokenizer {
    private final List<String> pieces;
    private TokenPreProcess preProcessor;
    private int next;

    PieceTokenizer(List<String> pieces) {
        this.pieces = pieces;
    }

    @Override
    public boolean hasMoreTokens() {
        return next < pieces.size();
    }

    @Override
    public int countTokens() {
        return pieces.size();
    }

    @Override
    public String nextToken() {
        if (!hasMoreTokens()) {
            throw new NoSuchElementException("all " + pieces.size() + " tokens have been taken");
        }
        return processed(pieces.get(next++));
    }

    /** All pieces, whether taken already or not. */
    @Override
    public List<String> getTokens() {
        return pieces.stream().map(this::processed).toList();
    }

    @Override
    public void setTokenPreProcessor(TokenPreProcess preProcessor) {
        this.preProcessor = preProcessor;
    }

    private String processed(String piece) {
        return preProcessor == null ? piece : preProcessor.preProcess(piece);
    }
}
