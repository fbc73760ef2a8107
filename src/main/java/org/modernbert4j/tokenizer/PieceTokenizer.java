package org.modernbert4j.tokenizer;

import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.text.tokenization.tokenizer.TokenPreProcess;
import org.deeplearning4j.text.tokenization.tokenizer.Tokenizer;

/** Hands out the pieces of one text; for one thread. */
final class PieceTokenizer implements Tokenizer {
    private final List<String> pieces;
    private final Iterator<String> left;
    private TokenPreProcess preProcessor;

    PieceTokenizer(List<String> pieces) {
        this.pieces = pieces;
        left = pieces.iterator();
    }

    @Override
    public boolean hasMoreTokens() {
        return left.hasNext();
    }

    @Override
    public int countTokens() {
        return pieces.size();
    }

    @Override
    public String nextToken() {
        return processed(left.next());
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
