package org.modernbert4j.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import org.modernbert4j.InputException;

/** The native library in this process. */
final class DjlSplitter implements Splitter {
    private final HuggingFaceTokenizer tokenizer;
    private final String where;

    /**
     * Opens a tokenizer.
     *
     * @param json content of a tokenizer.json
     * @param where its name in messages
     * @throws InputException if the library cannot be loaded or does not accept the file
     */
    DjlSplitter(byte[] json, String where) {
        this.where = where;
        tokenizer = OfflineDjl.open(json, where);
    }

    @Override
    public Tokens encode(String text, boolean special) {
        try {
            Encoding encoding = tokenizer.encode(text, special, false);
            return new Tokens(encoding.getIds(), encoding.getSpecialTokenMask());
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    @Override
    public String decode(long[] ids) {
        try {
            return tokenizer.decode(ids, false);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private RuntimeException failed(RuntimeException e) {
        return e instanceof IllegalStateException
                ? e // it is closed
                : new InputException(
                        where + ": cannot split a text (" + OfflineDjl.reason(e) + "); use a tokenizer that can", e);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
